#include "report/report.h"

#include <fmt/format.h>

#include "kube/manager.h"

namespace bulwark::report {

std::string object_name(const kube::Object& object) {
  std::string name(object.kind_name);
  const std::string_view name_space = object.namespace_or_default();
  const std::string_view own = object.metadata.name.empty() ? object.metadata.generate_name : object.metadata.name;
  if (name_space.empty() && own.empty()) return name;
  name += ' ';
  if (!name_space.empty()) {
    name += name_space;
    name += '/';
  }
  name += own;
  return name;
}

document::Position position(const Report& report, const finding::Finding& finding) {
  return report.sources[finding.object->origin.source]->position(finding.offset);
}

const std::string& file_name(const Report& report, const finding::Finding& finding) {
  return report.sources[finding.object->origin.source]->name();
}

bool has_place(const finding::Finding& finding) { return finding.object->origin.has_text(); }

std::string place(const Report& report, const finding::Finding& finding) {
  if (!has_place(finding)) return object_name(*finding.object);
  const document::Position at = position(report, finding);
  return fmt::format("{}:{}:{}", file_name(report, finding), at.line, at.column);
}

std::string origin_note(const finding::Finding& finding) {
  std::string note;
  if (finding.more > 0) note = fmt::format("the same in {} more", finding.more);
  const auto add = [&](std::string_view start, const std::string& what) {
    if (!note.empty()) note += ", ";
    note.append(start).append(what);
  };
  const kube::Object& object = finding.owner == nullptr ? *finding.object : *finding.owner;
  if (finding.owner != nullptr) add("made by ", object_name(object));
  // Files say themselves where they come from.
  if (!has_place(finding)) {
    if (const std::string manager = kube::manager_of(object.metadata); !manager.empty())
      add("written by ", manager);
  }
  return note;
}

}  // namespace bulwark::report

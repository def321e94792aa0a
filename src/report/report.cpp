#include "report/report.h"

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

}  // namespace bulwark::report

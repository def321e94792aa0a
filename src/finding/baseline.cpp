#include "finding/baseline.h"

#include <algorithm>
#include <vector>

#include "document/json_writer.h"

namespace bulwark::finding {

namespace {
constexpr std::string_view schema = "bulwark.dev/baseline/v1";
}

std::string fingerprint(const Finding& finding) {
  std::string text(finding.check->id);
  for (const std::string_view part : {finding.object->kind_name, finding.object->namespace_or_default(),
                                      finding.object->metadata.name, finding.field}) {
    text += '|';
    text += part;
  }
  return text;
}

std::string Baseline::to_json() const {
  std::vector<std::string_view> sorted(known_.begin(), known_.end());
  std::sort(sorted.begin(), sorted.end());
  std::string out;
  document::JsonWriter json(out);
  json.begin_object().member("schema", schema).key("findings").begin_array();
  for (const std::string_view each : sorted) json.value(each);
  json.end_array().end_object();
  return out + "\n";
}

base::Result<Baseline> Baseline::read(const document::Node& root, const document::Source& source) {
  const document::Node* named = root.find("schema");
  const document::Node* findings = root.find("findings");
  if (named == nullptr || named->text() != schema || findings == nullptr || !findings->is_sequence()) {
    return std::unexpected(base::Error{.message = "no baseline: expected what --write-baseline writes",
                                       .file = source.name(),
                                       .line = 1,
                                       .column = 1});
  }
  Baseline baseline;
  for (const document::Node& each : findings->items()) baseline.known_.emplace(each.text());
  return baseline;
}

}  // namespace bulwark::finding

#include "twin/selection.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "twin/api_status.h"

namespace bulwark::twin {

namespace {

struct Selectable {
  std::string_view kind, fields;
};

// Fields besides metadata.name and metadata.namespace (pkg/apis/core/v1/conversion.go, apps, batch, certificates,
// and the GetAttrs of each registry).
constexpr std::array selectable{
    Selectable{"Pod",
               "spec.nodeName,spec.restartPolicy,spec.schedulerName,spec.serviceAccountName,spec.hostNetwork,"
               "status.phase,status.podIP,status.nominatedNodeName"},
    Selectable{"Node", "spec.unschedulable"},
    Selectable{"Namespace", "status.phase"},
    Selectable{"Secret", "type"},
    Selectable{"Service", "spec.clusterIP,spec.type"},
    Selectable{"ReplicationController", "status.replicas"},
    Selectable{"ReplicaSet", "status.replicas"},
    Selectable{"Job", "status.successful"},
    Selectable{"CertificateSigningRequest", "spec.signerName"},
    Selectable{"Event",
               "involvedObject.kind,involvedObject.namespace,involvedObject.name,involvedObject.uid,"
               "involvedObject.apiVersion,involvedObject.resourceVersion,involvedObject.fieldPath,reason,"
               "reportingComponent,source,type"},
};

bool can_select(const ApiKind& kind, std::string_view field) {
  if (field == "metadata.name" || field == "metadata.namespace") return true;
  for (const Selectable& each : selectable) {
    if (each.kind != kind.resource.kind || kind.custom) continue;
    const auto fields = base::split(each.fields, ',');
    return std::find(fields.begin(), fields.end(), field) != fields.end();
  }
  return false;
}

// What a field that is left out counts as.
std::string_view otherwise(const std::vector<std::string>& path) {
  const std::string& last = path.back();
  if (last == "unschedulable" || last == "hostNetwork") return "false";
  return last == "replicas" || last == "successful" ? "0" : "";
}

std::string_view value_of(const StoredObject& object, const std::vector<std::string>& path) {
  std::string_view found;
  if (path.size() == 1) {
    // An event's source is the component that it comes from.
    found =
        path[0] == "source" ? find_text(object.json, {"source", "component"}) : find_text(object.json, {path[0]});
  } else if (path[0] == "metadata") {
    return path[1] == "name" ? object.name : object.name_space;
  } else if (path[1] == "successful") {
    found = find_text(object.json, {"status", "succeeded"});
  } else {
    found = find_text(object.json, {path[0], path[1]});
  }
  return found.empty() ? otherwise(path) : found;
}

}  // namespace

kube::Answer<Selection> Selection::compile(const ApiKind& kind, const kube::Query& query) {
  Selection selection;
  selection.name_space_ = query.name_space;
  *selection.label_text_ = query.labels;
  auto labels = kube::parse_selector(*selection.label_text_, selection.arena_);
  if (!labels) return bad_request(labels.error().message);
  selection.labels_ = *labels;
  for (const std::string_view term : base::split(query.fields, ',')) {
    const std::size_t sign = term.find_first_of("!=");
    if (sign == std::string_view::npos || term.find('=', sign) == std::string_view::npos) {
      return bad_request(fmt::format("invalid selector: '{}'; can't understand '{}'", query.fields, term));
    }
    FieldTerm field;
    field.equal = term[sign] == '=';
    const std::string_view name = base::trim(term.substr(0, sign));
    std::string_view value = term.substr(term.find('=', sign) + 1);
    if (field.equal && value.starts_with('=')) value.remove_prefix(1);
    field.value = base::trim(value);
    if (!can_select(kind, name)) return bad_request(fmt::format("field label not supported: {}", name));
    for (const std::string_view part : base::split(name, '.')) field.path.emplace_back(part);
    if (field.equal && name == "metadata.name") selection.name_ = field.value;
    selection.fields_.push_back(std::move(field));
  }
  return selection;
}

bool Selection::matches(const StoredObject& object) const {
  if (!name_space_.empty() && object.name_space != name_space_) return false;
  if (!labels_.empty() && !labels_.matches(object.labels)) return false;
  return std::all_of(fields_.begin(), fields_.end(), [&](const FieldTerm& term) {
    return (value_of(object, term.path) == term.value) == term.equal;
  });
}

}  // namespace bulwark::twin

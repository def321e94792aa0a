#include "twin/object_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "kube/names.h"
#include "kube/quantity.h"
#include "twin/api_status.h"

namespace bulwark::twin {

namespace {

using document::Json;

std::string joined(const std::vector<std::string>& problems) {
  std::string text;
  for (const std::string& problem : problems) text += (text.empty() ? "" : "; ") + problem;
  return text;
}

// path.IsValidPathSegmentName
std::vector<std::string> path_segment_problems(std::string_view name) {
  std::vector<std::string> problems;
  if (name == "." || name == "..") problems.push_back(fmt::format("may not be '{}'", name));
  for (const char c : {'/', '%'}) {
    if (name.find(c) != std::string_view::npos) problems.push_back(fmt::format("may not contain '{}'", c));
  }
  return problems;
}

std::vector<std::string> name_problems(const ApiKind& kind, std::string_view name) {
  const std::string& group = kind.resource.group;
  const std::string& what = kind.resource.kind;
  if (group == "rbac.authorization.k8s.io") return path_segment_problems(name);
  if (group.empty() && what == "Service") return kube::dns1035_label_problems(name);
  if (group.empty() && what == "Namespace") return kube::dns1123_label_problems(name);
  return kube::dns1123_subdomain_problems(name);
}

// Checks one object, and stops at the first thing that is wrong.
class Rules {
 public:
  Rules(const ApiKind& kind, const Json& object)
      : kind_(kind), object_(object), name_(object.text_at({"metadata", "name"})) {}

  kube::Answer<> check() const {
    if (name_.empty()) return required("metadata.name", "name or generateName is required");
    if (auto problems = name_problems(kind_, name_); !problems.empty()) {
      return wrong("metadata.name", name_, joined(problems));
    }
    if (auto answer = labels(object_.at({"metadata", "labels"}), "metadata.labels"); !answer) return answer;
    if (auto answer = annotations(); !answer) return answer;
    if (kind_.custom) return {};
    const Json* spec = object_.find("spec");
    const std::string& what = kind_.resource.kind;
    if (what == "Pod") return pod_spec(spec, "spec");
    const bool workload = what == "Deployment" || what == "ReplicaSet" || what == "StatefulSet" ||
                          what == "DaemonSet" || what == "ReplicationController";
    if (workload) return check_workload(spec, what == "ReplicationController");
    if (what == "Job")
      return pod_spec(spec == nullptr ? nullptr : spec->at({"template", "spec"}), "spec.template.spec");
    if (what == "CronJob" && (spec == nullptr || spec->text_at({"schedule"}).empty())) {
      return required("spec.schedule", "");
    }
    if (what == "PodDisruptionBudget") return budget(spec);
    return {};
  }

 private:
  kube::Answer<> wrong(std::string_view field, std::string_view value, std::string_view why) const {
    return invalid(kind_, name_, field, "FieldValueInvalid", fmt::format("Invalid value: \"{}\": {}", value, why));
  }
  kube::Answer<> required(std::string_view field, std::string_view why) const {
    return invalid(kind_, name_, field, "FieldValueRequired",
                   why.empty() ? "Required value" : fmt::format("Required value: {}", why));
  }
  kube::Answer<> negative(const Json* number, std::string_view field) const {
    if (number == nullptr || number->integer().value_or(0) >= 0) return {};
    return invalid(kind_, name_, field, "FieldValueInvalid",
                   fmt::format("Invalid value: {}: must be greater than or equal to 0", number->text()));
  }

  kube::Answer<> labels(const Json* labels, std::string_view field) const {
    if (labels == nullptr || labels->is_null()) return {};
    if (!labels->is_object()) return wrong(field, "", "must be a map");
    for (const auto& [key, value] : labels->members()) {
      if (auto problems = kube::label_key_problems(key); !problems.empty())
        return wrong(field, key, joined(problems));
      if (!value.is_string() && !value.is_null()) return wrong(field, value.text(), "must be a string");
      if (auto problems = kube::label_value_problems(value.text()); !problems.empty()) {
        return wrong(field, value.text(), joined(problems));
      }
    }
    return {};
  }

  kube::Answer<> annotations() const {
    const Json* all = object_.at({"metadata", "annotations"});
    if (all == nullptr || all->is_null()) return {};
    if (!all->is_object()) return wrong("metadata.annotations", "", "must be a map");
    std::size_t size = 0;
    for (const auto& [key, value] : all->members()) {
      size += key.size() + value.text().size();
      if (!value.is_string() && !value.is_null()) return wrong("metadata.annotations", key, "must be a string");
    }
    constexpr std::size_t most = 256UL * 1024;  // apimachinery/pkg/api/validation/objectmeta.go
    if (size <= most) return {};
    return invalid(kind_, name_, "metadata.annotations", "FieldValueTooLong",
                   fmt::format("Too long: may not be more than {} bytes", most));
  }

  kube::Answer<> pod_spec(const Json* spec, const std::string& field) const {
    const Json* containers = spec == nullptr ? nullptr : spec->find("containers");
    if (containers == nullptr || !containers->is_array() || containers->empty()) {
      return required(field + ".containers", "");
    }
    std::vector<std::string_view> names;
    for (const std::string_view list : {"initContainers", "containers"}) {
      const Json* found = spec->find(list);
      if (found == nullptr || !found->is_array()) continue;
      for (std::size_t i = 0; i < found->size(); ++i) {
        const Json& container = found->members()[i].value;
        const std::string at = fmt::format("{}.{}[{}]", field, list, i);
        const std::string_view name = container.text_at({"name"});
        if (name.empty()) return required(at + ".name", "");
        if (auto problems = kube::dns1123_label_problems(name); !problems.empty()) {
          return wrong(at + ".name", name, joined(problems));
        }
        if (std::find(names.begin(), names.end(), name) != names.end()) {
          return invalid(kind_, name_, at + ".name", "FieldValueDuplicate",
                         fmt::format("Duplicate value: \"{}\"", name));
        }
        names.push_back(name);
        if (auto answer = amounts(container, at); !answer) return answer;
      }
    }
    return {};
  }

  kube::Answer<> amounts(const Json& container, const std::string& at) const {
    for (const std::string_view part : {"requests", "limits"}) {
      const Json* all = container.at({"resources", part});
      if (all == nullptr || !all->is_object()) continue;
      for (const auto& [resource, amount] : all->members()) {
        const std::string field = fmt::format("{}.resources.{}[{}]", at, part, resource);
        const auto quantity = kube::Quantity::parse(amount.text());
        if (!quantity) return wrong(field, amount.text(), quantity.error().message);
        if (*quantity < kube::Quantity()) return wrong(field, amount.text(), "must be greater than or equal to 0");
        const Json* limit = container.at({"resources", "limits", resource});
        const auto most = limit == nullptr || part == "limits" ? base::Result<kube::Quantity>(*quantity)
                                                               : kube::Quantity::parse(limit->text());
        if (most && *quantity > *most) {
          return wrong(fmt::format("{}.resources.requests", at), amount.text(),
                       fmt::format("must be less than or equal to {} limit of {}", resource, limit->text()));
        }
      }
    }
    return {};
  }

  kube::Answer<> check_workload(const Json* spec, bool old) const {
    if (spec == nullptr) return required("spec", "");
    if (auto answer = negative(spec->find("replicas"), "spec.replicas"); !answer) return answer;
    const Json* selector = old ? spec->find("selector") : spec->at({"selector", "matchLabels"});
    const bool has_terms = !old && spec->at({"selector", "matchExpressions"}) != nullptr;
    if (spec->find("selector") == nullptr || spec->find("selector")->empty()) return required("spec.selector", "");
    const Json* labels = spec->at({"template", "metadata", "labels"});
    if (selector != nullptr && selector->is_object() && !has_terms) {
      for (const auto& [key, value] : selector->members()) {
        const Json* label = labels == nullptr ? nullptr : labels->find(key);
        if (label == nullptr || label->text() != value.text()) {
          return invalid(kind_, name_, "spec.template.metadata.labels", "FieldValueInvalid",
                         fmt::format("Invalid value: {}: `selector` does not match template `labels`",
                                     labels == nullptr ? "null" : labels->write()));
        }
      }
    }
    return pod_spec(spec->at({"template", "spec"}), "spec.template.spec");
  }

  kube::Answer<> budget(const Json* spec) const {
    if (spec == nullptr || spec->find("minAvailable") == nullptr || spec->find("maxUnavailable") == nullptr) {
      return {};
    }
    return invalid(kind_, name_, "spec", "FieldValueInvalid",
                   "Invalid value: \"\": minAvailable and maxUnavailable cannot be both set");
  }

  const ApiKind& kind_;
  const Json& object_;
  std::string name_;
};

// What may change in a pod that exists (ValidatePodUpdate).
Json without_changeable(const Json* spec) {
  if (spec == nullptr) return {};
  Json rest = *spec;
  for (const std::string_view list : {"containers", "initContainers"}) {
    Json* containers = rest.find(list);
    if (containers == nullptr || !containers->is_array()) continue;
    for (auto& [key, container] : containers->members()) container.erase("image");
  }
  for (const std::string_view field :
       {"activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds", "ephemeralContainers"}) {
    rest.erase(field);
  }
  return rest;
}

bool same(const Json* a, const Json* b) {
  if (a == nullptr || b == nullptr) return (a == nullptr || a->is_null()) && (b == nullptr || b->is_null());
  return *a == *b;
}

}  // namespace

kube::Answer<> validate(const ApiKind& kind, const Json& object) { return Rules(kind, object).check(); }

kube::Answer<> validate_update(const ApiKind& kind, const Json& before, const Json& after) {
  const std::string& what = kind.resource.kind;
  const std::string_view name = after.text_at({"metadata", "name"});
  const auto immutable = [&](std::initializer_list<std::string_view> path,
                             std::string_view field) -> kube::Answer<> {
    const Json* value = after.at(path);
    if (kind.custom || same(before.at(path), value)) return {};
    return invalid(
        kind, name, field, "FieldValueInvalid",
        fmt::format("Invalid value: {}: field is immutable", value == nullptr ? "null" : value->write()));
  };
  if (kind.custom) return {};
  if (what == "Deployment" || what == "ReplicaSet" || what == "DaemonSet" || what == "Job" ||
      what == "StatefulSet") {
    if (auto answer = immutable({"spec", "selector"}, "spec.selector"); !answer) return answer;
  }
  if (what == "Job") return immutable({"spec", "template"}, "spec.template");
  if (what == "StatefulSet") {
    for (const std::string_view field : {"serviceName", "podManagementPolicy", "volumeClaimTemplates"}) {
      if (same(before.at({"spec", field}), after.at({"spec", field}))) continue;
      return invalid(kind, name, "spec", "FieldValueForbidden",
                     "Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', "
                     "'template', 'updateStrategy', 'persistentVolumeClaimRetentionPolicy' and "
                     "'minReadySeconds' are forbidden");
    }
  }
  if (what == "Pod" && without_changeable(before.find("spec")) != without_changeable(after.find("spec"))) {
    return invalid(
        kind, name, "spec", "FieldValueForbidden",
        "Forbidden: pod updates may not change fields other than `spec.containers[*].image`,"
        "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions "
        "to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it "
        "was previously negative)");
  }
  const bool keeps_data = what == "ConfigMap" || what == "Secret";
  const Json* fixed = before.find("immutable");
  if (keeps_data && fixed != nullptr && fixed->is_true() && !same(before.find("data"), after.find("data"))) {
    return invalid(kind, name, "data", "FieldValueForbidden",
                   "Forbidden: field is immutable when `immutable` is set");
  }
  return {};
}

}  // namespace bulwark::twin

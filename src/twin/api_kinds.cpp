#include "twin/api_kinds.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/text.h"

namespace bulwark::twin {

namespace {

using document::Json;

// Flags: n in a namespace, s status, c scale, g generation, o may only be created (an answer, not an object).
struct Row {
  std::string_view api_version, plural, kind, short_names, categories, flags;
};

// k8s.io/kubernetes/pkg/registry/**/storage.go (short names, categories, subresources), release 1.32.
constexpr std::array rows{
    Row{"v1", "bindings", "Binding", "", "", "no"},
    Row{"v1", "componentstatuses", "ComponentStatus", "cs", "", ""},
    Row{"v1", "configmaps", "ConfigMap", "cm", "", "n"},
    Row{"v1", "endpoints", "Endpoints", "ep", "", "n"},
    Row{"v1", "events", "Event", "ev", "", "n"},
    Row{"v1", "limitranges", "LimitRange", "limits", "", "n"},
    Row{"v1", "namespaces", "Namespace", "ns", "", "s"},
    Row{"v1", "nodes", "Node", "no", "", "s"},
    Row{"v1", "persistentvolumeclaims", "PersistentVolumeClaim", "pvc", "", "ns"},
    Row{"v1", "persistentvolumes", "PersistentVolume", "pv", "", "s"},
    Row{"v1", "pods", "Pod", "po", "all", "ns"},
    Row{"v1", "podtemplates", "PodTemplate", "", "", "ng"},
    Row{"v1", "replicationcontrollers", "ReplicationController", "rc", "all", "nscg"},
    Row{"v1", "resourcequotas", "ResourceQuota", "quota", "", "ns"},
    Row{"v1", "secrets", "Secret", "", "", "n"},
    Row{"v1", "serviceaccounts", "ServiceAccount", "sa", "", "n"},
    Row{"v1", "services", "Service", "svc", "all", "ns"},
    Row{"apiregistration.k8s.io/v1", "apiservices", "APIService", "", "api-extensions", "s"},
    Row{"apps/v1", "controllerrevisions", "ControllerRevision", "", "", "n"},
    Row{"apps/v1", "daemonsets", "DaemonSet", "ds", "all", "nsg"},
    Row{"apps/v1", "deployments", "Deployment", "deploy", "all", "nscg"},
    Row{"apps/v1", "replicasets", "ReplicaSet", "rs", "all", "nscg"},
    Row{"apps/v1", "statefulsets", "StatefulSet", "sts", "all", "nscg"},
    Row{"authentication.k8s.io/v1", "selfsubjectreviews", "SelfSubjectReview", "", "", "o"},
    Row{"authentication.k8s.io/v1", "tokenreviews", "TokenReview", "", "", "o"},
    Row{"authorization.k8s.io/v1", "localsubjectaccessreviews", "LocalSubjectAccessReview", "", "", "no"},
    Row{"authorization.k8s.io/v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview", "", "", "o"},
    Row{"authorization.k8s.io/v1", "selfsubjectrulesreviews", "SelfSubjectRulesReview", "", "", "o"},
    Row{"authorization.k8s.io/v1", "subjectaccessreviews", "SubjectAccessReview", "", "", "o"},
    Row{"autoscaling/v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", "hpa", "all", "ns"},
    Row{"batch/v1", "cronjobs", "CronJob", "cj", "all", "nsg"},
    Row{"batch/v1", "jobs", "Job", "", "all", "nsg"},
    Row{"certificates.k8s.io/v1", "certificatesigningrequests", "CertificateSigningRequest", "csr", "", "s"},
    Row{"networking.k8s.io/v1", "ingressclasses", "IngressClass", "", "", "g"},
    Row{"networking.k8s.io/v1", "ingresses", "Ingress", "ing", "", "nsg"},
    Row{"networking.k8s.io/v1", "networkpolicies", "NetworkPolicy", "netpol", "", "ng"},
    Row{"policy/v1", "poddisruptionbudgets", "PodDisruptionBudget", "pdb", "", "nsg"},
    Row{"rbac.authorization.k8s.io/v1", "clusterrolebindings", "ClusterRoleBinding", "", "", ""},
    Row{"rbac.authorization.k8s.io/v1", "clusterroles", "ClusterRole", "", "", ""},
    Row{"rbac.authorization.k8s.io/v1", "rolebindings", "RoleBinding", "", "", "n"},
    Row{"rbac.authorization.k8s.io/v1", "roles", "Role", "", "", "n"},
    Row{"storage.k8s.io/v1", "csidrivers", "CSIDriver", "", "", ""},
    Row{"storage.k8s.io/v1", "csinodes", "CSINode", "", "", ""},
    Row{"storage.k8s.io/v1", "csistoragecapacities", "CSIStorageCapacity", "", "", "n"},
    Row{"storage.k8s.io/v1", "storageclasses", "StorageClass", "sc", "", ""},
    Row{"storage.k8s.io/v1", "volumeattachments", "VolumeAttachment", "", "", "s"},
    Row{"admissionregistration.k8s.io/v1", "mutatingwebhookconfigurations", "MutatingWebhookConfiguration", "",
        "api-extensions", "g"},
    Row{"admissionregistration.k8s.io/v1", "validatingadmissionpolicies", "ValidatingAdmissionPolicy", "",
        "api-extensions", "sg"},
    Row{"admissionregistration.k8s.io/v1", "validatingadmissionpolicybindings", "ValidatingAdmissionPolicyBinding",
        "", "api-extensions", "g"},
    Row{"admissionregistration.k8s.io/v1", "validatingwebhookconfigurations", "ValidatingWebhookConfiguration", "",
        "api-extensions", "g"},
    Row{"apiextensions.k8s.io/v1", "customresourcedefinitions", "CustomResourceDefinition", "crd,crds",
        "api-extensions", "sg"},
    Row{"scheduling.k8s.io/v1", "priorityclasses", "PriorityClass", "pc", "", "g"},
    Row{"coordination.k8s.io/v1", "leases", "Lease", "", "", "n"},
    Row{"node.k8s.io/v1", "runtimeclasses", "RuntimeClass", "", "", ""},
    Row{"discovery.k8s.io/v1", "endpointslices", "EndpointSlice", "", "", "ng"},
    Row{"flowcontrol.apiserver.k8s.io/v1", "flowschemas", "FlowSchema", "", "", "sg"},
    Row{"flowcontrol.apiserver.k8s.io/v1", "prioritylevelconfigurations", "PriorityLevelConfiguration", "", "",
        "sg"},
};

const std::vector<std::string> all_verbs{"create", "delete", "deletecollection", "get",
                                         "list",   "patch",  "update",           "watch"};

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> result;
  for (const std::string_view word : base::split(text, ',')) result.emplace_back(word);
  return result;
}

std::vector<std::string> texts(const Json* list) {
  std::vector<std::string> result;
  if (list != nullptr && list->is_array()) {
    for (const auto& [key, value] : list->members()) result.push_back(value.text());
  }
  return result;
}

ApiKind kind_of(const Row& row) {
  const auto has = [&](char flag) { return row.flags.find(flag) != std::string_view::npos; };
  const auto [group, version] = split_api_version(row.api_version);
  ApiKind kind;
  kind.resource = {.group = std::string(group),
                   .version = std::string(version),
                   .plural = std::string(row.plural),
                   .kind = std::string(row.kind),
                   .namespaced = has('n'),
                   .verbs = has('o') ? std::vector<std::string>{"create"} : all_verbs};
  kind.singular = lower(row.kind);
  kind.short_names = words(row.short_names);
  kind.categories = words(row.categories);
  kind.has_status = has('s');
  kind.has_scale = has('c');
  kind.has_generation = has('g');
  return kind;
}

std::vector<PrinterColumn> columns_of(const Json* list) {
  std::vector<PrinterColumn> columns;
  if (list == nullptr || !list->is_array()) return columns;
  for (const auto& [key, column] : list->members()) {
    const Json* priority = column.find("priority");
    columns.push_back({.name = std::string(column.text_at({"name"})),
                       .type = std::string(column.text_at({"type"})),
                       .json_path = std::string(column.text_at({"jsonPath"})),
                       .description = std::string(column.text_at({"description"})),
                       .priority = priority == nullptr ? 0 : priority->integer().value_or(0)});
  }
  return columns;
}

}  // namespace

std::pair<std::string_view, std::string_view> split_api_version(std::string_view api_version) {
  const std::size_t slash = api_version.find('/');
  if (slash == std::string_view::npos) return {"", api_version};
  return {api_version.substr(0, slash), api_version.substr(slash + 1)};
}

std::string ApiKind::resource_name() const {
  return resource.group.empty() ? resource.plural : resource.plural + '.' + resource.group;
}

std::string ApiKind::kind_name() const {
  return resource.group.empty() ? resource.kind : resource.kind + '.' + resource.group;
}

ApiKinds::ApiKinds() {
  for (const Row& row : rows) {
    ApiKind kind = kind_of(row);
    kind.shelf = shelves_++;
    add(std::move(kind));
  }
  // kubectl autoscale writes the old version. It is kept as the new one, and read with the fields of that.
  ApiKind old = *find("autoscaling", "v2", "horizontalpodautoscalers");
  old.resource.version = "v1";
  old.preferred = false;
  add(std::move(old));
}

const ApiKind& ApiKinds::add(ApiKind kind) {
  kinds_.push_back(std::make_unique<ApiKind>(std::move(kind)));
  served_.push_back(kinds_.back().get());
  ++revision_;
  return *kinds_.back();
}

const ApiKind* ApiKinds::find(std::string_view group, std::string_view version, std::string_view plural) const {
  const auto found = std::find_if(served_.begin(), served_.end(), [&](const ApiKind* kind) {
    return kind->resource.plural == plural && kind->resource.group == group && kind->resource.version == version;
  });
  return found == served_.end() ? nullptr : *found;
}

const ApiKind* ApiKinds::of(std::string_view api_version, std::string_view kind, bool any_version) const {
  const auto [group, version] = split_api_version(api_version);
  const ApiKind* other = nullptr;
  for (const ApiKind* each : served_) {
    if (each->resource.kind != kind || each->resource.group != group) continue;
    if (each->resource.version == version) return each;
    if (any_version && (other == nullptr || each->preferred)) other = each;
  }
  return other;
}

std::vector<const ApiKind*> ApiKinds::named(std::string_view word) const {
  const std::string wanted = lower(word);
  std::vector<const ApiKind*> out;
  for (const ApiKind* kind : served_) {
    const bool is_meant = wanted == kind->resource.plural || wanted == kind->singular ||
                          wanted == lower(kind->resource_name()) || wanted == lower(kind->kind_name()) ||
                          wanted == lower(kind->resource.kind) ||
                          std::ranges::find(kind->short_names, wanted) != kind->short_names.end();
    if (is_meant) out.push_back(kind);
  }
  return out;
}

base::Result<std::vector<const ApiKind*>> ApiKinds::define(const Json& definition) {
  const Json* spec = definition.find("spec");
  const Json* names = spec == nullptr ? nullptr : spec->find("names");
  const Json* versions = spec == nullptr ? nullptr : spec->find("versions");
  const std::string group(spec == nullptr ? "" : spec->text_at({"group"}));
  const std::string plural(names == nullptr ? "" : names->text_at({"plural"}));
  const std::string kind_name(names == nullptr ? "" : names->text_at({"kind"}));
  if (group.empty() || plural.empty() || kind_name.empty() || versions == nullptr || !versions->is_array()) {
    return base::fail("spec.group, spec.names and spec.versions are required");
  }
  const std::vector<std::size_t> before = undefine(group, plural);
  const std::size_t shelf = before.empty() ? shelves_++ : before.front();
  std::vector<const ApiKind*> added;
  for (const auto& [key, version] : versions->members()) {
    const Json* served = version.find("served");
    if (served != nullptr && !served->is_true()) continue;
    ApiKind kind;
    kind.resource = {.group = group,
                     .version = std::string(version.text_at({"name"})),
                     .plural = plural,
                     .kind = kind_name,
                     .namespaced = spec->text_at({"scope"}) != "Cluster",
                     .verbs = all_verbs};
    const std::string_view singular = names->text_at({"singular"});
    kind.singular = singular.empty() ? lower(kind_name) : std::string(singular);
    kind.short_names = texts(names->find("shortNames"));
    kind.categories = texts(names->find("categories"));
    kind.has_status = version.at({"subresources", "status"}) != nullptr;
    kind.has_generation = kind.custom = true;
    if (const Json* scale = version.at({"subresources", "scale"})) {
      kind.has_scale = true;
      kind.replicas_path = scale->text_at({"specReplicasPath"});
      kind.status_replicas_path = scale->text_at({"statusReplicasPath"});
      kind.selector_path = scale->text_at({"labelSelectorPath"});
    }
    kind.columns = columns_of(version.find("additionalPrinterColumns"));
    // Objects are kept in the storage version, which clients are told first.
    const Json* storage = version.find("storage");
    kind.preferred = storage != nullptr && storage->is_true();
    kind.shelf = shelf;
    added.push_back(&add(std::move(kind)));
  }
  // The version that clients are told first stands first.
  const auto first = std::find(served_.begin(), served_.end(), added.empty() ? nullptr : added.front());
  std::vector<const ApiKind*> others;
  for (auto it = first; it != served_.end(); ++it) {
    if (!(*it)->preferred) others.push_back(*it);
  }
  served_.erase(std::remove_if(first, served_.end(), [](const ApiKind* kind) { return !kind->preferred; }),
                served_.end());
  served_.insert(served_.end(), others.begin(), others.end());
  return added;
}

std::vector<std::size_t> ApiKinds::undefine(std::string_view group, std::string_view plural) {
  std::vector<std::size_t> shelves;
  std::erase_if(served_, [&](const ApiKind* kind) {
    if (!kind->custom || kind->resource.group != group || kind->resource.plural != plural) return false;
    if (shelves.empty()) shelves.push_back(kind->shelf);
    return true;
  });
  if (!shelves.empty()) ++revision_;
  return shelves;
}

const ApiKind& ApiKinds::assume(std::string_view api_version, std::string_view kind_name, bool namespaced) {
  const auto [group, version] = split_api_version(api_version);
  std::string plural = lower(kind_name);
  if (plural.ends_with('s') || plural.ends_with('x') || plural.ends_with("ch")) {
    plural += "es";
  } else if (plural.ends_with('y')) {
    plural.replace(plural.size() - 1, 1, "ies");
  } else {
    plural += 's';
  }
  ApiKind kind;
  kind.resource = {.group = std::string(group),
                   .version = std::string(version),
                   .plural = std::move(plural),
                   .kind = std::string(kind_name),
                   .namespaced = namespaced,
                   .verbs = all_verbs};
  kind.singular = lower(kind_name);
  kind.has_generation = kind.custom = true;
  kind.shelf = shelves_++;
  return add(std::move(kind));
}

}  // namespace bulwark::twin

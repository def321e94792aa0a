#include "kube/list_keys.h"

namespace bulwark::kube {

namespace {

struct Row {
  std::string_view kind;    // "": any
  std::string_view parent;  // "*": any
  std::string_view field;
  FieldMerge merge;
};

constexpr FieldMerge keyed(std::string_view key, std::string_view second = {}, bool retain_keys = false) {
  return {.patch = ListMerge::by_key,
          .patch_key = key,
          .retain_keys = retain_keys,
          .apply = ListMerge::by_key,
          .apply_keys = {key, second}};
}
constexpr FieldMerge set_of_values{.patch = ListMerge::set, .apply = ListMerge::set};
constexpr FieldMerge atomic{.atomic_map = true};
// Known to server-side apply alone.
constexpr FieldMerge applied(std::string_view key) {
  return {.apply = ListMerge::by_key, .apply_keys = {key, {}}};
}

constexpr Row rows[] = {
    {"", "metadata", "ownerReferences", keyed("uid")},
    {"", "metadata", "finalizers", set_of_values},
    {"", "status", "conditions", keyed("type")},
    // PodSpec
    {"", "spec", "containers", keyed("name")},
    {"", "spec", "initContainers", keyed("name")},
    {"", "spec", "ephemeralContainers", keyed("name")},
    {"", "spec", "volumes", keyed("name", {}, true)},
    {"", "spec", "imagePullSecrets", keyed("name")},
    {"", "spec", "hostAliases", keyed("ip")},
    {"", "spec", "topologySpreadConstraints", keyed("topologyKey", "whenUnsatisfiable")},
    {"", "spec", "resourceClaims", keyed("name", {}, true)},
    {"", "spec", "schedulingGates", keyed("name")},
    {"", "spec", "nodeSelector", atomic},
    {"", "status", "podIPs", keyed("ip")},
    {"", "status", "hostIPs", {.patch = ListMerge::by_key, .patch_key = "ip"}},
    {"", "status", "resourceClaimStatuses", keyed("name", {}, true)},
    // Container
    {"", "containers", "ports", keyed("containerPort", "protocol")},
    {"", "containers", "env", keyed("name")},
    {"", "containers", "volumeMounts", keyed("mountPath")},
    {"", "containers", "volumeDevices", keyed("devicePath")},
    {"", "initContainers", "ports", keyed("containerPort", "protocol")},
    {"", "initContainers", "env", keyed("name")},
    {"", "initContainers", "volumeMounts", keyed("mountPath")},
    {"", "initContainers", "volumeDevices", keyed("devicePath")},
    {"", "ephemeralContainers", "ports", keyed("containerPort", "protocol")},
    {"", "ephemeralContainers", "env", keyed("name")},
    {"", "ephemeralContainers", "volumeMounts", keyed("mountPath")},
    {"", "ephemeralContainers", "volumeDevices", keyed("devicePath")},
    {"", "resources", "claims", applied("name")},
    {"", "valueFrom", "secretKeyRef", atomic},
    {"", "valueFrom", "configMapKeyRef", atomic},
    {"", "valueFrom", "fieldRef", atomic},
    {"", "valueFrom", "resourceFieldRef", atomic},
    {"", "*", "labelSelector", atomic},
    // other kinds
    {"Deployment", "spec", "strategy", {.retain_keys = true}},
    {"Deployment", "spec", "selector", atomic},
    {"ReplicaSet", "spec", "selector", atomic},
    {"StatefulSet", "spec", "selector", atomic},
    {"DaemonSet", "spec", "selector", atomic},
    {"Job", "spec", "selector", atomic},
    {"ReplicationController", "spec", "selector", atomic},
    {"PersistentVolumeClaim", "spec", "selector", atomic},
    {"NetworkPolicy", "spec", "podSelector", atomic},
    {"PodDisruptionBudget", "spec", "selector", {.replace_map = true, .atomic_map = true}},
    {"Service", "spec", "selector", atomic},
    {"Service",
     "spec",
     "ports",
     {.patch = ListMerge::by_key,
      .patch_key = "port",
      .apply = ListMerge::by_key,
      .apply_keys = {"port", "protocol"}}},
    {"ServiceAccount", "", "secrets", keyed("name")},
    {"Node", "spec", "podCIDRs", set_of_values},
    {"Node", "status", "addresses", keyed("type")},
    {"CSINode", "spec", "drivers", keyed("name")},
    {"MutatingWebhookConfiguration", "", "webhooks", keyed("name")},
    {"ValidatingWebhookConfiguration", "", "webhooks", keyed("name")},
    {"", "webhooks", "matchConditions", keyed("name")},
    {"ValidatingAdmissionPolicy", "spec", "matchConditions", keyed("name")},
    {"ValidatingAdmissionPolicy", "spec", "variables", keyed("name")},
    {"", "*", "namespaceSelector", atomic},
    {"", "*", "objectSelector", atomic},
};

}  // namespace

FieldMerge field_merge(std::string_view kind, std::string_view parent, std::string_view field) {
  for (const Row& row : rows) {
    if (row.field != field || (!row.kind.empty() && row.kind != kind)) continue;
    if (row.parent == "*" || row.parent == parent) return row.merge;
  }
  return {};
}

}  // namespace bulwark::kube

#include "posture/api_move.h"

#include <algorithm>
#include <array>

namespace bulwark::posture {

namespace {

struct Move {
  std::string_view group, version, kind, to_group, to_version;
};

// "No notable changes" in https://kubernetes.io/docs/reference/using-api/deprecation-guide/, or a newer version
// with the same types in k8s.io/api.
constexpr std::array moves{
    Move{"admissionregistration.k8s.io", "v1beta1", "ValidatingAdmissionPolicy", "admissionregistration.k8s.io",
         "v1"},
    Move{"admissionregistration.k8s.io", "v1beta1", "ValidatingAdmissionPolicyBinding",
         "admissionregistration.k8s.io", "v1"},
    Move{"apps", "v1beta2", "DaemonSet", "apps", "v1"},
    Move{"apps", "v1beta2", "Deployment", "apps", "v1"},
    Move{"apps", "v1beta2", "ReplicaSet", "apps", "v1"},
    Move{"apps", "v1beta2", "StatefulSet", "apps", "v1"},
    Move{"autoscaling", "v2beta2", "HorizontalPodAutoscaler", "autoscaling", "v2"},
    Move{"batch", "v1beta1", "CronJob", "batch", "v1"},
    Move{"coordination.k8s.io", "v1beta1", "Lease", "coordination.k8s.io", "v1"},
    Move{"flowcontrol.apiserver.k8s.io", "v1beta3", "FlowSchema", "flowcontrol.apiserver.k8s.io", "v1"},
    Move{"networking.k8s.io", "v1beta1", "IPAddress", "networking.k8s.io", "v1"},
    Move{"networking.k8s.io", "v1beta1", "ServiceCIDR", "networking.k8s.io", "v1"},
    Move{"node.k8s.io", "v1beta1", "RuntimeClass", "node.k8s.io", "v1"},
    Move{"policy", "v1beta1", "PodDisruptionBudget", "policy", "v1"},
    Move{"rbac.authorization.k8s.io", "v1beta1", "ClusterRole", "rbac.authorization.k8s.io", "v1"},
    Move{"rbac.authorization.k8s.io", "v1beta1", "ClusterRoleBinding", "rbac.authorization.k8s.io", "v1"},
    Move{"rbac.authorization.k8s.io", "v1beta1", "Role", "rbac.authorization.k8s.io", "v1"},
    Move{"rbac.authorization.k8s.io", "v1beta1", "RoleBinding", "rbac.authorization.k8s.io", "v1"},
    Move{"scheduling.k8s.io", "v1alpha1", "PriorityClass", "scheduling.k8s.io", "v1"},
    Move{"scheduling.k8s.io", "v1beta1", "PriorityClass", "scheduling.k8s.io", "v1"},
    Move{"storage.k8s.io", "v1beta1", "CSIDriver", "storage.k8s.io", "v1"},
    Move{"storage.k8s.io", "v1beta1", "CSINode", "storage.k8s.io", "v1"},
    Move{"storage.k8s.io", "v1beta1", "CSIStorageCapacity", "storage.k8s.io", "v1"},
    Move{"storage.k8s.io", "v1beta1", "StorageClass", "storage.k8s.io", "v1"},
    Move{"storage.k8s.io", "v1beta1", "VolumeAttachment", "storage.k8s.io", "v1"},
    Move{"storage.k8s.io", "v1beta1", "VolumeAttributesClass", "storage.k8s.io", "v1"},
};

bool is_empty(const document::Node* node) {
  return node == nullptr || node->is_null() || (node->is_mapping() && node->members().empty());
}

}  // namespace

std::optional<kube::GroupVersion> same_schema_move(const kube::Object& object, const document::Node& root,
                                                   kube::MinorVersion release) {
  const auto move = std::find_if(moves.begin(), moves.end(), [&](const Move& each) {
    return each.group == object.group() && each.version == object.version() && each.kind == object.kind_name;
  });
  if (move == moves.end()) return std::nullopt;
  const auto* to = kube::find_api_lifecycle(move->to_group, move->to_version, move->kind);
  if (to == nullptr || !to->exists_in(release)) return std::nullopt;
  const document::Node* spec = root.find("spec");
  const document::Node* selector = spec == nullptr ? nullptr : spec->find("selector");
  // apps/v1 wants the selector that v1beta2 wanted, too; what left it out never worked. An empty selector of a
  // budget turns from nothing to everything.
  if ((move->group == "apps" || move->group == "policy") && is_empty(selector)) return std::nullopt;
  return kube::GroupVersion{move->to_group, move->to_version};
}

}  // namespace bulwark::posture

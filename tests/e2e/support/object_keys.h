// Kinds and keys of the objects that the tests, and the kubelets that they play, write.
#pragma once

#include <string>

#include "kube/cluster.h"

namespace bulwark::e2e {

inline kube::Resource nodes_resource() {
  return {.group = {}, .version = "v1", .plural = "nodes", .kind = "Node", .namespaced = false, .verbs = {}};
}
inline kube::Resource pods_resource() {
  return {.group = {}, .version = "v1", .plural = "pods", .kind = "Pod", .verbs = {}};
}
inline kube::Resource leases_resource() {
  return {.group = "coordination.k8s.io", .version = "v1", .plural = "leases", .kind = "Lease", .verbs = {}};
}

inline kube::ObjectKey node_key(const std::string& name) { return {nodes_resource(), {}, name}; }
inline kube::ObjectKey lease_key(const std::string& node) { return {leases_resource(), "kube-node-lease", node}; }
inline kube::ObjectKey pod_key(const std::string& name_space, const std::string& name) {
  return {pods_resource(), name_space, name};
}

inline const kube::Resource config_maps{
    .group = {}, .version = "v1", .plural = "configmaps", .kind = "ConfigMap", .verbs = {}};
inline const kube::Resource name_spaces{
    .group = {}, .version = "v1", .plural = "namespaces", .kind = "Namespace", .namespaced = false, .verbs = {}};
inline const kube::Resource deployments{
    .group = "apps", .version = "v1", .plural = "deployments", .kind = "Deployment", .verbs = {}};
inline const kube::Resource budgets{.group = "policy",
                                    .version = "v1beta1",
                                    .plural = "poddisruptionbudgets",
                                    .kind = "PodDisruptionBudget",
                                    .verbs = {}};

}  // namespace bulwark::e2e

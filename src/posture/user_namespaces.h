#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kube/inventory.h"
#include "posture/reporter.h"

namespace bulwark::posture {

// A namespace that belongs to users, not to Kubernetes, AKS or its add-ons, and is in the input: as a Namespace
// object, or because workloads live in it.
struct UserNamespace {
  std::string_view name;
  const kube::Object* object = nullptr;  // the Namespace, when it is in the input
  std::span<const kube::Object* const> workloads;

  // What findings about the namespace as a whole stand at: the Namespace, or else the first workload.
  const kube::Object& anchor() const { return object != nullptr ? *object : *workloads.front(); }
  // `namespace "shop"`; `the workload's namespace` when the anchor names none.
  std::string text() const;
};

// In the order of the input.
std::vector<UserNamespace> user_namespaces(const kube::Inventory& inventory);

// Whether objects of the kind that belong to the namespace would be in the input if there were any: others of the
// kind are there, or the Namespace itself, or the input comes from a whole cluster.
bool would_show(const kube::Inventory& inventory, const UserNamespace& name_space, kube::ResourceKind kind);

// Reports the Namespaces of the input that have no object of the kind (ResourceQuota, by its name in the API).
void report_namespaces_without(const kube::Inventory& inventory, kube::ResourceKind kind,
                               std::string_view kind_name, std::string_view no_fix, ClusterReporter& report);

// The input comes from a whole cluster: its nodes are there.
bool is_whole_cluster(const kube::Inventory& inventory);

// The pod or workload was made by another one that is in the input: what is wrong with both is reported there
// alone.
bool is_made_by_workload(const kube::Inventory& inventory, const kube::Object& object);

// Kubernetes or AKS made the object and keeps it as it is: RBAC's default roles, what the add-on manager or AKS
// reconcile.
bool is_managed(const kube::Object& object);

}  // namespace bulwark::posture

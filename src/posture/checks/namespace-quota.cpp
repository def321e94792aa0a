// The guide's page on isolation: resource quotas keep tenants apart.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/user_namespaces.h"

namespace bulwark::posture {

namespace {

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  for (const UserNamespace& space : user_namespaces(inventory)) {
    if (space.object == nullptr) continue;
    report.judged(*space.object);
    if (!inventory.of(kube::ResourceKind::resource_quota, space.name).empty()) continue;
    report
        .broken(*space.object, FieldPath("metadata") / "name",
                fmt::format("namespace \"{}\" has no ResourceQuota", space.name))
        .no_fix("how much the tenant may take is a decision of its owner");
  }
}

}  // namespace

extern const Check namespace_quota;
const Check namespace_quota{
    .about = {.id = "namespace-quota",
              .aliases = {"KSV040"},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::low,
              .title = "Namespaces have a ResourceQuota",
              .effect = "One tenant can take all resources of the cluster.",
              .remedy = "Add a ResourceQuota to the namespace.",
              .sources = {{"Kubernetes: resource quotas",
                           "https://kubernetes.io/docs/concepts/policy/resource-quotas/"},
                          {"AKS: cluster isolation",
                           "https://learn.microsoft.com/azure/aks/operator-best-practices-cluster-isolation"}},
              .mappings = {{finding::Framework::guide, "Cluster isolation"},
                           {finding::Framework::nsa, "Resource policies"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

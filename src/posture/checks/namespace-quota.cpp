// The guide's page on isolation: resource quotas keep tenants apart.
#include "posture/check.h"
#include "posture/user_namespaces.h"

namespace bulwark::posture {

namespace {

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  report_namespaces_without(inventory, kube::ResourceKind::resource_quota, "ResourceQuota",
                            "how much the tenant may take is a decision of its owner", report);
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

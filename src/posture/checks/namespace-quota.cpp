// The guide's page on isolation: resource quotas keep tenants apart.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/system_namespaces.h"

namespace bulwark::posture {

namespace {

// Namespaces of users that the input tells something of.
template <class Visit>
void for_each_user_namespace(const kube::Inventory& inventory, Visit&& visit) {
  for (const kube::Object* object : inventory.of(kube::ResourceKind::name_space)) {
    if (!is_system_namespace(object->metadata.name)) visit(*object);
  }
}

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  for_each_user_namespace(inventory, [&](const kube::Object& object) {
    report.judged(object);
    const std::string_view space = object.metadata.name;
    if (inventory.of(kube::ResourceKind::resource_quota, space).empty()) {
      report.broken(object, {}, fmt::format("the namespace {} has no ResourceQuota", space))
          .no_fix("how much the tenant may take is a decision of its owner");
    }
  });
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

// CIS 5.3.2: ensure that all Namespaces have Network Policies defined.
#include <fmt/format.h>

#include <algorithm>

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
    const auto policies = inventory.of(kube::ResourceKind::network_policy, space);
    const bool denied = std::any_of(policies.begin(), policies.end(), [](const kube::Object* each) {
      const kube::NetworkPolicySpec& policy = kube::as<kube::NetworkPolicy>(*each)->spec;
      return policy.pod_selector.empty() && policy.is_ingress();
    });
    if (!denied) {
      report
          .broken(object, {},
                  fmt::format("no policy of the namespace {} isolates all its pods from ingress", space))
          .no_fix("a new policy must know who calls the pods");
    }
  });
}

}  // namespace

extern const Check namespace_default_deny;
const Check namespace_default_deny{
    .about =
        {.id = "namespace-default-deny",
         .aliases = {"KSV038"},
         .chapter = finding::Chapter::instance_metadata,
         .severity = finding::Severity::medium,
         .title = "Namespaces deny traffic by default",
         .effect = "Every pod of the cluster reaches every pod of the namespace.",
         .remedy =
             "Add a NetworkPolicy with an empty podSelector and policyTypes Ingress, and allow what is needed.",
         .sources = {{"Kubernetes: network policies",
                      "https://kubernetes.io/docs/concepts/services-networking/network-policies/"},
                     {"AKS: cluster isolation",
                      "https://learn.microsoft.com/azure/aks/operator-best-practices-cluster-isolation"}},
         .mappings = {{finding::Framework::guide, "Cluster isolation"},
                      {finding::Framework::cis_kubernetes, "5.3.2"},
                      {finding::Framework::cis_aks, "4.4.1"},
                      {finding::Framework::nsa, "Network separation"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

// CIS 5.3.2: ensure that all Namespaces have Network Policies defined. A policy for all pods (an empty
// podSelector) that has no rule for everything isolates them: what its rules do not name is denied.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/network_policy.h"
#include "posture/user_namespaces.h"

namespace bulwark::posture {

namespace {

bool isolates(const kube::Object& object, bool ingress, kube::MinorVersion version) {
  const kube::NetworkPolicySpec& policy = kube::as<kube::NetworkPolicy>(object)->spec;
  if (!policy.pod_selector.empty() || !(ingress ? policy.is_ingress() : policy.is_egress())) return false;
  return !allows_all(ingress ? policy.ingress : policy.egress) && !is_refused(object, version);
}

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  for (const UserNamespace& space : user_namespaces(inventory)) {
    if (space.object == nullptr) continue;
    report.judged(*space.object);
    bool ingress = false, egress = false;
    for (const kube::Object* policy : inventory.of(kube::ResourceKind::network_policy, space.name)) {
      ingress = ingress || isolates(*policy, true, report.version());
      egress = egress || isolates(*policy, false, report.version());
    }
    if (ingress && egress) continue;
    const std::string message = fmt::format("no policy isolates all pods of namespace \"{}\" for {}", space.name,
                                            ingress  ? "egress"
                                            : egress ? "ingress"
                                                     : "ingress and egress");
    const FieldPath at = FieldPath("metadata") / "name";
    if (const kube::Object* foreign = find_foreign_policy(inventory, space.name)) {
      report.unknown(*space.object, at, message,
                     fmt::format("what {} \"{}\" denies", foreign->kind_name, foreign->metadata.name));
    } else {
      report.broken(*space.object, at, message)
          .no_fix("a new policy must know who calls the pods, and what they call");
    }
  }
}

}  // namespace

extern const Check namespace_default_deny;
const Check namespace_default_deny{
    .about = {.id = "namespace-default-deny",
              .aliases = {"missingNetworkPolicy"},
              .chapter = finding::Chapter::instance_metadata,
              .severity = finding::Severity::medium,
              .title = "Namespaces deny traffic by default",
              .effect =
                  "Every pod of the cluster reaches every pod of the namespace, or its pods reach every address.",
              .remedy = "Add a NetworkPolicy with an empty podSelector and policyTypes Ingress and Egress, and "
                        "allow what is needed.",
              .sources = {{"Kubernetes: network policies",
                           "https://kubernetes.io/docs/concepts/services-networking/network-policies/"},
                          {"AKS: cluster isolation",
                           "https://learn.microsoft.com/azure/aks/operator-best-practices-cluster-isolation"}},
              .mappings = {{finding::Framework::guide, "Cluster isolation"},
                           {finding::Framework::guide, "Restrict access to Instance Metadata API"},
                           {finding::Framework::cis_kubernetes, "5.3.2"},
                           {finding::Framework::cis_aks, "4.4.2"},
                           {finding::Framework::nsa, "Network separation"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

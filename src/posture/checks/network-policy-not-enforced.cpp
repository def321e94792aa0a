// The API server takes NetworkPolicies whether or not anything enforces them: without a controller that does, they
// have no effect. AKS says on its nodes which engine was chosen; with `none` one may still have been installed.
#include "posture/check.h"
#include "posture/network_engine.h"

namespace bulwark::posture {

namespace {

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  if (!inventory.has(kube::ResourceKind::network_policy)) return;
  const auto [engine, node] = find_network_engine(inventory, false);
  if (node == nullptr) return;
  report.judged(*node);
  if (engine != NetworkEngine::none) return;
  const FieldPath at = FieldPath("metadata") / "labels" / network_policy_label;
  constexpr std::string_view message = "nothing enforces the network policies of the cluster";
  if (inventory.has(kube::ResourceKind::daemon_set)) {
    report.broken(*node, at, message).no_fix("the engine is chosen in Azure, not by a manifest");
  } else {
    report.unknown(*node, at, message, "the DaemonSets, among which an engine of the cluster's owner may be");
  }
}

}  // namespace

extern const Check network_policy_not_enforced;
const Check network_policy_not_enforced{
    .about = {.id = "network-policy-not-enforced",
              .aliases = {},
              .chapter = finding::Chapter::instance_metadata,
              .severity = finding::Severity::high,
              .title = "Something enforces the network policies",
              .effect = "The policies are stored and do nothing: every pod reaches every address, the metadata "
                        "service too.",
              .remedy = "Enable a network policy engine: `az aks update --network-policy`, best Cilium.",
              .sources = {{"Kubernetes: network policies",
                           "https://kubernetes.io/docs/concepts/services-networking/network-policies/"},
                          {"AKS: network policies", "https://learn.microsoft.com/azure/aks/use-network-policies"}},
              .mappings = {{finding::Framework::guide, "Restrict access to Instance Metadata API"},
                           {finding::Framework::cis_kubernetes, "5.3.1"},
                           {finding::Framework::cis_aks, "5.4.4"},
                           {finding::Framework::nsa, "Network separation"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

// use-network-policies: Azure Network Policy Manager (NPM) retires, on Windows nodes on 2026-09-30 and on Linux
// nodes on 2028-09-30. The guide's chapter on metadata still enables it: --network-policy azure.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/network_engine.h"

namespace bulwark::posture {

namespace {

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  for (const bool windows : {false, true}) {
    const auto [engine, object] = find_network_engine(inventory, windows);
    if (object == nullptr) continue;
    report.judged(*object);
    if (engine != NetworkEngine::azure_npm) continue;
    const FieldPath metadata = "metadata";
    const bool is_node = object->kind == kube::ResourceKind::node;
    report
        .broken(*object, is_node ? metadata / "labels" / network_policy_label : metadata / "name",
                fmt::format("Azure NPM enforces the network policies of {} nodes, and AKS {}",
                            windows ? "Windows" : "Linux",
                            windows ? "ended its support on 2026-09-30" : "ends its support on 2028-09-30"))
        .severity(windows ? finding::Severity::high : finding::Severity::low)
        .no_fix("the engine is chosen in Azure, not by a manifest");
  }
}

}  // namespace

extern const Check network_policy_manager;
const Check network_policy_manager{
    .about = {.id = "network-policy-manager",
              .aliases = {},
              .chapter = finding::Chapter::instance_metadata,
              .severity = finding::Severity::medium,
              .title = "Network policies are enforced by an engine that AKS goes on supporting",
              .effect = "Without support nobody mends the engine, and the policies, that of the metadata service "
                        "among them, fail open when it fails.",
              .remedy = "Move to Azure CNI powered by Cilium (`az aks update --network-dataplane cilium`), or to "
                        "Calico where the cluster has Windows nodes.",
              .sources = {{"AKS: network policies", "https://learn.microsoft.com/azure/aks/use-network-policies"},
                          {"AKS: migrate from NPM to Cilium network policy",
                           "https://learn.microsoft.com/azure/aks/migrate-from-npm-to-cilium-network-policy"}},
              .mappings = {{finding::Framework::guide, "Restrict access to Instance Metadata API"},
                           {finding::Framework::cis_kubernetes, "5.3.1"},
                           {finding::Framework::cis_aks, "5.4.4"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

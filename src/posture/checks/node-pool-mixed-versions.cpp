// upgrade-conceptual: "Blocked nodes might remain on an older version until the blocking condition is resolved";
// outside of an upgrade all nodes of a pool have the same version.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/node_pools.h"

namespace bulwark::posture {

namespace {

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  for (const NodePool& pool : node_pools(inventory)) {
    const NodeView* newest = nullptr;
    for (const NodeView& node : pool.nodes) {
      const auto version = node.kubelet();
      if (version && (newest == nullptr || *version > *newest->kubelet())) newest = &node;
    }
    for (const NodeView& node : pool.nodes) {
      const auto version = node.kubelet();
      if (!version) continue;
      report.judged(node.object);
      if (*version == *newest->kubelet()) continue;
      report
          .broken(node.object, FieldPath("status") / "nodeInfo" / "kubeletVersion",
                  fmt::format("kubelet {} is older than {} of node \"{}\" in the same pool \"{}\"",
                              node.node.status.node_info.kubelet_version,
                              newest->node.status.node_info.kubelet_version, newest->name(), pool.name))
          .no_fix("a node pool is upgraded through AKS");
    }
  }
}

}  // namespace

extern const Check node_pool_mixed_versions;
const Check node_pool_mixed_versions{
    .about = {.id = "node-pool-mixed-versions",
              .aliases = {},
              .chapter = finding::Chapter::kubernetes_upgrades,
              .severity = finding::Severity::medium,
              .title = "All nodes of a pool have the same version",
              .effect = "An upgrade of the pool stopped half way: the nodes left behind miss its fixes.",
              .remedy = "Find what stopped the drain, and run the upgrade of the pool again.",
              .sources = {{"AKS: how cluster upgrades work",
                           "https://learn.microsoft.com/azure/aks/upgrade-conceptual"},
                          {"AKS: upgrade an AKS cluster",
                           "https://learn.microsoft.com/azure/aks/upgrade-aks-cluster"}},
              .mappings = {{finding::Framework::guide, "Regularly update to the latest version of Kubernetes"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

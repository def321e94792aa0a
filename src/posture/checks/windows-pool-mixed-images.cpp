// auto-upgrade-node-os-image: each node names its image in kubernetes.azure.com/node-image-version; a node that
// kept an older one than others of its pool missed an update. Windows nodes get security updates by a new image
// only.
#include "posture/check.h"
#include "posture/node_pools.h"

namespace bulwark::posture {

namespace {

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  report_older_images(inventory, report, true);
}

}  // namespace

extern const Check windows_pool_mixed_images;
const Check windows_pool_mixed_images{
    .about = {.id = "windows-pool-mixed-images",
              .aliases = {},
              .chapter = finding::Chapter::windows_node_updates,
              .severity = finding::Severity::medium,
              .title = "All Windows nodes of a pool have the same image",
              .effect = "The node misses security fixes that others of its pool have.",
              .remedy = "Upgrade the node image of the pool, and find what stopped the drain of this node.",
              .sources = {{"AKS: upgrade node images", "https://learn.microsoft.com/azure/aks/upgrade-node-image"},
                          {"AKS: auto-upgrade node OS images",
                           "https://learn.microsoft.com/azure/aks/auto-upgrade-node-os-image"},
                          {"AKS: upgrade the OS version of Windows workloads",
                           "https://learn.microsoft.com/azure/aks/upgrade-windows-os"}},
              .mappings = {{finding::Framework::guide, "Process Windows Server node updates"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

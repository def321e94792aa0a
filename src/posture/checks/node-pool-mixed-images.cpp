// auto-upgrade-node-os-image: each node names its image in kubernetes.azure.com/node-image-version; a node that
// kept an older one than others of its pool missed an update. The date behind the image is that of its last
// security patch.
#include "posture/check.h"
#include "posture/node_pools.h"

namespace bulwark::posture {

namespace {

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  report_older_images(inventory, report, false);
}

}  // namespace

extern const Check node_pool_mixed_images;
const Check node_pool_mixed_images{
    .about = {.id = "node-pool-mixed-images",
              .aliases = {},
              .chapter = finding::Chapter::linux_node_updates,
              .severity = finding::Severity::low,
              .title = "All Linux nodes of a pool have the same image",
              .effect = "The node misses security fixes that others of its pool have.",
              .remedy = "Upgrade the node image of the pool, and find what stopped the drain of this node.",
              .sources = {{"AKS: upgrade node images", "https://learn.microsoft.com/azure/aks/upgrade-node-image"},
                          {"AKS: auto-upgrade node OS images",
                           "https://learn.microsoft.com/azure/aks/auto-upgrade-node-os-image"}},
              .mappings = {{finding::Framework::guide, "Process Linux node updates"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

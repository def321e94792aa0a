#pragma once

#include <string_view>
#include <vector>

#include "posture/check.h"
#include "posture/nodes.h"

namespace bulwark::posture {

// The nodes of each AKS node pool, in order of appearance.
struct NodePool {
  std::string_view name;
  std::vector<NodeView> nodes;
};
std::vector<NodePool> node_pools(const kube::Inventory& inventory);

// Reports the nodes of one operating system whose image is older than that of another node of their pool.
void report_older_images(const kube::Inventory& inventory, ClusterReporter& report, bool windows);

}  // namespace bulwark::posture

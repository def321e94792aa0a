#include "posture/node_pools.h"

#include <fmt/format.h>

#include <algorithm>

namespace bulwark::posture {

std::vector<NodePool> node_pools(const kube::Inventory& inventory) {
  std::vector<NodePool> pools;
  for (const kube::Object* object : inventory.of(kube::ResourceKind::node)) {
    const NodeView node(*object);
    const std::string_view name = node.pool();
    if (name.empty()) continue;
    auto pool = std::find_if(pools.begin(), pools.end(), [&](const NodePool& each) { return each.name == name; });
    if (pool == pools.end()) pool = pools.insert(pools.end(), NodePool{name, {}});
    pool->nodes.push_back(node);
  }
  return pools;
}

void report_older_images(const kube::Inventory& inventory, ClusterReporter& report, bool windows) {
  for (const NodePool& pool : node_pools(inventory)) {
    for (const NodeView& node : pool.nodes) {
      if (node.is_windows() != windows || node.image().empty()) continue;
      report.judged(node.object);
      const NodeImage image = parse_node_image(node.image());
      const NodeView* newest = nullptr;
      for (const NodeView& other : pool.nodes) {
        const NodeImage theirs = parse_node_image(other.image());
        if (theirs.family != image.family || compare_releases(theirs.release, image.release) <= 0) continue;
        if (newest == nullptr || compare_releases(theirs.release, parse_node_image(newest->image()).release) > 0) {
          newest = &other;
        }
      }
      if (newest == nullptr) continue;
      report
          .broken(node.object, FieldPath("metadata") / "labels" / NodeView::image_label,
                  fmt::format("image \"{}\" is older than \"{}\" of node \"{}\" in the same pool \"{}\"",
                              node.image(), newest->image(), newest->name(), pool.name))
          .no_fix("a node gets its image from AKS");
    }
  }
}

}  // namespace bulwark::posture

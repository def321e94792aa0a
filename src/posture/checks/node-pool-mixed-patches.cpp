// node-updates-kured and auto-upgrade-node-os-image (Unmanaged, SecurityPatch): nodes are patched where they run,
// and a new kernel counts from the next reboot on. A node of the same image with an older kernel or runtime than
// its neighbours has not been rebooted, or not been patched. Nodes of different images are another check's.
#include <fmt/format.h>

#include <array>
#include <string_view>

#include "posture/check.h"
#include "posture/node_pools.h"

namespace bulwark::posture {

namespace {

struct Part {
  std::string_view name, field;
  std::string_view kube::NodeSystemInfo::* value;
};

// Of the same build for another kernel ("-azure" and "-azure-fde") nobody is older: the texts behind the last
// number must be equal.
std::string_view suffix(std::string_view version) {
  const std::size_t last = version.find_last_of("0123456789");
  return last == std::string_view::npos ? version : version.substr(last + 1);
}

// "1.7.27" of "containerd://1.7.27"
std::string_view release(std::string_view version) {
  const std::size_t scheme = version.find("://");
  return scheme == std::string_view::npos ? version : version.substr(scheme + 3);
}

void judge(const NodePool& pool, const NodeView& node, ClusterReporter& report) {
  constexpr std::array parts{
      Part{"kernel", "kernelVersion", &kube::NodeSystemInfo::kernel_version},
      Part{"container runtime", "containerRuntimeVersion", &kube::NodeSystemInfo::container_runtime_version},
  };
  const kube::NodeSystemInfo& info = node.node.status.node_info;
  for (const Part& part : parts) {
    const std::string_view own = info.*part.value;
    const NodeView* newest = nullptr;
    for (const NodeView& other : pool.nodes) {
      const std::string_view theirs = other.node.status.node_info.*part.value;
      if (other.image() != node.image() || other.node.status.node_info.os_image != info.os_image) continue;
      if (theirs.empty() || own.empty() || suffix(theirs) != suffix(own)) continue;
      const std::string_view best = newest == nullptr ? own : newest->node.status.node_info.*part.value;
      if (compare_releases(release(theirs), release(best)) > 0) newest = &other;
    }
    if (newest == nullptr) continue;
    report
        .broken(node.object, FieldPath("status") / "nodeInfo" / part.field,
                fmt::format("{} \"{}\" is older than \"{}\" of node \"{}\" in the same pool \"{}\"", part.name,
                            own, newest->node.status.node_info.*part.value, newest->name(), pool.name))
        .no_fix("the node must be rebooted, or get a new image");
    return;  // one cause
  }
}

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  for (const NodePool& pool : node_pools(inventory)) {
    for (const NodeView& node : pool.nodes) {
      if (node.is_windows() || node.node.status.node_info.kernel_version.empty()) continue;
      report.judged(node.object);
      judge(pool, node, report);
    }
  }
}

}  // namespace

extern const Check node_pool_mixed_patches;
const Check node_pool_mixed_patches{
    .about = {.id = "node-pool-mixed-patches",
              .aliases = {},
              .chapter = finding::Chapter::linux_node_updates,
              .severity = finding::Severity::medium,
              .title = "All nodes of a pool run the same kernel and container runtime",
              .effect = "Security fixes that are installed elsewhere in the pool are not in force on this node.",
              .remedy =
                  "Reboot the node (kured does so where it is installed), or upgrade the node image of the pool.",
              .sources = {{"AKS: apply node updates with kured",
                           "https://learn.microsoft.com/azure/aks/node-updates-kured"},
                          {"AKS: auto-upgrade node OS images",
                           "https://learn.microsoft.com/azure/aks/auto-upgrade-node-os-image"}},
              .mappings = {{finding::Framework::guide, "Process Linux node updates"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

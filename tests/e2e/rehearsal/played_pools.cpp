#include "e2e/rehearsal/played_pools.h"

#include <fmt/format.h>

#include <algorithm>

#include "e2e/support/object_keys.h"

namespace bulwark::e2e {

PlayedPools::PlayedPools(kube::Cluster& cluster, NodePlayer& player, const Recorder& recorder,
                         upgrade::Pods& clock, const Figures& figures, std::vector<NodeShape> nodes,
                         std::vector<upgrade::NodePool> pools)
    : cluster_(cluster),
      player_(player),
      recorder_(recorder),
      clock_(clock),
      figures_(figures),
      pools_(std::move(pools)) {
  for (NodeShape& each : nodes) nodes_.emplace(each.name, each);
}

kube::Answer<> PlayedPools::list_pools(std::vector<upgrade::NodePool>& pools) {
  for (upgrade::NodePool pool : pools_) {
    pool.count = static_cast<std::int32_t>(std::ranges::count_if(
        nodes_, [&](const auto& each) { return each.second.labels.at("agentpool") == pool.name; }));
    pools.push_back(std::move(pool));
  }
  return {};
}

kube::Answer<> PlayedPools::list_nodes(std::string_view pool, std::vector<upgrade::PoolNode>& nodes) {
  for (const auto& [name, shape] : nodes_) {
    const auto seen = recorder_.nodes().find("Node /" + name);
    if (shape.labels.at("agentpool") != pool || seen == recorder_.nodes().end()) continue;
    nodes.push_back({.name = name,
                     .version = shape.kubelet_version.substr(1),
                     .zone = {},
                     .ready = seen->second.ready,
                     .schedulable = !seen->second.unschedulable});
  }
  return {};
}

upgrade::OperationId PlayedPools::begin(Work work) {
  const Figures::Duration takes = work.what == What::add       ? figures_.node_add
                                  : work.what == What::reimage ? figures_.node_reimage
                                                               : figures_.node_remove;
  work.due = clock_.now() + takes;
  works_.push_back(std::move(work));
  return works_.size() - 1;
}

kube::Answer<upgrade::OperationId> PlayedPools::add_node(std::string_view pool, std::string_view version) {
  // (As the twin names them.)
  return begin({.what = What::add,
                .node = fmt::format("{}-surge-{}", pool, ++added_),
                .version = std::string(version),
                .due = {}});
}

kube::Answer<upgrade::OperationId> PlayedPools::reimage(std::string_view, std::string_view node,
                                                        std::string_view version) {
  player_.change(std::string(node), [](NodeShape& shape) { shape.ready = false; });
  return begin({.what = What::reimage, .node = std::string(node), .version = std::string(version), .due = {}});
}

kube::Answer<upgrade::OperationId> PlayedPools::remove_node(std::string_view, std::string_view node) {
  player_.remove(std::string(node));
  nodes_.erase(std::string(node));
  while (recorder_.nodes().contains(fmt::format("Node /{}", node))) {
    cluster_.run_until(cluster_.now() + std::chrono::milliseconds(20));
  }
  // Its pods (of DaemonSets) go with it; the garbage collector of pods takes up to a minute for that.
  for (const auto& [key, pod] : recorder_.pods()) {
    if (pod.node != node) continue;
    const auto removed = cluster_.remove(pod_key(pod.name_space, pod.name),
                                         {.grace_period_seconds = 0, .propagation = {}, .uid = pod.uid});
    if (!removed && !removed.error().is_not_found()) return std::unexpected(removed.error());
  }
  return begin({.what = What::remove, .node = std::string(node), .version = {}, .due = {}});
}

kube::Answer<upgrade::OperationId> PlayedPools::upgrade_control_plane(std::string_view) {
  kube::Status status;
  status.message = "the control plane of a test stays as it is";
  return std::unexpected(status);
}

void PlayedPools::finish(const Work& work) {
  if (work.what == What::add) {
    // Like the first node of its pool.
    const std::string pool = work.node.substr(0, work.node.rfind("-surge-"));
    NodeShape shape = std::ranges::find_if(nodes_, [&](const auto& each) {
                        return each.second.labels.at("agentpool") == pool;
                      })->second;
    shape.name = work.node;
    shape.ready = true;
    shape.kubelet_version = "v" + work.version;
    nodes_[shape.name] = shape;
    player_.add(std::move(shape));
  } else if (work.what == What::reimage) {
    nodes_.at(work.node).kubelet_version = "v" + work.version;
    player_.change(work.node, [version = work.version](NodeShape& shape) {
      shape.ready = true;
      shape.kubelet_version = "v" + version;
    });
  }
}

bool PlayedPools::is_there(const std::string& node) const {
  const auto seen = recorder_.nodes().find("Node /" + node);
  return seen != recorder_.nodes().end() && seen->second.ready && !seen->second.tainted;
}

upgrade::Operation PlayedPools::operation(upgrade::OperationId id) {
  Work& work = works_.at(id);
  upgrade::Operation out;
  out.node = work.node;
  out.look_again = work.due;
  if (clock_.now() < work.due) return out;
  if (!work.begun) finish(work);
  work.begun = true;
  const bool done = work.what == What::remove || is_there(work.node);
  out.look_again = clock_.now() + Figures::Duration(20 * figures_.speed);
  if (done) out.state = upgrade::Operation::State::succeeded;
  return out;
}

}  // namespace bulwark::e2e

// What happens to the twin's nodes.
#include <algorithm>

#include "twin/controllers.h"
#include "twin/engine.h"

namespace bulwark::twin {

Index Engine::add_node(std::shared_ptr<const NodeInfo> info) {
  Nodes& nodes = state_.nodes;
  const Index node = static_cast<Index>(nodes.size());
  for (std::size_t column = 0; column < nodes.allocatable.size(); ++column) {
    nodes.allocatable[column].push_back(column < info->allocatable.size() ? info->allocatable[column] : 0);
    nodes.requested[column].push_back(0);
  }
  nodes.exists.push_back(1);
  nodes.ready.push_back(1);
  nodes.unschedulable.push_back(0);
  nodes.first_pod.push_back(none);
  nodes.pods.push_back(0);
  nodes.silences.push_back(0);
  nodes.tainted_since.push_back(state_.now);
  nodes.score_cpu.push_back(0);
  nodes.score_memory.push_back(0);
  nodes.info.push_back(std::move(info));
  node_changed(node, NodeChange::added);
  return node;
}

void Engine::node_changed(Index node, NodeChange change) {
  scheduler_.on_node(state_, node);
  touch_daemons(node);
  queue_.wake(state_);
  plan_scheduling();
  if (observer_.to != nullptr) observer_.to->on_node(node, change);
}

void Engine::replace_node(Index node, std::shared_ptr<const NodeInfo> info) {
  Nodes& nodes = state_.nodes;
  for (std::size_t column = 0; column < nodes.allocatable.size(); ++column) {
    nodes.allocatable[column][node] = column < info->allocatable.size() ? info->allocatable[column] : 0;
  }
  nodes.info[node] = std::move(info);
  node_changed(node, NodeChange::changed);
  Controllers::apply_taints(*this, node);
}

void Engine::remove_node(Index node) {
  while (state_.nodes.first_pod[node] != none) erase_pod(state_.nodes.first_pod[node]);
  state_.nodes.exists[node] = 0;
  state_.nodes.ready[node] = 0;
  // What was meant for this node alone has no place any more.
  for (const Index pod : std::vector(state_.waiting_daemons)) {
    if (state_.pods[pod].ordinal == static_cast<std::int32_t>(node)) erase_pod(pod);
  }
  node_changed(node, NodeChange::removed);
}

void Engine::set_unschedulable(Index node, bool unschedulable) {
  if ((state_.nodes.unschedulable[node] != 0) == unschedulable) return;
  state_.nodes.unschedulable[node] = unschedulable ? 1 : 0;
  node_changed(node, NodeChange::changed);
}

void Engine::lose_node(Index node) {
  // node-monitor-grace-period: 40 s, and 50 s since 1.32.
  const Duration grace{model_->minor >= 32 ? 50'000 : 40'000};
  events_.add(state_.now + grace, Happening::node_lost, node, ++state_.nodes.silences[node]);
}

void Engine::set_node_ready(Index node, bool ready) {
  if (ready) ++state_.nodes.silences[node];
  if ((state_.nodes.ready[node] != 0) == ready) return;
  state_.nodes.ready[node] = ready ? 1 : 0;
  for (Index pod = state_.nodes.first_pod[node]; pod != none; pod = state_.pods[pod].next_on_node) {
    const Pod& of = state_.pods[pod];
    if (!ready) {
      set_pod_ready(pod, false);
    } else if (of.deleting) {
      // Only now does somebody tell that its containers have ended.
      if (!of.is_stuck) events_.add(std::max(of.deadline, state_.now), Happening::pod_gone, pod, of.serial);
    } else if (of.phase == PodPhase::starting) {
      expect_ready(pod, state_.now);
    } else if (of.phase == PodPhase::running && class_of(of).becomes_ready) {
      // Its containers start anew with the kubelet.
      events_.add(state_.now + class_of(of).start + class_of(of).readiness, Happening::pod_ready, pod, of.serial);
    }
  }
  node_changed(node, NodeChange::changed);
  Controllers::apply_taints(*this, node);
}

Index Engine::find_node(std::string_view name) const {
  // From the end: a name may come again after its node was removed.
  for (std::size_t i = state_.nodes.size(); i-- > 0;) {
    if (state_.nodes.exists[i] != 0 && state_.nodes.info[i]->name == name) return static_cast<Index>(i);
  }
  return none;
}

}  // namespace bulwark::twin

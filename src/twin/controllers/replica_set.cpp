// ReplicaSets, ReplicationControllers and Deployments (pkg/controller/replicaset, pkg/controller/deployment).
#include <algorithm>
#include <tuple>
#include <vector>

#include "twin/controllers.h"

namespace bulwark::twin {

void Controllers::sync_replicas(Engine& engine, Index index) {
  const Workload& workload = engine.model_->workloads[index];
  const WorkloadState& state = engine.state_.workloads[index];
  if (!workload.exists) return;
  std::int32_t missing = state.replicas - state.active;
  if (missing > 0 && workload.pod_class != none) {
    while (missing-- > 0) {
      if (engine.create_pod(workload.pod_class, index) == none) return;
    }
    return;
  }
  if (missing >= 0) return;
  // Which go first (ActivePodsWithRanks): without a node, not running, not ready, many on one node, young.
  const std::vector<Index> active = active_pods(engine, index);
  std::vector<std::uint32_t> on_node(engine.state_.nodes.size());
  for (const Index pod : active) {
    if (engine.state_.pods[pod].node != none) ++on_node[engine.state_.pods[pod].node];
  }
  const auto rank = [&](Index pod) {
    const Pod& of = engine.state_.pods[pod];
    const bool has_node = of.node != none;
    const std::int64_t beside = has_node ? on_node[of.node] : 0;
    return std::tuple(has_node, of.phase == PodPhase::running || of.phase == PodPhase::ready,
                      of.phase == PodPhase::ready, -beside, -of.since.time_since_epoch().count(),
                      -of.created.time_since_epoch().count(), of.serial);
  };
  std::vector<Index> order = active;
  std::sort(order.begin(), order.end(), [&](Index a, Index b) { return rank(a) < rank(b); });
  order.resize(std::min(order.size(), static_cast<std::size_t>(-missing)));
  for (const Index pod : order) engine.remove_pod(pod);
}

void Controllers::scale_deployment(Engine& engine, Index deployment) {
  State& state = engine.state_;
  std::vector<Index> sets;
  std::int64_t sum = 0;
  for (Index i = 0; i < state.workloads.size(); ++i) {
    if (engine.model_->workloads[i].parent != deployment) continue;
    if (engine.model_->workloads[i].kind != WorkloadKind::replica_set) continue;
    sets.push_back(i);
    sum += state.workloads[i].replicas;
  }
  const std::int32_t wanted = state.workloads[deployment].replicas;
  // In the middle of a rolling update there are more, or fewer, than asked for: that is its own business.
  if (sets.empty() || sum == wanted) return;
  std::erase_if(sets, [&](Index set) { return state.workloads[set].replicas == 0 && sum > 0; });
  // The newest comes last; what rounding leaves over goes to it.
  std::int32_t left = wanted;
  for (const Index set : sets) {
    std::int32_t& replicas = state.workloads[set].replicas;
    if (set == sets.back()) {
      replicas = left;
    } else {
      replicas = sum == 0 ? 0 : static_cast<std::int32_t>(std::int64_t{replicas} * wanted / sum);
      left -= replicas;
    }
    engine.touch_workload(set);
  }
}

}  // namespace bulwark::twin

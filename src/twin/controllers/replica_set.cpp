// ReplicaSets and ReplicationControllers (pkg/controller/replicaset).
#include <algorithm>
#include <tuple>
#include <vector>

#include "twin/controllers.h"

namespace bulwark::twin {

void Controllers::sync_replicas(Engine& engine, Index index) {
  const Workload& workload = engine.model_->workloads[index];
  const WorkloadState& state = engine.state_.workloads[index];
  if (!workload.exists) return;
  std::int32_t missing = wanted(engine, index) - state.active;
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

}  // namespace bulwark::twin

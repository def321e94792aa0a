// StatefulSets (pkg/controller/statefulset/stateful_set_control.go), and what stands for operators' own kinds.
#include <algorithm>
#include <vector>

#include "twin/controllers.h"

namespace bulwark::twin {

void Controllers::sync_stateful_set(Engine& engine, Index index) {
  const Workload& workload = engine.model_->workloads[index];
  if (!workload.exists) return;
  const std::int32_t replicas = engine.state_.workloads[index].replicas, first = workload.first_ordinal;
  std::vector<Index> by_ordinal(static_cast<std::size_t>(std::max(replicas, 0)), none), condemned;
  for (const Index each : workload.classes) {
    for (Index pod = engine.state_.classes[each].first_pod; pod != none;
         pod = engine.state_.pods[pod].next_of_class) {
      const std::int32_t place = engine.state_.pods[pod].ordinal - first;
      if (place >= 0 && place < replicas) {
        by_ordinal[static_cast<std::size_t>(place)] = pod;
      } else {
        condemned.push_back(pod);
      }
    }
  }
  bool all_ready = true;
  for (std::size_t place = 0; place < by_ordinal.size(); ++place) {
    const Index pod = by_ordinal[place];
    // The name comes free when the old pod is gone, and not before.
    if (pod == none) {
      Index pod_class = place < workload.ordinals.size() ? workload.ordinals[place] : none;
      if (pod_class == none) pod_class = workload.pod_class;
      if (pod_class == none) return;
      engine.create_pod(pod_class, index, static_cast<std::int32_t>(place) + first);
      if (!workload.is_parallel) return;
      all_ready = false;
      continue;
    }
    const Pod& of = engine.state_.pods[pod];
    if (of.finished() && !of.deleting) {
      engine.remove_pod(pod);
      return;
    }
    if (of.phase != PodPhase::ready || of.deleting) {
      all_ready = false;
      if (!workload.is_parallel) return;
    }
  }
  std::sort(condemned.begin(), condemned.end(),
            [&](Index a, Index b) { return engine.state_.pods[a].ordinal > engine.state_.pods[b].ordinal; });
  for (const Index pod : condemned) {
    if (engine.state_.pods[pod].deleting) {
      if (!workload.is_parallel) return;
      continue;
    }
    if (!workload.is_parallel && !all_ready) return;
    engine.remove_pod(pod);
    if (!workload.is_parallel) return;
  }
}

void Controllers::sync_custom(Engine& engine, Index index) {
  const Workload& workload = engine.model_->workloads[index];
  if (!workload.exists || !workload.comes_back || workload.pod_class == none) return;
  std::int32_t missing = engine.state_.workloads[index].replicas - engine.state_.workloads[index].active;
  while (missing-- > 0) {
    if (engine.create_pod(workload.pod_class, index) == none) return;
  }
}

}  // namespace bulwark::twin

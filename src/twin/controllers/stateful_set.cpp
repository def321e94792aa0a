// StatefulSets (pkg/controller/statefulset/stateful_set_control.go).
#include <algorithm>
#include <vector>

#include "twin/controllers.h"
#include "twin/disruption.h"

namespace bulwark::twin {

namespace {

// Below the partition the older template is kept (newVersionedStatefulSetPod).
Index class_for(const Workload& workload, std::size_t place) {
  if (workload.update == UpdateKind::rolling && static_cast<std::int64_t>(place) < workload.partition &&
      place < workload.old_ordinals.size() && workload.old_ordinals[place] != none) {
    return workload.old_ordinals[place];
  }
  if (place < workload.ordinals.size() && workload.ordinals[place] != none) return workload.ordinals[place];
  return workload.pod_class;
}

// How many pods an update may have away at once. maxUnavailable is looked at since 1.35, where
// MaxUnavailableStatefulSet is on by default.
std::int64_t most_away(const Workload& workload, std::int32_t replicas, int minor) {
  if (!workload.max_unavailable.set() || minor < 35) return 1;
  return std::max<std::int64_t>(
      value_of(workload.max_unavailable).scaled(replicas, base::Rounding::down).value_or(1), 1);
}

}  // namespace

void Controllers::sync_stateful_set(Engine& engine, Index index) {
  const Workload& workload = engine.model_->workloads[index];
  if (!workload.exists) return;
  const State& state = engine.state_;
  const std::int32_t replicas = wanted(engine, index), first = workload.first_ordinal;
  std::vector<Index> by_ordinal(static_cast<std::size_t>(replicas), none), condemned;
  for (const Index each : workload.classes) {
    for (Index pod = state.classes[each].first_pod; pod != none; pod = state.pods[pod].next_of_class) {
      const std::int64_t ordinal = state.pods[pod].ordinal, place = ordinal - first;
      if (ordinal < 0) continue;  // its name is none of this set
      if (place >= 0 && place < replicas) {
        by_ordinal[static_cast<std::size_t>(place)] = pod;
      } else {
        condemned.push_back(pod);
      }
    }
  }
  bool is_rolling = false;
  for (std::size_t place = 0; place < by_ordinal.size(); ++place) {
    const Index pod = by_ordinal[place];
    // The name comes free when the old pod is gone, and not before.
    if (pod == none) {
      const Index pod_class = class_for(workload, place);
      if (pod_class == none) return;
      if (engine.create_pod(pod_class, index, static_cast<std::int32_t>(place) + first) == none) return;
      if (!workload.is_parallel) return;
      continue;
    }
    const Pod& of = state.pods[pod];
    is_rolling = is_rolling || engine.class_of(of).is_outdated;
    if (of.finished() && !of.deleting) {
      engine.remove_pod(pod);
      return;
    }
    if (!workload.is_parallel && !is_available(engine, pod)) return;
  }
  std::sort(condemned.begin(), condemned.end(),
            [&](Index a, Index b) { return state.pods[a].ordinal > state.pods[b].ordinal; });
  for (const Index pod : condemned) {
    if (state.pods[pod].deleting) {
      if (!workload.is_parallel) return;
      continue;
    }
    engine.remove_pod(pod);
    if (!workload.is_parallel) return;
  }
  // updateStatefulSet: from the highest ordinal down, and never past a pod that is not available.
  if (!is_rolling || workload.update != UpdateKind::rolling) return;
  std::int64_t may_go = most_away(workload, replicas, engine.model_->minor);
  if (may_go > 1) {
    for (const Index pod : by_ordinal) may_go -= pod != none && is_available(engine, pod) ? 0 : 1;
  }
  for (std::size_t place = by_ordinal.size(); place-- > 0;) {
    if (static_cast<std::int64_t>(place) < workload.partition || may_go <= 0) return;
    const Index pod = by_ordinal[place];
    if (pod == none) return;
    const bool is_away = !is_available(engine, pod);
    if (engine.class_of(state.pods[pod]).is_outdated && !state.pods[pod].deleting) {
      engine.remove_pod(pod);
      // One that was away already has been counted.
      if (!is_away || may_go == 1) --may_go;
    } else if (is_away && most_away(workload, replicas, engine.model_->minor) == 1) {
      return;
    }
  }
}

}  // namespace bulwark::twin

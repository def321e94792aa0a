// Deployments (pkg/controller/deployment): rolling.go, recreate.go, sync.go, util/deployment_util.go.
#include <algorithm>
#include <cmath>
#include <vector>

#include "twin/controllers.h"
#include "twin/disruption.h"

namespace bulwark::twin {

namespace {

struct Limits {
  std::int64_t surge = 0, unavailable = 0;
};

std::int64_t scaled(const kube::IntOrString& value, std::int64_t total, base::Rounding rounding) {
  const base::IntOrPercent of = value.set() ? value_of(value) : base::IntOrPercent::of("25%");
  return std::max<std::int64_t>(of.scaled(total, rounding).value_or(0), 0);
}

// ResolveFenceposts: surge rounds up and unavailability down, and both cannot be 0. MaxUnavailable and MaxSurge:
// nothing but a rolling update has either.
Limits limits_of(const Workload& workload, std::int32_t replicas) {
  Limits limits;
  if (workload.update != UpdateKind::rolling || replicas == 0) return limits;
  limits.surge = scaled(workload.max_surge, replicas, base::Rounding::up);
  limits.unavailable = scaled(workload.max_unavailable, replicas, base::Rounding::down);
  if (limits.surge == 0 && limits.unavailable == 0) limits.unavailable = 1;
  limits.unavailable = std::min<std::int64_t>(limits.unavailable, replicas);
  return limits;
}

}  // namespace

void Controllers::sync_deployment(Engine& engine, Index index) {
  const Workload& workload = engine.model_->workloads[index];
  std::vector<WorkloadState>& states = engine.state_.workloads;
  if (!workload.exists || workload.newest == none) return;
  const auto set_replicas = [&](Index set, std::int64_t replicas) {
    states[set].replicas = static_cast<std::int32_t>(std::max<std::int64_t>(replicas, 0));
    engine.touch_workload(set);
  };
  const std::int64_t wanted = states[index].replicas;
  const Index newest = workload.newest;
  std::int64_t old_count = 0, available_pods = 0;
  bool old_pods = false;
  for (const Index set : workload.children) {
    if (set != newest) {
      old_count += states[set].replicas;
      for (const Index each : engine.model_->workloads[set].classes)
        old_pods = old_pods || engine.state_.classes[each].pods > 0;
    }
  }
  // A Deployment at rest costs nothing.
  states[index].is_rolling = old_count > 0 || states[newest].replicas != wanted;
  if (!states[index].is_rolling || workload.is_paused) return;

  if (workload.update == UpdateKind::recreate) {
    for (const Index set : workload.children) {
      if (set != newest && states[set].replicas > 0) set_replicas(set, 0);
    }
    // Not before the last old pod is gone, finished ones aside (oldPodsRunning).
    bool runs = false;
    for (const Index set : workload.children) {
      if (set == newest || !old_pods) continue;
      for (const Index each : engine.model_->workloads[set].classes) {
        for (Index pod = engine.state_.classes[each].first_pod; pod != none;
             pod = engine.state_.pods[pod].next_of_class) {
          runs = runs || !engine.state_.pods[pod].finished();
        }
      }
    }
    if (!runs && states[newest].replicas != wanted) set_replicas(newest, wanted);
    return;
  }

  const Limits limits = limits_of(workload, states[index].replicas);
  const std::int64_t all = old_count + states[newest].replicas;
  // reconcileNewReplicaSet
  if (states[newest].replicas > wanted) return set_replicas(newest, wanted), engine.touch_workload(index);
  if (states[newest].replicas < wanted) {
    const std::int64_t room = wanted + limits.surge - all;
    if (room > 0) {
      set_replicas(newest, states[newest].replicas + std::min(room, wanted - states[newest].replicas));
      return engine.touch_workload(index);
    }
  }
  // reconcileOldReplicaSets
  if (old_count == 0) return;
  std::vector<std::int64_t> available_of(workload.children.size());
  for (std::size_t i = 0; i < workload.children.size(); ++i) {
    available_of[i] = available(engine, workload.children[i]);
    available_pods += available_of[i];
  }
  const std::int64_t least = wanted - limits.unavailable;
  const std::int64_t new_unavailable = states[newest].replicas - available(engine, newest);
  std::int64_t to_clean = all - least - new_unavailable;
  if (to_clean <= 0) return;
  // cleanupUnhealthyReplicas: pods that are not available serve nobody.
  for (std::size_t i = 0; i < workload.children.size() && to_clean > 0; ++i) {
    const Index set = workload.children[i];
    const std::int64_t unhealthy = states[set].replicas - available_of[i];
    if (set == newest || states[set].replicas == 0 || unhealthy <= 0) continue;
    const std::int64_t count = std::min(to_clean, unhealthy);
    set_replicas(set, states[set].replicas - count);
    to_clean -= count;
  }
  // scaleDownOldReplicaSetsForRollingUpdate
  std::int64_t spare = available_pods - least;
  for (const Index set : workload.children) {
    if (spare <= 0) break;
    if (set == newest || states[set].replicas == 0) continue;
    const std::int64_t count = std::min<std::int64_t>(spare, states[set].replicas);
    set_replicas(set, states[set].replicas - count);
    spare -= count;
  }
}

void Controllers::scale_deployment(Engine& engine, Index index, std::int32_t before) {
  const Workload& workload = engine.model_->workloads[index];
  std::vector<WorkloadState>& states = engine.state_.workloads;
  const std::int32_t wanted = states[index].replicas;
  if (!workload.exists || workload.newest == none || wanted == before) return;
  std::vector<Index> active;
  for (const Index set : workload.children) {
    if (states[set].replicas > 0) active.push_back(set);
  }
  const auto set_replicas = [&](Index set, std::int64_t replicas) {
    states[set].replicas = static_cast<std::int32_t>(std::max<std::int64_t>(replicas, 0));
    engine.touch_workload(set);
  };
  // FindActiveOrLatest
  if (active.size() <= 1) {
    set_replicas(active.empty() ? workload.newest : active.front(), wanted);
    return engine.touch_workload(index);
  }
  // Only a rolling update shares among several.
  if (workload.update != UpdateKind::rolling) return engine.touch_workload(index);
  const std::int64_t surge_now = limits_of(workload, wanted).surge;
  const std::int64_t most = wanted > 0 ? wanted + surge_now : 0;
  const std::int64_t most_before = std::max<std::int64_t>(before + limits_of(workload, before).surge, 1);
  std::int64_t sum = 0;
  for (const Index set : active) sum += states[set].replicas;
  const std::int64_t to_add = most - sum;
  // By size, and of equals: the newer first when there is more to have, else the older.
  std::vector<Index> order = active;
  if (to_add > 0) std::reverse(order.begin(), order.end());
  std::vector<std::pair<Index, std::size_t>> ranked;
  ranked.reserve(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) ranked.emplace_back(order[i], i);
  std::sort(ranked.begin(), ranked.end(), [&](const auto& a, const auto& b) {
    const std::int32_t one = states[a.first].replicas, other = states[b.first].replicas;
    return one != other ? one > other : a.second < b.second;
  });
  std::int64_t added = 0;
  std::vector<std::int64_t> sizes;
  for (const auto& [set, rank] : ranked) {
    const std::int64_t size = states[set].replicas;
    // GetReplicaSetProportion; what rounding leaves over goes to the largest.
    std::int64_t share = 0;
    if (to_add != 0 && added != to_add) {
      share = wanted == 0
                  ? -size
                  : static_cast<std::int64_t>(std::llround(static_cast<double>(size * (wanted + surge_now)) /
                                                           static_cast<double>(most_before))) -
                        size;
      share = to_add > 0 ? std::min(share, to_add - added) : std::max(share, to_add - added);
    }
    sizes.push_back(size + share);
    added += share;
  }
  if (to_add != added) sizes.front() += to_add - added;
  for (std::size_t i = 0; i < ranked.size(); ++i) set_replicas(ranked[i].first, sizes[i]);
  engine.touch_workload(index);
}

}  // namespace bulwark::twin

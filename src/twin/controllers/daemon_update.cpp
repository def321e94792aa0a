// The rolling update of a DaemonSet (pkg/controller/daemon/update.go): old pods go a few at a time and the new
// ones follow (maxUnavailable), or new ones come first and the old ones go once they are available (maxSurge).
#include <algorithm>
#include <map>
#include <vector>

#include "twin/controllers.h"
#include "twin/disruption.h"

namespace bulwark::twin {

namespace {

struct OnNode {
  Index old_pod = none, new_pod = none;
  bool is_crowded = false;  // several of one kind, or one that is going
};

std::int64_t scaled(const kube::IntOrString& value, std::int64_t total, std::int64_t otherwise) {
  if (!value.set()) return otherwise;
  return std::max<std::int64_t>(value_of(value).scaled(total, base::Rounding::up).value_or(otherwise), 0);
}

}  // namespace

void Controllers::sync_daemon_set(Engine& engine, Index index) {
  const Workload& workload = engine.model_->workloads[index];
  const State& state = engine.state_;
  WorkloadState& of_set = engine.state_.workloads[index];
  of_set.is_rolling = false;
  if (!workload.exists || workload.pod_class == none || workload.update != UpdateKind::rolling) return;
  for (const Index each : workload.classes) {
    of_set.is_rolling =
        of_set.is_rolling || (engine.model_->classes[each].is_outdated && state.classes[each].pods > 0);
  }
  if (!of_set.is_rolling) return;

  std::map<Index, OnNode> nodes;
  for (const Index each : workload.classes) {
    for (Index pod = state.classes[each].first_pod; pod != none; pod = state.pods[pod].next_of_class) {
      const Pod& of = state.pods[pod];
      if (of.finished()) continue;
      const Index node = of.node != none ? of.node : static_cast<Index>(of.ordinal);
      OnNode& there = nodes[node];
      if (of.deleting) continue;
      Index& place = engine.model_->classes[each].is_outdated ? there.old_pod : there.new_pod;
      there.is_crowded = there.is_crowded || place != none;
      place = pod;
    }
  }
  const auto desired = static_cast<std::int64_t>(nodes.size());
  const std::int64_t surge = scaled(workload.max_surge, desired, 0);
  // UnavailableCount and SurgeCount: with both at 0 one pod may be away.
  std::int64_t unavailable = scaled(workload.max_unavailable, desired, 1);
  if (surge == 0 && unavailable == 0) unavailable = 1;

  std::vector<Index> leave, candidates;
  if (surge == 0) {
    std::int64_t away = 0;
    for (const auto& [node, there] : nodes) {
      const bool both = there.old_pod != none && there.new_pod != none;
      if (there.is_crowded || both || (there.old_pod == none && there.new_pod == none)) {
        ++away;
      } else if (there.new_pod != none) {
        away += is_available(engine, there.new_pod) ? 0 : 1;
      } else if (!is_available(engine, there.old_pod)) {
        leave.push_back(there.old_pod);
        ++away;
      } else {
        candidates.push_back(there.old_pod);
      }
    }
    for (const Index pod : candidates) {
      if (away++ >= unavailable) break;
      leave.push_back(pod);
    }
    for (const Index pod : leave) engine.remove_pod(pod);
    return;
  }

  std::int64_t surging = 0;
  std::vector<Index> come;  // nodes
  for (const auto& [node, there] : nodes) {
    if (there.is_crowded) {
      ++surging;
    } else if (there.old_pod == none) {
      continue;
    } else if (there.new_pod != none) {
      if (is_available(engine, there.new_pod)) {
        leave.push_back(there.old_pod);
      } else {
        ++surging;
      }
    } else if (node < state.nodes.size() && engine.scheduler_.wants_daemon(state, workload.pod_class, node)) {
      (is_available(engine, there.old_pod) ? candidates : come).push_back(node);
    } else if (!is_available(engine, there.old_pod)) {
      leave.push_back(there.old_pod);
    }
  }
  for (const Index node : candidates) {
    if (surging++ >= surge) break;
    come.push_back(node);
  }
  for (const Index pod : leave) engine.remove_pod(pod);
  for (const Index node : come) {
    if (engine.create_pod(workload.pod_class, index, static_cast<std::int32_t>(node)) == none) return;
  }
}

}  // namespace bulwark::twin

// DaemonSets, and pods that a NoExecute taint drives away.
#include <algorithm>

#include "twin/controllers.h"
#include "twin/scheduler/node_rules.h"
#include "twin/taints.h"

namespace bulwark::twin {

namespace {

// Whether a pod that runs may go on though a new one would not be made (shouldContinueRunning of
// NodeShouldRunDaemonPod): a taint NoSchedule drives nobody away, another label does.
bool may_stay(const Engine& engine, Index pod, Index node) {
  const State& state = engine.state();
  const PodClass& pod_class = engine.model().classes[state.pods[pod].pod_class];
  return standing(rule_of(engine.model(), pod_class), *state.nodes.info[node], true, false).matches;
}

}  // namespace

void Controllers::sync_daemons(Engine& engine, Index node) {
  const Model& model = *engine.model_;
  const State& state = engine.state_;
  if (node >= state.nodes.size() || state.nodes.exists[node] == 0) return;
  for (const Index index : model.daemon_sets) {
    const Workload& workload = model.workloads[index];
    if (!workload.exists || workload.pod_class == none) continue;
    // With maxSurge there may be an old and a new one: what is told of here is then the new one.
    Index there = none;
    for (Index pod = state.nodes.first_pod[node]; pod != none; pod = state.pods[pod].next_on_node) {
      if (state.pods[pod].workload != index) continue;
      if (there == none || state.pods[pod].serial > state.pods[there].serial) there = pod;
    }
    for (const Index pod : state.waiting_daemons) {
      if (state.pods[pod].workload == index && state.pods[pod].ordinal == static_cast<std::int32_t>(node))
        there = pod;
    }
    const bool wanted = engine.scheduler_.wants_daemon(state, workload.pod_class, node);
    if (there == none) {
      if (wanted) engine.create_pod(workload.pod_class, index, static_cast<std::int32_t>(node));
      continue;
    }
    const Pod& pod = state.pods[there];
    const bool is_unwanted = !wanted && (pod.node == none || !may_stay(engine, there, node));
    // Of one that has finished the next look makes another.
    if (pod.finished() || is_unwanted) engine.remove_pod(there);
  }
}

void Controllers::apply_taints(Engine& engine, Index node) {
  State& state = engine.state_;
  state.nodes.tainted_since[node] = state.now;
  std::vector<Index> leaving;
  for (Index pod = state.nodes.first_pod[node]; pod != none; pod = state.pods[pod].next_on_node) {
    const Pod& of = state.pods[pod];
    if (of.deleting || of.finished() || engine.class_of(of).is_mirror) continue;
    const auto stay = stay_despite_taints(state, node, engine.class_of(of), engine.is_daemon(of));
    if (!stay) continue;
    if (stay->count() == 0) {
      leaving.push_back(pod);
    } else {
      engine.events_.add(state.now + *stay, Happening::taint_eviction, pod, of.serial);
    }
  }
  for (const Index pod : leaving) engine.remove_pod(pod);
}

void Controllers::evict_for_taint(Engine& engine, Index pod) {
  const Pod& of = engine.state_.pods[pod];
  if (of.deleting || of.finished() || of.node == none) return;
  const auto stay = stay_despite_taints(engine.state_, of.node, engine.class_of(of), engine.is_daemon(of));
  // The taint may have gone, and another come, since this was planned.
  if (!stay || engine.state_.nodes.tainted_since[of.node] + *stay > engine.now()) return;
  engine.remove_pod(pod);
}

}  // namespace bulwark::twin

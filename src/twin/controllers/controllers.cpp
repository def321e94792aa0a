#include "twin/controllers.h"

#include <algorithm>

namespace bulwark::twin {

void Controllers::sync(Engine& engine, Index workload) {
  switch (engine.model_->workloads[workload].kind) {
    case WorkloadKind::replica_set:
    case WorkloadKind::replication_controller:
      return sync_replicas(engine, workload);
    case WorkloadKind::stateful_set:
      return sync_stateful_set(engine, workload);
    case WorkloadKind::job:
      return sync_job(engine, workload);
    case WorkloadKind::custom:
      return sync_custom(engine, workload);
    case WorkloadKind::deployment:
      return sync_deployment(engine, workload);
    case WorkloadKind::daemon_set:  // pods are made node by node: sync_daemons
      return sync_daemon_set(engine, workload);
    case WorkloadKind::cron_job:  // at its times: run_cron_job
      return;
  }
}

std::int32_t Controllers::wanted(const Engine& engine, Index workload) {
  return std::clamp(engine.state_.workloads[workload].replicas, 0, engine.model_->most_replicas);
}

bool Controllers::is_available(const Engine& engine, Index pod) {
  const Pod& of = engine.state_.pods[pod];
  if (of.phase != PodPhase::ready || of.deleting) return false;
  const Duration wait = of.workload == none ? Duration{} : engine.model_->workloads[of.workload].min_ready;
  return wait.count() == 0 || of.since + wait <= engine.now();
}

std::int32_t Controllers::available(const Engine& engine, Index workload) {
  if (engine.model_->workloads[workload].min_ready.count() == 0) return engine.state_.workloads[workload].ready;
  const std::vector<Index> pods = active_pods(engine, workload);
  return static_cast<std::int32_t>(
      std::count_if(pods.begin(), pods.end(), [&](Index pod) { return is_available(engine, pod); }));
}

std::vector<Index> Controllers::active_pods(const Engine& engine, Index workload) {
  std::vector<Index> active;
  for (const Index each : engine.model_->workloads[workload].classes) {
    for (Index pod = engine.state_.classes[each].first_pod; pod != none;
         pod = engine.state_.pods[pod].next_of_class) {
      if (engine.state_.pods[pod].active()) active.push_back(pod);
    }
  }
  return active;
}

}  // namespace bulwark::twin

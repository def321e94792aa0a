#include "twin/controllers.h"

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
    case WorkloadKind::deployment:  // its ReplicaSets do the work
    case WorkloadKind::daemon_set:  // node by node: sync_daemons
    case WorkloadKind::cron_job:    // makes no pods itself
      return;
  }
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

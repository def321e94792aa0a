// Jobs and CronJobs (pkg/controller/job, pkg/controller/cronjob). podFailurePolicy, podReplacementPolicy: Failed
// and backoffLimitPerIndex are not looked at.
#include <algorithm>

#include "twin/controllers.h"
#include "twin/cron.h"

namespace bulwark::twin {

void Controllers::sync_job(Engine& engine, Index index) {
  const Workload& workload = engine.model_->workloads[index];
  WorkloadState& state = engine.state_.workloads[index];
  if (!workload.exists || workload.pod_class == none) return;
  const auto remove = [&](std::int32_t count) {
    std::vector<Index> active = active_pods(engine, index);
    // Those that have come the least far, the youngest first (ActivePods).
    std::sort(active.begin(), active.end(), [&](Index a, Index b) {
      const Pod &one = engine.state_.pods[a], &other = engine.state_.pods[b];
      return one.phase != other.phase ? one.phase < other.phase : one.serial > other.serial;
    });
    for (const Index pod : active) {
      if (count-- <= 0) return;
      engine.remove_pod(pod);
      // What its controller takes away has not failed.
      --engine.state_.workloads[index].failed;
    }
  };
  if (!state.has_failed && std::int64_t{state.failed} + workload.failed_before > workload.backoff_limit) {
    state.has_failed = true;
    if (engine.observer_.to != nullptr) engine.observer_.to->on_workload(index);
  }
  if (state.has_failed) return remove(state.active);
  // What has succeeded before the twin began is no part of `replicas`.
  std::int32_t left = std::clamp(state.replicas - state.succeeded, 0, engine.model_->most_replicas);
  // Without completions the pods agree on the end among themselves: after the first success none is made.
  if (workload.is_work_queue && state.succeeded > 0) left = std::min(left, state.active);
  const std::int32_t wanted = std::min(left, workload.parallelism);
  if (state.active > wanted) return remove(state.active - wanted);
  if (state.active == wanted) return;
  if (state.not_before > engine.now()) {
    engine.events_.add(state.not_before, Happening::workload_sync, index);
    return;
  }
  for (std::int32_t missing = wanted - state.active; missing > 0; --missing) {
    if (engine.create_pod(workload.pod_class, index) == none) return;
  }
}

void Controllers::plan_cron_job(Engine& engine, Index index) {
  const Workload& workload = engine.model_->workloads[index];
  if (!workload.schedule.set() || workload.is_paused || workload.newest == none) return;
  // Pods that never end would pile up.
  const Index pod_class = engine.model_->workloads[workload.newest].pod_class;
  if (pod_class == none || engine.model_->classes[pod_class].runs.count() < 0) return;
  if (const auto next = next_time(workload.schedule, engine.now())) {
    engine.events_.add(*next, Happening::cron, index);
  }
}

void Controllers::run_cron_job(Engine& engine, Index index) {
  const Workload& workload = engine.model_->workloads[index];
  plan_cron_job(engine, index);
  if (!workload.exists || workload.is_paused || workload.newest == none) return;
  // One Job of the twin stands for all that this CronJob makes.
  const Workload& job = engine.model_->workloads[workload.newest];
  WorkloadState& state = engine.state_.workloads[workload.newest];
  // Jobs of before count, too (syncCronJob).
  std::int32_t running = 0;
  for (const Index child : workload.children) running += engine.state_.workloads[child].active;
  if (running > 0 && workload.concurrency == Concurrency::forbid) return;
  const std::int32_t completions = job.replicas_before;
  if (workload.concurrency == Concurrency::replace) {
    for (const Index child : workload.children) {
      for (const Index pod : active_pods(engine, child)) engine.remove_pod(pod);
      engine.state_.workloads[child].replicas = 0;
    }
    state.succeeded = state.failed = 0;
  } else if (running == 0) {
    state.replicas = state.succeeded = state.failed = 0;
  }
  state.has_failed = false;
  state.not_before = {};
  state.replicas = std::min(state.replicas + completions, engine.model_->most_replicas);
  engine.touch_workload(workload.newest);
}

}  // namespace bulwark::twin

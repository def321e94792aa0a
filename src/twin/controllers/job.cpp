// Jobs (pkg/controller/job): pods that went before they had succeeded are made again, up to parallelism.
#include <algorithm>

#include "twin/controllers.h"

namespace bulwark::twin {

void Controllers::sync_job(Engine& engine, Index index) {
  const Workload& workload = engine.model_->workloads[index];
  const WorkloadState& state = engine.state_.workloads[index];
  if (!workload.exists || workload.pod_class == none) return;
  // What has succeeded before the twin began is no part of `replicas`.
  const std::int32_t left = state.replicas - state.succeeded;
  std::int32_t missing = std::min(left, workload.parallelism) - state.active;
  while (missing-- > 0) {
    if (engine.create_pod(workload.pod_class, index) == none) return;
  }
}

}  // namespace bulwark::twin

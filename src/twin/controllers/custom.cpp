// What stands for operators' own kinds: their pods are made again, as data/operators.csv tells of the kind.
#include "twin/controllers.h"

namespace bulwark::twin {

void Controllers::sync_custom(Engine& engine, Index index) {
  const Workload& workload = engine.model_->workloads[index];
  if (!workload.exists || !workload.comes_back || workload.pod_class == none) return;
  const WorkloadState& state = engine.state_.workloads[index];
  // Names that are kept come free when the old pods are gone.
  std::int32_t there = state.active;
  if (workload.keeps_names) {
    there = 0;
    for (const Index each : workload.classes) there += engine.state_.classes[each].pods;
  }
  std::int32_t missing = wanted(engine, index) - there;
  while (missing-- > 0) {
    // Of the class that lacks most, for the pods of one owner may differ (a primary and its replicas).
    Index pod_class = workload.pod_class;
    std::int32_t worst = 0;
    for (const Index each : workload.classes) {
      std::int32_t lacks = engine.model_->classes[each].instances;
      for (Index pod = engine.state_.classes[each].first_pod; pod != none;
           pod = engine.state_.pods[pod].next_of_class) {
        if (workload.keeps_names || engine.state_.pods[pod].active()) --lacks;
      }
      if (lacks > worst) worst = lacks, pod_class = each;
    }
    if (engine.create_pod(pod_class, index) == none) return;
  }
}

}  // namespace bulwark::twin

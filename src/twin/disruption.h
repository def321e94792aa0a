#pragma once

#include <string>

#include "base/int_or_percent.h"
#include "twin/engine.h"

namespace bulwark::twin {

// The disruption controller (pkg/controller/disruption/disruption.go): what a budget's status says.
class Disruption {
 public:
  // An eviction that was let pass and whose pod is not going by then counts as if it had not been
  // (DeletionTimeout).
  static constexpr Duration deletion_timeout{120'000};

  static void sync(Engine& engine, Index budget);
  // Why the status cannot be worked out; empty when it can.
  static std::string problem(const Engine& engine, Index budget);

 private:
  struct Scale {
    std::int64_t expected = 0;
    std::string problem;
  };
  static Scale scale_of(const Engine& engine, const Budget& budget);
  static std::int64_t simple_scale(const Engine& engine, const Budget& budget);
};

// Whose scale counts for the pods of a workload: a Deployment's for its ReplicaSets'. The ReplicaSet of an
// operator's own kind, an Argo Rollout say, is asked for its own (getPodReplicaSet).
Index scaled_owner(const Model& model, Index direct);

// Numbers beyond 32 bits are the nearest one.
base::IntOrPercent value_of(const kube::IntOrString& text);

// What a budget wants of so many pods: `matching` of them there are, and their controllers ask for `scale`.
struct Wanted {
  std::int64_t expected = 0, healthy = 0;
  bool asks_for_scale = false;
};
// Error: a percentage that is none.
base::Result<Wanted> wanted_by(const kube::PodDisruptionBudgetSpec& spec, std::int64_t matching,
                               std::int64_t scale);

}  // namespace bulwark::twin

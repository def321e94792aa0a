#pragma once

#include <memory>
#include <span>
#include <vector>

#include "rehearsal/meter.h"
#include "rehearsal/optimised.h"
#include "rehearsal/rehearse.h"

namespace bulwark::rehearsal {

// What is the same in all runs of one search.
struct Course {
  const twin::Engine& settled;
  const std::vector<upgrade::NodePool>& pools;
  std::shared_ptr<const Tops> tops;
  const RehearseOptions& options;  // but for the rollout's
  Preference preference = Preference::interruptions;
};

// Runs a rollout on a copy of the twin. With `to_beat` it is given up, as one that does not complete, once it
// cannot become better any more. May be called by several threads at once.
Figures measure(const Course& course, const upgrade::RolloutOptions& rollout,
                std::span<const TemporaryReplicas> replicas, const Figures* to_beat = nullptr);

}  // namespace bulwark::rehearsal

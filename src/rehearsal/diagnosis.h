#pragma once

#include <vector>

#include "rehearsal/rehearse.h"

namespace bulwark::rehearsal {

// Why a rollout has stopped: for each pod that was left, what holds it, and whether that would end by itself. The
// run's engine stands where the rollout ended; copies of it are let go on to see.
std::vector<Blocker> diagnose(const Run& run);

}  // namespace bulwark::rehearsal

#pragma once

#include <vector>

#include "rehearsal/search_space.h"

namespace bulwark::rehearsal {

// What stops every run of the space, by its own arithmetic and not by trying: a pod on a node that has to be
// drained, which is ready, which nobody else deletes, and whose eviction can never pass or never end. Empty: there
// is nothing of that kind, which does not mean that a run completes.
std::vector<Obstacle> find_obstacles(const twin::Engine& settled, const SearchSpace& space,
                                     const RehearseOptions& options, const std::vector<upgrade::NodePool>& pools);

}  // namespace bulwark::rehearsal

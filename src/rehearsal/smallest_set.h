#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "base/for_each.h"
#include "rehearsal/optimised.h"
#include "rehearsal/rehearse.h"

namespace bulwark::rehearsal {

struct SmallestSet {
  std::vector<NeededChange> changes;  // empty: no set was found
  bool is_smallest = false;           // all smaller sets were tried
  Duration takes{};                   // of the upgrade with them
  std::uint64_t tried = 0;
};

// The fewest changes with which the upgrade completes. What stops a run has to be changed in one of the ways that
// may help against it, so that going through these ways, stop by stop, goes through all sets there are of them; at
// most `most_trials` are tried. `goes_on` is asked between trials.
SmallestSet find_smallest_set(const std::shared_ptr<const twin::Model>& model, const RehearseOptions& options,
                              std::uint64_t most_trials, const base::ForEach& for_each,
                              const std::function<bool()>& goes_on);

}  // namespace bulwark::rehearsal

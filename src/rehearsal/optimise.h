// The search for the best way to run an upgrade.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/for_each.h"
#include "rehearsal/optimised.h"
#include "rehearsal/rehearse.h"
#include "rehearsal/search_space.h"

namespace bulwark::rehearsal {

struct OptimiseOptions {
  Preference preference = Preference::interruptions;
  SpaceLimits limits;
  std::uint64_t candidates = 2'000;  // runs at most, besides those that look for needed changes
  std::uint64_t most_sets = 200;     // of changes, that are tried when no run completes
  base::ForEach for_each = base::in_order;
  // Asked between batches of runs; false ends the search with the best that was found.
  std::function<bool()> goes_on = [] { return true; };
  // Told after each batch: runs that were tried, of how many at most, and whether one completes.
  std::function<void(std::uint64_t, std::uint64_t, bool)> progress = [](std::uint64_t, std::uint64_t, bool) {};
};

// Tries other orders of pools and nodes, numbers of surge nodes, sets or one after the other, and replicas for the
// time of the upgrade: all of them where they are few enough, else a local search with several beginnings. The
// outcome depends on the seed of `options` and on the number of candidates, and not on how the work is shared.
// Error: limits that are none.
base::Result<Optimised> optimise(const std::shared_ptr<const twin::Model>& model, const RehearseOptions& options,
                                 const OptimiseOptions& search);

}  // namespace bulwark::rehearsal

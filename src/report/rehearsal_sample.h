#pragma once

#include <cstddef>

#include "rehearsal/rehearsal.h"

namespace bulwark::report::sample {

// Rehearsals for tests. One that completes, with what is slow, interrupted and supposed.
rehearsal::Rehearsal completes();
// One that stops at its third node, with fixes that were tried and a pod that finds no node.
rehearsal::Rehearsal stops();
// One that would complete, were its input whole.
rehearsal::Rehearsal unknown();
// One of `nodes` nodes in two pools, in batches of a tenth; every 97th node is quarantined.
rehearsal::Rehearsal many(std::size_t nodes);
// One whose every text means harm.
rehearsal::Rehearsal hostile();

}  // namespace bulwark::report::sample

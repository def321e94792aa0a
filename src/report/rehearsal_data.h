#pragma once

#include <string>

#include "rehearsal/rehearsal.h"

namespace bulwark::report {

// The timeline as compact JSON that may stand in a script element: no < > & in it, names already visible.
//
//   {"takes": seconds, "stages": [name], "pools": [name],
//    "nodes": [[pool, name, surge, pods, [stage, from, to, ...]]],   by pool, then by their start
//    "waits": [[node, from, to, serious, text]]}                     blockers, by the index of their node
std::string rehearsal_data(const rehearsal::Rehearsal& rehearsal);

}  // namespace bulwark::report

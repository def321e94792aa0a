// A rehearsal of an upgrade as text for a terminal or a pipe, as versioned JSON, and as one page.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "rehearsal/rehearsal.h"

namespace bulwark::report {

struct RehearsalLook {
  bool colour = false;
  bool unicode = false;     // bars of block characters; else of letters, for pipes and other character sets
  std::size_t width = 100;  // columns; fewer than 60 are taken as 60
  bool all = false;         // every row of every list, and a row of the timeline for every node
};

// The verdict in the first line, then what stops the upgrade and what would mend it, the timeline, and the rest;
// parts that have nothing to say are left out. Names from outside can neither steer the terminal nor widen a line.
std::string rehearsal_text(const rehearsal::Rehearsal& rehearsal, const RehearsalLook& look);

// bulwark.dev/rehearsal/v1, which docs/reference/rehearsal.md describes. `version`: of Bulwark.
std::string rehearsal_json(const rehearsal::Rehearsal& rehearsal, std::string_view version);

// One page that loads nothing; names from outside stay text. Without scripts only what is interactive is missing.
std::string rehearsal_html(const rehearsal::Rehearsal& rehearsal, std::string_view version);

}  // namespace bulwark::report

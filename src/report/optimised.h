// A search for the best way to run an upgrade, as text for a terminal or a pipe and as versioned JSON.
#pragma once

#include <string>
#include <string_view>

#include "rehearsal/optimised.h"
#include "report/rehearsal.h"

namespace bulwark::report {

// Whether a run completes and what it takes in the first line; then the figures of the run that was asked for
// beside those of the best, what the best does otherwise with the commands for it, and which runs were in
// question. Without one that completes: the proof where there is one, and the fewest changes that would do.
std::string optimised_text(const rehearsal::Optimised& optimised, const RehearsalLook& look);

// bulwark.dev/optimised/v1. `version`: of Bulwark.
std::string optimised_json(const rehearsal::Optimised& optimised, std::string_view version);

// The first line's sentence, with names from outside as they came.
std::string optimised_sentence(const rehearsal::Optimised& optimised);

}  // namespace bulwark::report

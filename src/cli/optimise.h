#pragma once

#include <atomic>
#include <vector>

#include "base/result.h"
#include "cli/command.h"
#include "cli/rehearsal_input.h"
#include "rehearsal/rehearse.h"

namespace bulwark::cli {

// The flags that go with `upgrade rehearse --optimise`.
std::vector<Flag> optimise_flags();

// Searches for the best run, and prints it. The exit code: 0, there is one that completes.
base::Result<int> optimise_upgrade(const Arguments& arguments, const TwinInput& input,
                                   const rehearsal::RehearseOptions& options,
                                   const std::atomic<bool>& interrupted);

}  // namespace bulwark::cli

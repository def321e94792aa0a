#pragma once

#include "base/result.h"
#include "cli/command.h"
#include "cli/drain_flags.h"

namespace bulwark::cli {

// `bulwark drain --snapshot`: drains the nodes of a twin of the snapshot, in no time, and tells what happens.
// Returns the exit code: 1 when a node would not be drained. Error: the input.
base::Result<int> rehearse_drain(const Arguments& arguments, const DrainRequest& request);

}  // namespace bulwark::cli

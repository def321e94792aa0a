// Flags of the commands that judge objects: which checks, for which objects, with how many threads.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/command.h"
#include "posture/selection.h"

namespace bulwark::cli {

std::vector<Flag> input_flags();

// The checks that the flags ask for, by the rules of --kube-version, else of the server (gitVersion; empty: none).
base::Result<posture::Selection> select_checks(const Arguments& arguments, const std::string& server_version);

// How many threads --jobs asks for.
base::Result<unsigned> parse_jobs(const Arguments& arguments);

}  // namespace bulwark::cli

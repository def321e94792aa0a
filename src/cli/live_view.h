#pragma once

#include <string_view>

#include "cli/command.h"
#include "cli/scan_report.h"

namespace bulwark::cli {

// `scan --cluster --watch`: follows the cluster and shows its findings until SIGINT, SIGTERM or SIGHUP. On a
// terminal the table is a window that is drawn anew, in a pipe the report of the start and then a line for each
// change; json is a line for each change, all along. Returns the exit code of a program that was interrupted.
// Error: the arguments, or that nothing can be read.
base::Result<int> watch(const Arguments& arguments, const ReportSettings& settings, report::Look look,
                        std::string_view format);

}  // namespace bulwark::cli

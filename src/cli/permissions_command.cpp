#include "cli/commands.h"
#include "cli/terminal.h"
#include "kube/reading.h"

namespace bulwark::cli {

namespace {

base::Result<int> run(const Arguments& arguments) {
  write_stdout(kube::reader_role(arguments.value("name", "bulwark-reader")));
  return exit_clean;
}

constexpr Flag name_flag{"name", 0, "NAME", "name of the ClusterRole (default: bulwark-reader)"};

}  // namespace

const Command permissions_command{
    .name = "permissions",
    .positional = "",
    .summary = "Write the ClusterRole that reading a cluster needs",
    .details =
        "It may get, list and watch what the checks look at, and get /metrics of the API server: no Secrets, no\n"
        "nodes/proxy, no wildcards. What an identity may not list is reported as unknown.",
    .examples =
        "  bulwark permissions | kubectl apply -f -\n"
        "  kubectl create clusterrolebinding bulwark-reader --clusterrole bulwark-reader --group scanners",
    .flags = {&name_flag, 1},
    .run = run,
};

}  // namespace bulwark::cli

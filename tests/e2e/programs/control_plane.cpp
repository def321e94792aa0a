// bulwark_control_plane: a Kubernetes control plane for a person or a script, as long as this program runs.
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "e2e/support/control_plane.h"
#include "e2e/support/live_cluster.h"
#include "e2e/support/node_options.h"
#include "e2e/support/node_player.h"
#include "e2e/support/real_nodes.h"

namespace {

using bulwark::base::Result;
using bulwark::e2e::ControlPlane;
using bulwark::e2e::ControlPlaneOptions;
using bulwark::e2e::NodeFlags;
using bulwark::e2e::NodePlayerOptions;
using bulwark::e2e::NodePlayerThread;
using bulwark::e2e::RealNodes;
using bulwark::e2e::RealNodesOptions;

// The signals that end this program. They are blocked in all threads and waited for.
sigset_t ends() {
  sigset_t set{};
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set, signal);
  return set;
}

bool is_interrupted() {
  sigset_t pending{};
  ::sigpending(&pending);
  return sigismember(&pending, SIGINT) == 1 || sigismember(&pending, SIGTERM) == 1 ||
         sigismember(&pending, SIGHUP) == 1;
}

// Runs a command with KUBECONFIG set; its exit status is ours. It gets the signals that we get; those of the
// terminal it has already.
int run_command(const std::filesystem::path& kubeconfig, std::vector<std::string> command,
                const sigset_t& normal) {
  std::vector<char*> arguments;
  for (std::string& word : command) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  sigset_t waited = ends();
  sigaddset(&waited, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &waited, nullptr);
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::sigprocmask(SIG_SETMASK, &normal, nullptr);
    ::setenv("KUBECONFIG", kubeconfig.c_str(), 1);
    ::execvp(arguments[0], arguments.data());
    fmt::print(stderr, "{}: {}\n", command[0], std::strerror(errno));
    ::_exit(127);
  }
  int status = 0;
  while (::waitpid(pid, &status, WNOHANG) == 0) {
    siginfo_t signal{};
    if (::sigwaitinfo(&waited, &signal) < 0 || signal.si_signo == SIGCHLD || signal.si_code == SI_KERNEL) continue;
    ::kill(pid, signal.si_signo);
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// "alice" or "alice=developers,operators"
Result<std::filesystem::path> add_user(const ControlPlane& plane, const std::string& text) {
  const std::size_t equals = text.find('=');
  const std::vector<std::string> groups =
      equals == std::string::npos ? std::vector<std::string>{} : CLI::detail::split(text.substr(equals + 1), ',');
  return plane.kubeconfig(text.substr(0, equals), groups);
}

Result<std::unique_ptr<NodePlayerThread>> play(const ControlPlane& plane, const NodeFlags& flags) {
  if (flags.count == 0) return std::unique_ptr<NodePlayerThread>();
  NodePlayerOptions options = TRY(flags.options());
  return NodePlayerThread::start(TRY(bulwark::e2e::connect(plane.kubeconfig())), std::move(options));
}

Result<std::unique_ptr<RealNodes>> run_nodes(const ControlPlane& plane, const RealNodesOptions& options) {
  if (options.count == 0) return std::unique_ptr<RealNodes>();
  return RealNodes::start(plane, options);
}

int run(ControlPlaneOptions options, const NodeFlags& nodes, RealNodesOptions real_nodes,
        const std::vector<std::string>& users, const std::vector<std::string>& command) {
  // Before threads start, so that all of them inherit it.
  const sigset_t waited = ends();
  sigset_t normal{};
  ::sigprocmask(SIG_BLOCK, &waited, &normal);
  options.interrupted = is_interrupted;
  if (real_nodes.count > 0) options = RealNodes::with_nodes(std::move(options));

  const auto plane = ControlPlane::start(std::move(options));
  if (!plane) {
    fmt::print(stderr, "bulwark_control_plane: {}\n", plane.error().text());
    return 1;
  }
  const auto player = play(**plane, nodes);
  if (!player) {
    fmt::print(stderr, "bulwark_control_plane: {}\n", player.error().text());
    return 1;
  }
  real_nodes.interrupted = is_interrupted;
  const auto real = run_nodes(**plane, real_nodes);
  if (!real) {
    fmt::print(stderr, "bulwark_control_plane: {}\n", real.error().text());
    return 1;
  }
  for (const std::string& user : users) {
    const auto file = add_user(**plane, user);
    if (!file) {
      fmt::print(stderr, "bulwark_control_plane: {}: {}\n", user, file.error().text());
      return 1;
    }
    fmt::print(stderr, "{}: {}\n", user, file->string());
  }
  if (!command.empty()) return run_command((*plane)->kubeconfig(), command, normal);
  fmt::print("export KUBECONFIG={}\n", (*plane)->kubeconfig().string());
  std::fflush(stdout);
  fmt::print(stderr, "the cluster is up at {}; ^C ends it, and nothing of it stays\n", (*plane)->server());
  int signal = 0;
  ::sigwait(&waited, &signal);
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  ControlPlaneOptions options;
  NodeFlags nodes;
  RealNodesOptions real_nodes;
  real_nodes.count = 0;
  std::vector<std::string> users, command;
  bool no_controllers = false, no_scheduler = false;
  CLI::App app("A Kubernetes control plane on loopback, as long as this program runs.");
  app.require_subcommand(1);
  CLI::App* run_word = app.add_subcommand("run", "Start it; stop it at ^C, or at the end of COMMAND");
  run_word->add_option("--user", users, "A kubeconfig for NAME or NAME=GROUP,GROUP; may be repeated")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  CLI::Option* controllers = run_word->add_flag("--no-controllers", no_controllers, "No kube-controller-manager");
  run_word->add_flag("--no-scheduler", no_scheduler, "No kube-scheduler");
  run_word->add_option("--api-server-flag", options.api_server_arguments, "One more flag of kube-apiserver")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  nodes.add_to(*run_word);
  run_word->add_option("--real-nodes", real_nodes.count, "Run N nodes with kubelet and containerd (as root)")
      ->type_name("N")
      ->excludes(controllers)  // it takes from a node the taint that it comes with
      ->check(CLI::Range(0, bulwark::e2e::RealNodeNetwork::most_nodes));
  run_word
      ->add_option("--real-image", real_nodes.images,
                   "What those nodes call an image with busybox; may be repeated")
      ->type_name("NAME:TAG")
      ->expected(1)
      ->capture_default_str()
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  run_word->add_option("command", command, "Run with KUBECONFIG set; its exit status is this program's");
  run_word->prefix_command(false);
  run_word->positionals_at_end();
  CLI11_PARSE(app, count, arguments);
  options.controllers = !no_controllers;
  options.scheduler = !no_scheduler;
  return run(options, nodes, real_nodes, users, command);
}

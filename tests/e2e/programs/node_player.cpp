// bulwark_node_player: plays nodes of any cluster that has no kubelets of its own, until ^C.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <string>

#include "e2e/support/live_cluster.h"
#include "e2e/support/node_options.h"
#include "e2e/support/node_player.h"

namespace {

using bulwark::e2e::NodeFlags;
using bulwark::e2e::NodePlayer;

std::atomic<bool> stopped{false};  // NOLINT: a signal handler has nothing else

std::string summary(const NodePlayer::Tally& tally) {
  std::string text =
      fmt::format("{} nodes, {} pods, {} ready, {} ended", tally.nodes, tally.pods, tally.ready, tally.ended);
  if (tally.failed_calls != 0) {
    text += fmt::format(", {} calls failed, the last: {}", tally.failed_calls, tally.last_failure);
  }
  return text;
}

int run(const std::string& kubeconfig, const NodeFlags& flags) {
  const auto fail = [](const bulwark::base::Error& error) {
    fmt::print(stderr, "bulwark_node_player: {}\n", error.text());
    return 1;
  };
  const auto cluster = bulwark::e2e::connect(kubeconfig);
  if (!cluster) return fail(cluster.error());
  auto options = flags.options();
  if (!options) return fail(options.error());
  NodePlayer player(**cluster, *std::move(options));
  if (const auto started = player.start(); !started) return fail(started.error());
  std::string last;
  while (!stopped) {
    if (const std::string now = summary(player.tally()); now != last) {
      fmt::print(stderr, "{}\n", now);
      last = now;
    }
    player.play_until((*cluster)->now() + std::chrono::seconds(1));
  }
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  NodeFlags flags;
  flags.count = 1;
  std::string kubeconfig;
  CLI::App app("Plays nodes of a cluster: their leases, and the life of pods on them. Until ^C.");
  app.add_option("--kubeconfig", kubeconfig, "Instead of KUBECONFIG and ~/.kube/config");
  flags.add_to(app);
  CLI11_PARSE(app, count, arguments);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, [](int) { stopped = true; });
  return run(kubeconfig, flags);
}

// How fast the twin's scheduler is beside the real one: bench_placement [NODES PODS]
//
// Played nodes and Deployments (plain, spread over zones, apart from each other by node) are made on a control
// plane of its own; kube-scheduler starts when all pods are there, and is timed from its first binding to its
// last. The twin is loaded from what the API showed before, and places the same pods. Both on this machine's
// processors, which kube-scheduler shares with its API server. The last line is the ratio.
#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <string>
#include <string_view>

#include "e2e/rehearsal/api_objects.h"
#include "e2e/rehearsal/recorder.h"
#include "e2e/support/child.h"
#include "e2e/support/control_plane.h"
#include "e2e/support/live_cluster.h"
#include "e2e/support/node_player.h"
#include "e2e/support/object_keys.h"
#include "twin/engine.h"

namespace bulwark::e2e {
namespace {

using std::chrono::milliseconds;
using Seconds = std::chrono::duration<double>;

constexpr std::size_t pods_of_deployment = 50;

std::string deployment_json(std::size_t number) {
  const std::string name = fmt::format("app-{}", number);
  std::string rule;
  if (number % 5 == 1) {
    rule = fmt::format(
        R"("topologySpreadConstraints":[{{"maxSkew":1,"topologyKey":"topology.kubernetes.io/zone","whenUnsatisfiable":"DoNotSchedule","labelSelector":{{"matchLabels":{{"app":"{}"}}}}}}],)",
        name);
  } else if (number % 5 == 2) {
    rule = fmt::format(
        R"("affinity":{{"podAntiAffinity":{{"preferredDuringSchedulingIgnoredDuringExecution":[{{"weight":100,"podAffinityTerm":{{"topologyKey":"kubernetes.io/hostname","labelSelector":{{"matchLabels":{{"app":"{}"}}}}}}}}]}}}},)",
        name);
  }
  return fmt::format(
      R"({{"apiVersion":"apps/v1","kind":"Deployment","metadata":{{"name":"{0}"}},"spec":{{"replicas":{1},"selector":{{"matchLabels":{{"app":"{0}"}}}},"template":{{"metadata":{{"labels":{{"app":"{0}"}}}},"spec":{{{2}"containers":[{{"name":"main","image":"registry.example/app:1","resources":{{"requests":{{"cpu":"{3}m","memory":"128Mi"}}}}}}]}}}}}}}})",
      name, pods_of_deployment, rule, 50 + number % 4 * 50);
}

std::size_t bound(const Recorder& recorder) {
  std::size_t count = 0;
  for (const auto& [key, pod] : recorder.pods()) count += pod.node.empty() ? 0 : 1;
  return count;
}

base::Result<> compare(std::size_t nodes, std::size_t wanted) {
  const std::size_t pods = (wanted + pods_of_deployment - 1) / pods_of_deployment * pods_of_deployment;
  ControlPlaneOptions options;
  options.scheduler = false;
  options.controller_manager_arguments = {"--kube-api-qps=10000", "--kube-api-burst=10000"};
  const auto plane = TRY(ControlPlane::start(std::move(options)));
  NodePlayerOptions playing;
  playing.nodes = numbered_nodes(nodes);
  for (std::size_t i = 0; i < nodes; ++i) {
    playing.nodes[i].labels["topology.kubernetes.io/zone"] = fmt::format("z{}", i % 3);
  }
  // Nobody starts a pod: what kubelets write is no part of this.
  playing.start_delay = std::chrono::hours(1);
  auto of_player = TRY(connect(plane->kubeconfig()));
  const auto player = TRY(NodePlayerThread::start(std::move(of_player), std::move(playing)));
  const auto cluster = TRY(connect(plane->kubeconfig()));
  for (std::size_t i = 0; i * pods_of_deployment < pods; ++i) {
    const auto made =
        cluster->create({deployments, "default", fmt::format("app-{}", i)}, deployment_json(i), {}, {});
    if (!made) return std::unexpected(made.error().error());
  }
  Recorder recorder(*cluster);
  TRY(recorder.start());
  const kube::Time end = cluster->now() + std::chrono::minutes(10);
  const auto wait_until = [&](auto done) {
    while (!done() && cluster->now() < end) cluster->run_until(cluster->now() + milliseconds(20));
    return done();
  };
  if (!wait_until([&] { return recorder.pods().size() >= pods; })) return base::fail("not all pods were made");
  ApiObjects objects;
  TRY(objects.read(*cluster));
  const kube::Time taken_at = cluster->now();

  const std::string program = plane->programs()["kube-scheduler"].string();
  const auto scheduler = TRY(
      Child::start({.arguments = {program, "--kubeconfig=" + plane->kubeconfig().string(), "--leader-elect=false",
                                  "--port=0", "--secure-port=0", "--kube-api-qps=10000", "--kube-api-burst=10000"},
                    .environment = {"PATH=/usr/bin:/bin"},
                    .log = plane->folder() / "bench-scheduler.log"}));
  if (!wait_until([&] { return bound(recorder) > 0; })) return base::fail("kube-scheduler binds nothing");
  const auto real_begin = std::chrono::steady_clock::now();
  const std::size_t before = bound(recorder);
  if (!wait_until([&] { return bound(recorder) >= pods; })) return base::fail("not all pods were bound");
  const double real =
      static_cast<double>(pods - before) / Seconds(std::chrono::steady_clock::now() - real_begin).count();

  const auto model = objects.model(taken_at, plane->programs().minor, Figures{});
  const auto twin_begin = std::chrono::steady_clock::now();
  twin::Engine engine(model);
  engine.run_until(taken_at);
  const double seconds = Seconds(std::chrono::steady_clock::now() - twin_begin).count();
  std::size_t placed = 0;
  for (const twin::Pod& pod : engine.state().pods) placed += pod.exists() && pod.node != twin::none ? 1 : 0;
  if (placed != pods) return base::fail(fmt::format("the twin placed {} of {} pods", placed, pods));
  const double twin = static_cast<double>(placed) / seconds;
  fmt::print("{} pods on {} nodes\nkube-scheduler: {:.0f} pods/s\ntwin: {:.0f} pods/s\nratio: {:.0f}\n", pods,
             nodes, real, twin, twin / real);
  return {};
}

}  // namespace
}  // namespace bulwark::e2e

int main(int count, char** arguments) {
  std::size_t numbers[] = {100, 2'000};
  for (int i = 1; i < count && i <= 2; ++i) {
    const std::string_view text = arguments[i];
    std::from_chars(text.data(), text.data() + text.size(), numbers[i - 1]);
  }
  const auto compared = bulwark::e2e::compare(numbers[0], numbers[1]);
  if (!compared) fmt::print(stderr, "{}\n", compared.error().text());
  return compared ? 0 : 1;
}

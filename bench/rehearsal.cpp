// How fast a rehearsal is: bench_rehearsal NODES PODS_PER_NODE MAX_SURGE [CANDIDATES [THREADS]]
//
// A cluster of Deployments with budgets, StatefulSets, spread constraints and DaemonSets is made in memory and
// rehearsed: the time from its objects to the verdict, and how many pods a second the twin placed. With
// CANDIDATES, so many rehearsals are run from one loaded twin; with THREADS, too, the search for the best one is
// run. Digests of what happened tell whether another build does the same, and not only as fast.
#include <fmt/format.h>
#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "document/reader.h"
#include "kube/inventory.h"
#include "rehearsal/figures.h"
#include "rehearsal/optimise.h"
#include "rehearsal/rehearse.h"
#include "rehearsal/search_space.h"
#include "rehearsal/twin_pods.h"
#include "rehearsal/twin_pools.h"
#include "twin/load.h"

namespace {

using namespace bulwark;

class Objects : private document::DocumentSink {
 public:
  explicit Objects(std::string text)
      : text_(std::move(text)), source_("bench.yaml", text_), decoder_(arena_, text_) {
    base::Arena documents;
    document::read_yaml(source_, {0, static_cast<std::uint32_t>(text_.size())}, documents, {}, *this);
  }
  kube::Inventory inventory;

 private:
  void on_document(const document::Node& root) override {
    if (const kube::Object* object = kube::decode_object(root, {}, arena_, decoder_)) inventory.add(*object);
  }
  void on_problem(document::Problem problem) override { fmt::print(stderr, "{}\n", problem.message); }

  std::string text_;
  document::Source source_;
  base::Arena arena_;
  kube::Decoder decoder_;
};

std::string cluster(int nodes, int pods_per_node) {
  std::string out;
  for (int i = 0; i < nodes; ++i) {
    out += fmt::format(
        "---\n{{apiVersion: v1, kind: Node, metadata: {{name: node-{:05}, labels: {{kubernetes.io/hostname: "
        "node-{:05}, "
        "agentpool: pool-{}, topology.kubernetes.io/zone: zone-{}}}}}, status: {{allocatable: {{cpu: '16', "
        "memory: "
        "64Gi, pods: "
        "'110'}}, nodeInfo: {{kubeletVersion: v1.33.1}}}}}}\n",
        i, i, i / 500, i % 3);
  }
  const int apps = nodes * pods_per_node / 10;
  for (int i = 0; i < apps; ++i) {
    const bool is_set = i % 10 == 9, is_spread = i % 5 == 1;
    out += fmt::format(
        "---\n{{apiVersion: apps/v1, kind: {}, metadata: {{name: app-{}, namespace: ns-{}}}, spec: {{replicas: "
        "10, ",
        is_set ? "StatefulSet" : "Deployment", i, i % 50);
    if (is_set) out += "podManagementPolicy: Parallel, ";
    out += fmt::format(
        "selector: {{matchLabels: {{app: app-{}}}}}, template: {{metadata: {{labels: {{app: app-{}}}}}, spec: {{",
        i, i);
    if (is_spread) {
      out += fmt::format(
          "topologySpreadConstraints: [{{maxSkew: 1, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: "
          "DoNotSchedule, labelSelector: {{matchLabels: {{app: app-{}}}}}}}], ",
          i);
    }
    out += fmt::format(
        "containers: [{{name: main, image: i, resources: {{requests: {{cpu: {}m, memory: {}Mi}}}}}}]}}}}}}}}\n",
        100 + 50 * (i % 6), 128 + 64 * (i % 7));
    if (i % 3 != 2) {
      out += fmt::format(
          "---\n{{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {{name: app-{}, namespace: ns-{}}}, "
          "spec: "
          "{{maxUnavailable: {}, selector: {{matchLabels: {{app: app-{}}}}}}}}}\n",
          i, i % 50, i % 2 == 0 ? "'20%'" : "1", i);
    }
  }
  for (int i = 0; i < 3; ++i) {
    out += fmt::format(
        "---\n{{apiVersion: apps/v1, kind: DaemonSet, metadata: {{name: agent-{}, namespace: kube-system}}, spec: "
        "{{selector: "
        "{{matchLabels: {{app: agent-{}}}}}, template: {{metadata: {{labels: {{app: agent-{}}}}}, spec: "
        "{{containers: [{{name: "
        "main, image: i, resources: {{requests: {{cpu: 50m, memory: 64Mi}}}}}}]}}}}}}}}\n",
        i, i, i);
  }
  return out;
}

base::ForEach in_threads(unsigned count) {
  return [count](std::size_t pieces, const std::function<void(std::size_t)>& work) {
    std::atomic<std::size_t> next{0};
    std::vector<std::jthread> all;
    for (unsigned i = 0; i < count; ++i) {
      all.emplace_back([&] {
        for (std::size_t at = next++; at < pieces; at = next++) work(at);
      });
    }
  };
}

// What happened to which pod, when and on which node, as one number.
class Digest final : public twin::Observer {
 public:
  explicit Digest(const twin::Engine& engine) : engine_(engine) {}
  void on_pod(twin::Index pod, twin::PodChange change) override {
    const twin::Pod& of = engine_.state().pods[pod];
    add(static_cast<std::uint64_t>(engine_.now().time_since_epoch().count()));
    add(of.serial | std::uint64_t{of.node} << 32U);
    add(static_cast<std::uint64_t>(change));
  }
  void add(std::uint64_t number) { value_ = (value_ ^ number) * 0x100000001b3ULL; }
  std::uint64_t value() const { return value_ ^ value_ >> 32U; }

 private:
  const twin::Engine& engine_;
  std::uint64_t value_ = 0xcbf29ce484222325ULL;
};

std::uint64_t digest(const twin::Engine& settled, const rehearsal::RehearseOptions& options) {
  twin::Engine engine = settled;
  Digest seen(engine);
  rehearsal::TwinPods pods(engine, &seen);
  rehearsal::TwinPools cloud(engine, rehearsal::pools_for(engine.model(), options));
  upgrade::NoLog log;
  upgrade::Rollout rollout(options.rollout);
  upgrade::run(rollout, pods, cloud, log);
  seen.add(engine.state().random);
  return seen.value();
}

// Of runs with the nodes in other orders, one at a time and in sets, with few surge nodes and with many.
std::uint64_t digest_of_many(const twin::Engine& settled, rehearsal::RehearseOptions options) {
  std::uint64_t all = digest(settled, options);
  rehearsal::Random random(7);
  for (const std::string_view surge : {"1", "7", "20%"}) {
    for (const bool sets : {true, false}) {
      options.rollout.settings.max_surge = surge;
      options.rollout.sets = sets;
      options.rollout.orders.clear();
      for (const upgrade::NodePool& pool : rehearsal::pools_for(settled.model(), options)) {
        upgrade::NodeOrder& order = options.rollout.orders.emplace_back(pool.name, std::vector<std::string>{});
        for (const auto& node : settled.model().nodes) {
          if (rehearsal::pool_of(*node) == pool.name) order.nodes.push_back(node->name);
        }
        for (std::size_t i = order.nodes.size(); i > 1; --i)
          std::swap(order.nodes[i - 1], order.nodes[random.below(i)]);
      }
      all = all * 31 + digest(settled, options);
    }
  }
  return all;
}

double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

int main(int argc, char** argv) {
  const int nodes = argc > 1 ? std::atoi(argv[1]) : 1'000, pods = argc > 2 ? std::atoi(argv[2]) : 30;
  const int candidates = argc > 4 ? std::atoi(argv[4]) : 0;
  const auto objects = std::make_shared<Objects>(cluster(nodes, pods));
  rehearsal::RehearseOptions options;
  options.rollout.version = "1.34.0";
  options.rollout.settings.max_surge = argc > 3 ? argv[3] : "10%";
  options.fixes = false;

  auto begin = std::chrono::steady_clock::now();
  const auto model = twin::load(
      objects->inventory,
      {.owned = objects, .now = twin::Time{std::chrono::hours(500'000)}, .assumptions = {}, .minor = 34});
  const double load = seconds_since(begin);
  begin = std::chrono::steady_clock::now();
  const rehearsal::Rehearsal result = rehearsal::rehearse(model, options);
  const double whole = seconds_since(begin);
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  fmt::print("{} nodes, {} pods, surge {}: {} in {:.1f} h of the cluster's time\n", nodes, nodes * pods,
             options.rollout.settings.max_surge.value(),
             result.verdict == rehearsal::Verdict::completes ? "completes" : "stops",
             static_cast<double>(result.takes.count()) / 3'600'000);
  fmt::print(
      "load {:.2f} s, rehearsal {:.2f} s, {} evictions, {} refusals, {} placements, {:.0f} placements/s, peak {} "
      "MiB\n",
      load, whole, result.evictions, result.refusals, result.placements,
      static_cast<double>(result.placements) / whole, usage.ru_maxrss / 1'024);
  for (const auto& blocker : result.blockers)
    fmt::print("blocker: {} {} {}\n", blocker.pod, blocker.message, blocker.reason);
  for (std::size_t i = 0; i < result.unplaced.size() && i < 3; ++i)
    fmt::print("unplaced: {} {}\n", result.unplaced[i].pod, result.unplaced[i].message);
  if (candidates == 0) return 0;
  const twin::Engine settled = rehearsal::settled(model, options);
  fmt::print("digest of seven runs: {:016x}\n", digest_of_many(settled, options));
  begin = std::chrono::steady_clock::now();
  double clock = processor_seconds();
  const std::vector<upgrade::NodePool> pools = rehearsal::pools_for(*model, options);
  const rehearsal::Course course{settled, pools, rehearsal::tops_of(*model), options};
  for (int i = 0; i < candidates; ++i) rehearsal::measure(course, options.rollout, {});
  const double each = seconds_since(begin) / candidates;
  const double cpu = (processor_seconds() - clock) / candidates;
  fmt::print("{} candidates: {:.2f} ms each ({:.2f} ms of processor time), {:.0f} a minute on one core\n",
             candidates, each * 1'000, cpu * 1'000, 60 / cpu);
  if (argc < 6) return 0;
  // The search itself, whose candidates drain in other orders and with other numbers of surge nodes.
  rehearsal::OptimiseOptions search;
  search.candidates = static_cast<std::uint64_t>(candidates);
  search.for_each = in_threads(static_cast<unsigned>(std::atoi(argv[5])));
  begin = std::chrono::steady_clock::now();
  clock = processor_seconds();
  const auto best = rehearsal::optimise(model, options, search);
  const double searching = seconds_since(begin), processors = processor_seconds() - clock;
  if (!best) return 1;
  const double tried = static_cast<double>(best->tried);
  fmt::print(
      "search with {} threads: {} candidates in {:.1f} s, {:.0f} a minute; {:.2f} ms of processor time each, "
      "{:.0f} a "
      "minute on one core\n",
      argv[5], best->tried, searching, 60 * tried / searching, 1'000 * processors / tried,
      60 * tried / processors);
  options.rollout = best->rollout;
  fmt::print("as asked {} min and {} h of pods, best {} min and {} h, {} evictions, digest {:016x}\n",
             best->asked.takes.count() / 60'000, best->asked.degraded.count() / 3'600'000,
             best->best.takes.count() / 60'000, best->best.degraded.count() / 3'600'000, best->best.evictions,
             digest(settled, options));
}

// Random clusters, random blows; whatever happened, what the twin counts must be what there is.
#include <random>

#include "twin/controllers/story_testing.h"
#include "twin/disruption.h"

namespace bulwark::twin {
namespace {

class Random {
 public:
  explicit Random(std::uint32_t seed) : engine_(seed) {}
  int below(int n) { return static_cast<int>(engine_() % static_cast<std::uint32_t>(n)); }
  bool chance(int percent) { return below(100) < percent; }

 private:
  std::mt19937 engine_;
};

std::string random_cluster(Random& random) {
  std::string out;
  const int nodes = 2 + random.below(5);
  for (int i = 1; i <= nodes; ++i) out += node_yaml(fmt::format("n{}", i), std::to_string(1 + random.below(4)));
  const int deployments = random.below(4), sets = random.below(3);
  for (int i = 0; i < deployments; ++i) {
    const std::string name = fmt::format("web{}", i);
    std::string spec = fmt::format("replicas: {},", random.below(6));
    if (random.chance(30)) spec += fmt::format("minReadySeconds: {},", random.below(50));
    if (random.chance(20)) spec += "strategy: {type: Recreate},";
    out += workload_yaml("Deployment", name, "v1", spec, "annotations: {deployment.kubernetes.io/revision: '1'}");
    if (random.chance(50)) {
      // A template that has changed.
      out += workload_yaml("ReplicaSet", name + "-1", "v0", fmt::format("replicas: {},", random.below(6)),
                           owner_yaml("Deployment", name));
    }
    if (random.chance(70))
      out += budget_yaml(name, name, random.chance(50) ? "maxUnavailable: 1" : "minAvailable: 50%");
  }
  for (int i = 0; i < sets; ++i) {
    const std::string name = fmt::format("db{}", i);
    std::string spec = fmt::format("replicas: {},", random.below(5));
    if (random.chance(50)) spec += "podManagementPolicy: Parallel,";
    out += workload_yaml("StatefulSet", name, "v1", spec);
    if (random.chance(50))
      out += budget_yaml(name, name, random.chance(50) ? "minAvailable: 1" : "maxUnavailable: 40%");
  }
  if (random.chance(70)) out += workload_yaml("DaemonSet", "agent", "v1");
  if (random.chance(50)) {
    out += fmt::format(
        "---\n{{apiVersion: batch/v1, kind: Job, metadata: {{name: sum, namespace: shop, uid: job-1}}, spec: "
        "{{completions: 4, parallelism: {}, backoffLimit: {}, template: {}}}}}\n",
        1 + random.below(3), random.below(4), template_yaml("sum", "v1"));
  }
  return out;
}

void strike(Engine& engine, Random& random) {
  const State& state = engine.state();
  const auto node = static_cast<Index>(random.below(static_cast<int>(state.nodes.size())));
  const bool there = state.nodes.exists[node] != 0;
  switch (random.below(9)) {
    case 0:
    case 1:
    case 2: {
      if (state.pods.empty()) break;
      const auto pod = static_cast<Index>(random.below(static_cast<int>(state.pods.size())));
      if (state.pods[pod].exists()) engine.evict(pod, random.chance(10));
      break;
    }
    case 3:
      if (there) engine.set_unschedulable(node, random.chance(50));
      break;
    case 4:
      if (there) engine.set_node_ready(node, random.chance(60));
      break;
    case 5:
      if (there && random.chance(30)) engine.remove_node(node);
      break;
    case 6: {
      auto info = std::make_shared<NodeInfo>(*state.nodes.info[node]);
      info->name = fmt::format("m{}", state.nodes.size());
      if (state.nodes.size() < 12) engine.add_node(info);
      break;
    }
    case 7: {
      if (engine.model().workloads.empty()) break;
      const auto workload = static_cast<Index>(random.below(static_cast<int>(engine.model().workloads.size())));
      const Workload& of = engine.model().workloads[workload];
      if (of.has_scale && of.parent == none) engine.scale(workload, random.below(8));
      break;
    }
    default: {
      if (state.pods.empty()) break;
      const auto pod = static_cast<Index>(random.below(static_cast<int>(state.pods.size())));
      if (state.pods[pod].exists()) engine.set_pod_ready(pod, random.chance(70));
    }
  }
  engine.run_until(engine.now() + std::chrono::seconds(random.below(90)));
}

void check_counters(const Engine& engine) {
  const Model& model = engine.model();
  const State& state = engine.state();
  std::vector<std::vector<std::int64_t>> requested(state.nodes.requested.size(),
                                                   std::vector<std::int64_t>(state.nodes.size()));
  std::vector<std::uint32_t> on_node(state.nodes.size());
  std::vector<ClassState> classes(model.classes.size());
  std::vector<WorkloadState> workloads(model.workloads.size());
  std::size_t living = 0;
  for (Index i = 0; i < state.pods.size(); ++i) {
    const Pod& pod = state.pods[i];
    if (!pod.exists()) continue;
    ++living;
    ASSERT_LT(pod.serial, state.place_of_serial.size());
    EXPECT_EQ(state.place_of_serial[pod.serial], i);
    EXPECT_EQ(engine.find_pod(model.classes[pod.pod_class].name_space, engine.pod_name(i)), i)
        << engine.pod_name(i);
    ++classes[pod.pod_class].pods;
    const bool healthy = pod.phase == PodPhase::ready && !pod.deleting;
    classes[pod.pod_class].healthy += healthy ? 1 : 0;
    if (pod.workload != none) {
      workloads[pod.workload].active += pod.active() ? 1 : 0;
      workloads[pod.workload].ready += healthy ? 1 : 0;
    }
    if (pod.node == none) continue;
    EXPECT_NE(state.nodes.exists[pod.node], 0) << "a pod on a node that is gone";
    if (state.nodes.ready[pod.node] == 0) {
      EXPECT_NE(pod.phase, PodPhase::ready);
    }
    ++on_node[pod.node];
    if (!pod.holds_resources) continue;
    for (std::size_t column = 0; column < model.classes[pod.pod_class].requests.size(); ++column)
      requested[column][pod.node] += model.classes[pod.pod_class].requests[column];
  }
  EXPECT_EQ(living + state.free_pods.size(), state.pods.size());
  EXPECT_EQ(state.nodes.requested, requested);
  for (Index node = 0; node < state.nodes.size(); ++node) {
    EXPECT_EQ(state.nodes.pods[node], on_node[node]);
    for (std::size_t column = 0; column < requested.size(); ++column)
      EXPECT_LE(requested[column][node], state.nodes.allocatable[column][node]) << "more than the node has";
  }
  for (Index i = 0; i < classes.size(); ++i) {
    EXPECT_EQ(state.classes[i].pods, classes[i].pods);
    EXPECT_EQ(state.classes[i].healthy, classes[i].healthy);
  }
  for (Index i = 0; i < workloads.size(); ++i) {
    EXPECT_EQ(state.workloads[i].active, workloads[i].active) << model.workloads[i].name;
    EXPECT_EQ(state.workloads[i].ready, workloads[i].ready) << model.workloads[i].name;
  }
}

void check_workloads(const Engine& engine) {
  const Model& model = engine.model();
  const State& state = engine.state();
  for (Index i = 0; i < model.workloads.size(); ++i) {
    const Workload& of = model.workloads[i];
    const WorkloadState& now = state.workloads[i];
    if (of.kind == WorkloadKind::replica_set) {
      EXPECT_EQ(now.active, now.replicas) << of.name;
    }
    if (of.kind == WorkloadKind::job && now.has_failed) {
      EXPECT_EQ(now.active, 0);
    }
    if (of.kind == WorkloadKind::deployment) {
      std::int64_t sum = 0;
      for (const Index set : of.children) sum += state.workloads[set].replicas;
      EXPECT_LE(sum, std::int64_t{now.replicas} + (now.replicas + 3) / 4) << of.name;
    }
    if (of.kind != WorkloadKind::stateful_set) continue;
    std::set<std::int32_t> seen;
    for (const Index each : of.classes) {
      for (Index pod = state.classes[each].first_pod; pod != none; pod = state.pods[pod].next_of_class)
        EXPECT_TRUE(seen.insert(state.pods[pod].ordinal).second) << "two of one name: " << engine.pod_name(pod);
    }
    if (of.is_parallel) {
      EXPECT_GE(static_cast<int>(seen.size()), now.replicas) << of.name;
    }
  }
}

// The status of every budget, worked out pod by pod.
void check_budgets(const Engine& engine) {
  const Model& model = engine.model();
  const State& state = engine.state();
  for (Index i = 0; i < model.budgets.size(); ++i) {
    const Budget& budget = model.budgets[i];
    std::int64_t matching = 0, healthy = 0, scale = 0;
    std::set<Index> owners;
    for (Index p = 0; p < state.pods.size(); ++p) {
      const Pod& pod = state.pods[p];
      if (!pod.exists()) continue;
      const PodClass& of = model.classes[pod.pod_class];
      if (of.name_space != budget.name_space || !budget.spec().selector->matches(of.labels)) continue;
      ++matching;
      healthy += pod.phase == PodPhase::ready && !pod.deleting ? 1 : 0;
      const Index parent = model.workloads[pod.workload].parent;
      owners.insert(parent != none ? parent : pod.workload);
    }
    for (const Index owner : owners) scale += state.workloads[owner].replicas;
    const auto wanted = wanted_by(budget.spec(), matching, scale);
    ASSERT_TRUE(wanted);
    const BudgetState& now = state.budgets[i];
    EXPECT_EQ(now.current_healthy, healthy) << budget.name;
    EXPECT_EQ(now.desired_healthy, wanted->healthy) << budget.name;
    EXPECT_EQ(now.expected_pods, wanted->expected) << budget.name;
    EXPECT_EQ(now.disruptions_allowed,
              wanted->expected <= 0 ? 0 : std::max<std::int64_t>(healthy - wanted->healthy, 0))
        << budget.name;
  }
}

class RandomCluster : public ::testing::TestWithParam<std::uint32_t> {};

TEST_P(RandomCluster, CountsWhatThereIs) {
  Random random(GetParam());
  const std::string text = random_cluster(random);
  SCOPED_TRACE(text);
  Engine engine(YamlCluster::model(text), GetParam());
  for (int round = 0; round < 4; ++round) {
    for (int i = 0; i < 12; ++i) strike(engine, random);
    check_counters(engine);
    settle(engine);
    check_counters(engine);
    check_workloads(engine);
    check_budgets(engine);
    if (HasFatalFailure() || HasNonfatalFailure()) return;
  }
  // A copy goes the same way.
  Engine copy = engine;
  Random one(GetParam()), other(GetParam());
  for (int i = 0; i < 10; ++i) strike(engine, one), strike(copy, other);
  ASSERT_EQ(engine.state().pods.size(), copy.state().pods.size());
  for (Index i = 0; i < engine.state().pods.size(); ++i) {
    EXPECT_EQ(engine.state().pods[i].serial, copy.state().pods[i].serial);
    EXPECT_EQ(engine.state().pods[i].node, copy.state().pods[i].node);
    EXPECT_EQ(engine.state().pods[i].phase, copy.state().pods[i].phase);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomCluster, ::testing::Range(1U, 201U));

}  // namespace
}  // namespace bulwark::twin

#include "twin/controllers/story_testing.h"

namespace bulwark::twin {
namespace {

std::string agent_yaml(std::string_view image, std::string_view spec = {}) {
  return workload_yaml("DaemonSet", "agent", image, spec);
}

// A ready pod of v1 on each of four nodes, and a template of v2.
std::string changed(std::string_view spec) {
  std::string out = nodes_yaml(4) + agent_yaml("v1", spec);
  for (int i = 1; i <= 4; ++i)
    out += pod_yaml(fmt::format("agent-{}", i), fmt::format("n{}", i), "DaemonSet", "agent", "agent", "v1");
  return out + agent_yaml("v2", spec);
}

struct UpdateCase {
  std::string_view name, spec;
  int most, fewest_ready;
};
void PrintTo(const UpdateCase& each, std::ostream* out) { *out << each.name; }

class DaemonUpdate : public ::testing::TestWithParam<UpdateCase> {};

TEST_P(DaemonUpdate, StaysWithinItsLimits) {
  Engine engine(YamlCluster::model(changed(GetParam().spec)));
  Watcher watcher(engine, "agent");
  settle(engine);
  EXPECT_EQ(images_of(engine, "agent"), (std::map<std::string, int>{{"v2", 4}}));
  EXPECT_EQ(watcher.most, GetParam().most);
  EXPECT_EQ(watcher.fewest_ready, GetParam().fewest_ready);
}

INSTANTIATE_TEST_SUITE_P(
    Table, DaemonUpdate,
    ::testing::Values(
        UpdateCase{"defaults", "", 4, 3},
        UpdateCase{"two_away", "updateStrategy: {rollingUpdate: {maxUnavailable: 2}},", 4, 2},
        // 30 % of 4 rounds up to 2.
        UpdateCase{"percent_rounds_up", "updateStrategy: {rollingUpdate: {maxUnavailable: 30%}},", 4, 2},
        UpdateCase{"surge", "updateStrategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}},", 5, 4}),
    [](const auto& each) { return std::string(each.param.name); });

TEST(DaemonSet, OnDeleteLeavesItToOthers) {
  Engine engine(YamlCluster::model(changed("updateStrategy: {type: OnDelete},")));
  settle(engine);
  EXPECT_EQ(images_of(engine, "agent"), (std::map<std::string, int>{{"v1", 4}}));
  engine.remove_pod(engine.find_pod("shop", "agent-2"));
  settle(engine);
  EXPECT_EQ(images_of(engine, "agent"), (std::map<std::string, int>{{"v1", 3}, {"v2", 1}}));
}

TEST(DaemonSet, FollowsTheNodesThatComeAndGo) {
  Engine engine(YamlCluster::model(nodes_yaml(2) + agent_yaml("v1")));
  settle(engine);
  EXPECT_EQ(pods_of(engine, "agent").size(), 2U);
  auto info = std::make_shared<NodeInfo>(*engine.state().nodes.info[0]);
  info->name = "n9";
  const Index added = engine.add_node(info);
  settle(engine);
  EXPECT_EQ(pods_of(engine, "agent").size(), 3U);
  engine.remove_node(added);
  settle(engine);
  EXPECT_EQ(pods_of(engine, "agent").size(), 2U);
  // Cordons are tolerated; an evicted one comes again on its node.
  engine.set_unschedulable(0, true);
  EXPECT_TRUE(engine.evict(engine.state().nodes.first_pod[0]).passed());
  settle(engine);
  EXPECT_EQ(pods_of(engine, "agent").size(), 2U);
}

TEST(DaemonSet, APendingPodIsForItsNode) {
  std::string text = nodes_yaml(2) + agent_yaml("v1");
  text += pod_yaml("agent-1", "n1", "DaemonSet", "agent", "agent", "v1");
  text += fmt::format(
      "---\n{{apiVersion: v1, kind: Pod, metadata: {{name: agent-2, namespace: shop, {}, labels: {{app: "
      "agent}}}}, spec: "
      "{{affinity: {{nodeAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: {{nodeSelectorTerms: "
      "[{{matchFields: [{{key: metadata.name, operator: In, values: [n2]}}]}}]}}}}}}, containers: [{{name: main, "
      "image: "
      "v1}}]}}, status: {{phase: Pending}}}}\n",
      owner_yaml("DaemonSet", "agent"));
  Engine engine(YamlCluster::model(text));
  settle(engine);
  EXPECT_EQ(names_of(engine, "agent"), (std::set<std::string>{"agent-1", "agent-2"}));
  EXPECT_EQ(engine.state().pods[engine.find_pod("shop", "agent-2")].node, engine.find_node("n2"));
  EXPECT_TRUE(engine.state().waiting_daemons.empty());
}

// --- nodes that are lost

TEST(NodeLifecycle, PodsLeaveFiveMinutesAfterTheirNodeIsGivenUp) {
  for (const int minor : {31, 34}) {
    LoadOptions options;
    options.minor = minor;
    Engine engine(YamlCluster::model(nodes_yaml(2) + deployment_yaml("web", 2) + agent_yaml("v1"), options));
    settle(engine);
    const Index lost = engine.find_node("n1");
    const Index web = workload_index(engine, "Deployment", "web");
    const Index set = engine.model().workloads[web].newest;
    const std::int32_t there = 1;
    ASSERT_EQ(engine.state().workloads[set].ready, 2);
    const Time begin = engine.now();
    engine.lose_node(lost);
    const Duration grace = minor >= 32 ? Duration(50'000) : Duration(40'000);
    engine.run_until(begin + grace - Duration(1));
    EXPECT_NE(engine.state().nodes.ready[lost], 0);
    engine.run_until(begin + grace);
    EXPECT_EQ(engine.state().nodes.ready[lost], 0);
    EXPECT_EQ(engine.state().workloads[set].ready, 2 - there);
    engine.run_until(begin + grace + std::chrono::seconds(299));
    EXPECT_EQ(engine.state().workloads[set].active, 2);
    settle(engine);
    EXPECT_EQ(engine.state().workloads[set].ready, 2) << "made again elsewhere";
    // Nobody tells that the old one has ended, and its object stays.
    EXPECT_EQ(pods_of(engine, "web").size(), 2U + there);
    EXPECT_EQ(pods_of(engine, "agent").size(), 2U) << "a DaemonSet's pod stays";
    engine.set_node_ready(lost, true);
    settle(engine);
    EXPECT_EQ(pods_of(engine, "web").size(), 2U);
  }
}

TEST(NodeLifecycle, AKubeletThatSpeaksAgainInTimeLosesNothing) {
  Engine engine(YamlCluster::model(nodes_yaml(1) + deployment_yaml("web", 1)));
  settle(engine);
  engine.lose_node(0);
  engine.run_until(engine.now() + std::chrono::seconds(20));
  engine.set_node_ready(0, true);
  const std::string uid = engine.pod_uid(pods_of(engine, "web")[0]);
  settle(engine);
  EXPECT_EQ(engine.pod_uid(pods_of(engine, "web")[0]), uid);
  EXPECT_NE(engine.state().nodes.ready[0], 0);
}

TEST(NodeLifecycle, TheFirstTolerationThatCoversTheTaintCounts) {
  constexpr std::string_view key = "key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute";
  const std::string short_one = fmt::format("{{{}, tolerationSeconds: 30}}", key), any = "{operator: Exists}";
  const std::vector<std::pair<std::string, int>> cases{{"", 300},
                                                       {short_one, 30},
                                                       {any, -1},
                                                       {any + "," + short_one, -1},
                                                       {short_one + "," + any, 30},
                                                       {fmt::format("{{{}, tolerationSeconds: -5}}", key), 0}};
  for (const auto& [tolerations, seconds] : cases) {
    Engine engine(
        YamlCluster::model(nodes_yaml(1) + deployment_yaml("web", 1, "tolerations: [" + tolerations + "], ")));
    settle(engine);
    const Index pod = pods_of(engine, "web")[0];
    const auto is_going = [&] { return engine.state().pods[pod].deleting; };
    const Time begin = engine.now();
    engine.set_node_ready(0, false);
    if (seconds > 0) {
      engine.run_until(begin + std::chrono::seconds(seconds) - Duration(1));
      EXPECT_FALSE(is_going()) << tolerations;
    }
    engine.run_until(begin + std::chrono::seconds(seconds >= 0 ? seconds : 100'000));
    EXPECT_EQ(is_going(), seconds >= 0) << tolerations;
  }
}

TEST(NodeLifecycle, AStatefulSetWaitsForItsLostPod) {
  Engine engine(YamlCluster::model(nodes_yaml(1) + workload_yaml("StatefulSet", "db", "v1", "replicas: 1,")));
  settle(engine);
  auto info = std::make_shared<NodeInfo>(*engine.state().nodes.info[0]);
  info->name = "n2";
  engine.add_node(info);
  engine.lose_node(0);
  settle(engine);
  EXPECT_EQ(engine.state().workloads[workload_index(engine, "StatefulSet", "db")].ready, 0)
      << "its name is not free";
  engine.remove_node(0);
  settle(engine);
  EXPECT_EQ(engine.state().workloads[workload_index(engine, "StatefulSet", "db")].ready, 1);
}

}  // namespace
}  // namespace bulwark::twin

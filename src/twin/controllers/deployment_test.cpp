#include "twin/controllers/story_testing.h"

namespace bulwark::twin {
namespace {

constexpr std::string_view revision = "annotations: {deployment.kubernetes.io/revision: '1'}";

// A Deployment with `replicas` ready pods of the image v1, whose template then says v2.
std::string changed(int replicas, std::string_view spec) {
  std::string out = nodes_yaml(4);
  const std::string told = fmt::format("replicas: {}, {}", replicas, spec);
  out += workload_yaml("Deployment", "web", "v1", told, revision);
  out += workload_yaml("ReplicaSet", "web-1", "v1", fmt::format("replicas: {},", replicas),
                       fmt::format("{}, {}", revision, owner_yaml("Deployment", "web")), "web");
  for (int i = 0; i < replicas; ++i) {
    out += pod_yaml(fmt::format("web-1-{}", i), fmt::format("n{}", i % 4 + 1), "ReplicaSet", "web-1", "web", "v1");
  }
  // As in a file: without uid and status.
  return out + fmt::format(
                   "---\n{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: web, namespace: shop}}, spec: "
                   "{{{} selector: {{matchLabels: {{app: web}}}}, template: {}}}}}\n",
                   told, template_yaml("web", "v2"));
}

struct RollingCase {
  std::string_view name;
  int replicas;
  std::string_view spec;
  int most, fewest_ready;
};
void PrintTo(const RollingCase& each, std::ostream* out) { *out << each.name; }

class Rolling : public ::testing::TestWithParam<RollingCase> {};

TEST_P(Rolling, StaysWithinItsLimits) {
  const RollingCase& c = GetParam();
  Engine engine(YamlCluster::model(changed(c.replicas, c.spec)));
  // The engine has looked once; what was before counts, too.
  Watcher watcher(engine, "web");
  settle(engine);
  EXPECT_EQ(images_of(engine, "web"), (std::map<std::string, int>{{"v2", c.replicas}}));
  EXPECT_EQ(watcher.most, c.most);
  EXPECT_EQ(watcher.fewest_ready, c.fewest_ready);
}

INSTANTIATE_TEST_SUITE_P(
    Table, Rolling,
    ::testing::Values(
        // 25 % of 4 is 1 both ways.
        RollingCase{"defaults", 4, "", 5, 3},
        // 25 % of 6 is 1.5: 2 more, 1 fewer.
        RollingCase{"surge_rounds_up_and_unavailable_down", 6, "", 8, 5},
        // 25 % of 1 rounds down to 0 and up to 1.
        RollingCase{"one_replica", 1, "", 2, 1},
        // Both 0 in effect: one may be away.
        RollingCase{"both_round_to_none", 2, "strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 10%}},", 2,
                    1},
        RollingCase{"no_surge", 4, "strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 2}},", 4, 2},
        RollingCase{"all_at_once", 3, "strategy: {rollingUpdate: {maxSurge: 100%, maxUnavailable: 0}},", 6, 3},
        RollingCase{"nonsense_is_nothing", 3, "strategy: {rollingUpdate: {maxSurge: 1x, maxUnavailable: 0}},", 3,
                    2},
        RollingCase{"recreate", 3, "strategy: {type: Recreate},", 3, 0}),
    [](const auto& each) { return std::string(each.param.name); });

TEST(Deployment, APausedOneKeepsItsPods) {
  Engine engine(YamlCluster::model(changed(3, "paused: true,")));
  settle(engine);
  EXPECT_EQ(images_of(engine, "web"), (std::map<std::string, int>{{"v1", 3}}));
}

TEST(Deployment, MinReadySecondsHoldsItUp) {
  Duration took[2];
  for (const bool waits : {false, true}) {
    Engine engine(YamlCluster::model(changed(4, waits ? "minReadySeconds: 100," : "")));
    const Time begin = engine.now();
    settle(engine);
    EXPECT_EQ(images_of(engine, "web"), (std::map<std::string, int>{{"v2", 4}}));
    took[waits ? 1 : 0] = engine.now() - begin;
  }
  EXPECT_GE(took[1] - took[0], Duration(100'000));
}

TEST(Deployment, RecreateWaitsForTheLastOldPod) {
  Engine engine(YamlCluster::model(changed(2, "strategy: {type: Recreate},")));
  engine.run_until(engine.now() + std::chrono::seconds(29));
  EXPECT_TRUE(images_of(engine, "web").empty()) << "the old ones are going";
  settle(engine);
  EXPECT_EQ(images_of(engine, "web"), (std::map<std::string, int>{{"v2", 2}}));
}

TEST(Deployment, ASameTemplateChangesNothing) {
  std::string text = changed(3, "");
  const std::size_t at = text.rfind("v2");
  text.replace(at, 2, "v1");
  Engine engine(YamlCluster::model(text));
  settle(engine);
  EXPECT_EQ(names_of(engine, "web"), (std::set<std::string>{"web-1-0", "web-1-1", "web-1-2"}));
}

TEST(Deployment, ABadImageStopsAtItsLimit) {
  std::string text = changed(4, "");
  const auto model = std::make_shared<Model>(*YamlCluster::model(text));
  for (PodClass& each : model->classes) {
    if (each.spec->containers[0].image == "v2") each.becomes_ready = false;
  }
  Engine engine(model);
  settle(engine);
  // One more than asked for, and one of the old ones less: no further.
  EXPECT_EQ(images_of(engine, "web"), (std::map<std::string, int>{{"v1", 3}, {"v2", 2}}));
}

// One that is scaled in the middle shares by size (sync.go, scale).
TEST(Deployment, ScalesInProportionWhileItUpdates) {
  const auto model = std::make_shared<Model>(*YamlCluster::model(changed(10, "")));
  for (PodClass& each : model->classes) {
    if (each.spec->containers[0].image == "v2") each.becomes_ready = false;
  }
  Engine engine(model);
  settle(engine);
  // 25 % of 10: 3 more, 2 fewer.
  ASSERT_EQ(images_of(engine, "web"), (std::map<std::string, int>{{"v1", 8}, {"v2", 5}}));
  engine.scale(workload_index(engine, "Deployment", "web"), 20);
  // 25 and 13 are the sizes with surge: 8 * 25 / 13 = 15.4, 5 * 25 / 13 = 9.6.
  std::map<std::string, int> wanted{{"v1", 15}, {"v2", 10}};
  settle(engine);
  EXPECT_EQ(images_of(engine, "web"), wanted);
  engine.scale(workload_index(engine, "Deployment", "web"), 0);
  settle(engine);
  EXPECT_TRUE(images_of(engine, "web").empty());
}

TEST(Deployment, ASnapshotInTheMiddleGoesOn) {
  std::string text = nodes_yaml(4);
  text += workload_yaml("Deployment", "web", "v2", "replicas: 4,",
                        "annotations: {deployment.kubernetes.io/revision: '2'}");
  for (int set = 1; set <= 2; ++set) {
    text += workload_yaml("ReplicaSet", fmt::format("web-{}", set), fmt::format("v{}", set),
                          fmt::format("replicas: {},", set == 1 ? 3 : 2),
                          fmt::format("annotations: {{deployment.kubernetes.io/revision: '{}'}}, {}", set,
                                      owner_yaml("Deployment", "web")),
                          "web");
  }
  for (int i = 0; i < 3; ++i)
    text += pod_yaml(fmt::format("web-1-{}", i), "n1", "ReplicaSet", "web-1", "web", "v1");
  Engine engine(YamlCluster::model(text));
  settle(engine);
  EXPECT_EQ(images_of(engine, "web").count("v1"), 0U);
}

TEST(Deployment, ReplaceModelRollsOut) {
  const auto before = YamlCluster::model(nodes_yaml(3) + workload_yaml("Deployment", "web", "v1", "replicas: 3,"));
  Engine engine(before);
  settle(engine);
  // A ReplicaSet and a class more, as a new template makes them.
  auto after = std::make_shared<Model>(*before);
  const Index deployment = workload_index(engine, "Deployment", "web");
  Workload set = after->workloads[after->workloads[deployment].newest];
  set.name = "web-2";
  set.replicas = 0;
  set.classes.clear();
  const auto index = static_cast<Index>(after->workloads.size());
  PodClass made = after->classes[set.pod_class];
  made.workload = index;
  set.pod_class = static_cast<Index>(after->classes.size());
  set.classes.push_back(set.pod_class);
  after->classes.push_back(made);
  after->workloads.push_back(set);
  after->workloads[deployment].children.push_back(index);
  after->workloads[deployment].newest = index;
  engine.replace_model(after);
  Watcher watcher(engine, "web");
  settle(engine);
  EXPECT_EQ(engine.state().workloads[index].ready, 3);
  EXPECT_EQ(watcher.fewest_ready, 3);
  EXPECT_EQ(watcher.most, 4);
}

// An Argo Rollout's ReplicaSet is its own master, and budgets ask it for its scale.
TEST(Deployment, ReplicaSetsOfAnotherKindWork) {
  const std::string owner =
      "ownerReferences: [{apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: web, uid: r-1, controller: "
      "true}]";
  Engine engine(YamlCluster::model(nodes_yaml(2) +
                                   workload_yaml("ReplicaSet", "web-1", "v1", "replicas: 3,", owner) +
                                   budget_yaml("b", "web-1", "maxUnavailable: 1")));
  settle(engine);
  ASSERT_EQ(pods_of(engine, "web").size(), 3U);
  EXPECT_EQ(engine.state().budgets[0].expected_pods, 3);
  EXPECT_EQ(engine.state().budgets[0].disruptions_allowed, 1);
  EXPECT_TRUE(engine.evict(pods_of(engine, "web")[0]).passed());
  settle(engine);
  EXPECT_EQ(pods_of(engine, "web").size(), 3U);
  for (const Gap& gap : engine.model().gaps) EXPECT_EQ(gap.weight, Gap::Weight::note) << gap.message;
}

}  // namespace
}  // namespace bulwark::twin

#include "twin/controllers/story_testing.h"

namespace bulwark::twin {
namespace {

std::string set_yaml(std::string_view image, std::string_view spec) {
  return workload_yaml("StatefulSet", "db", image, fmt::format("serviceName: db, {}", spec));
}

// Three ready pods of v1 and a template of v2.
std::string changed(std::string_view spec) {
  std::string out = nodes_yaml(3) + set_yaml("v1", fmt::format("replicas: 3, {}", spec));
  for (int i = 0; i < 3; ++i)
    out += pod_yaml(fmt::format("db-{}", i), fmt::format("n{}", i + 1), "StatefulSet", "db", "db", "v1");
  return out + set_yaml("v2", fmt::format("replicas: 3, {}", spec));
}

std::string image_of(const Engine& engine, std::string_view name) {
  const Index pod = engine.find_pod("shop", name);
  if (pod == none) return "";
  return std::string(engine.model().classes[engine.state().pods[pod].pod_class].spec->containers[0].image);
}

TEST(StatefulSet, OneAfterTheOther) {
  Engine engine(YamlCluster::model(nodes_yaml(3) + set_yaml("v1", "replicas: 3,")));
  EXPECT_EQ(names_of(engine, "db"), (std::set<std::string>{"db-0"}));
  settle(engine);
  EXPECT_EQ(names_of(engine, "db"), (std::set<std::string>{"db-0", "db-1", "db-2"}));
}

TEST(StatefulSet, InParallelAllAtOnce) {
  Engine engine(YamlCluster::model(nodes_yaml(3) + set_yaml("v1", "replicas: 3, podManagementPolicy: Parallel,")));
  EXPECT_EQ(names_of(engine, "db").size(), 3U);
}

TEST(StatefulSet, CountsFromItsStart) {
  Engine engine(YamlCluster::model(nodes_yaml(3) + set_yaml("v1", "replicas: 2, ordinals: {start: 5},")));
  settle(engine);
  EXPECT_EQ(names_of(engine, "db"), (std::set<std::string>{"db-5", "db-6"}));
  engine.scale(workload_index(engine, "StatefulSet", "db"), 1);
  settle(engine);
  EXPECT_EQ(names_of(engine, "db"), (std::set<std::string>{"db-5"}));
}

TEST(StatefulSet, AnEvictedPodKeepsItsNameWhichMustComeFreeFirst) {
  Engine engine(YamlCluster::model(nodes_yaml(3) + set_yaml("v1", "replicas: 2,")));
  settle(engine);
  const Index pod = engine.find_pod("shop", "db-1");
  const std::string uid = engine.pod_uid(pod);
  EXPECT_TRUE(engine.evict(pod).passed());
  engine.run_until(engine.now() + std::chrono::seconds(29));
  EXPECT_EQ(engine.pod_uid(engine.find_pod("shop", "db-1")), uid) << "it is still going";
  settle(engine);
  ASSERT_NE(engine.find_pod("shop", "db-1"), none);
  EXPECT_NE(engine.pod_uid(engine.find_pod("shop", "db-1")), uid);
}

TEST(StatefulSet, ScalesDownFromTheTop) {
  Engine engine(YamlCluster::model(nodes_yaml(3) + set_yaml("v1", "replicas: 3,")));
  settle(engine);
  engine.scale(workload_index(engine, "StatefulSet", "db"), 1);
  engine.run_until(engine.now() + std::chrono::seconds(1));
  EXPECT_TRUE(engine.state().pods[engine.find_pod("shop", "db-2")].deleting);
  EXPECT_FALSE(engine.state().pods[engine.find_pod("shop", "db-1")].deleting);
  settle(engine);
  EXPECT_EQ(names_of(engine, "db"), (std::set<std::string>{"db-0"}));
}

TEST(StatefulSet, ScalesUpBeyondWhatWasLoaded) {
  Engine engine(YamlCluster::model(nodes_yaml(3) + set_yaml("v1", "replicas: 1,")));
  settle(engine);
  engine.scale(workload_index(engine, "StatefulSet", "db"), 4);
  settle(engine);
  EXPECT_EQ(names_of(engine, "db"), (std::set<std::string>{"db-0", "db-1", "db-2", "db-3"}));
}

TEST(StatefulSet, UpdatesFromTheTopOneByOne) {
  Engine engine(YamlCluster::model(changed("")));
  Watcher watcher(engine, "db");
  EXPECT_TRUE(engine.state().pods[engine.find_pod("shop", "db-2")].deleting);
  EXPECT_FALSE(engine.state().pods[engine.find_pod("shop", "db-1")].deleting);
  settle(engine);
  EXPECT_EQ(images_of(engine, "db"), (std::map<std::string, int>{{"v2", 3}}));
  EXPECT_EQ(watcher.fewest_ready, 2);
}

TEST(StatefulSet, ThePartitionKeepsTheOlderTemplate) {
  Engine engine(YamlCluster::model(changed("updateStrategy: {rollingUpdate: {partition: 2}},")));
  settle(engine);
  EXPECT_EQ(images_of(engine, "db"), (std::map<std::string, int>{{"v1", 2}, {"v2", 1}}));
  EXPECT_TRUE(engine.evict(engine.find_pod("shop", "db-1")).passed());
  settle(engine);
  EXPECT_EQ(image_of(engine, "db-1"), "v1") << "below the partition it is made again as it was";
}

TEST(StatefulSet, OnDeleteLeavesItToOthers) {
  Engine engine(YamlCluster::model(changed("updateStrategy: {type: OnDelete},")));
  settle(engine);
  EXPECT_EQ(images_of(engine, "db"), (std::map<std::string, int>{{"v1", 3}}));
  EXPECT_TRUE(engine.evict(engine.find_pod("shop", "db-1")).passed());
  settle(engine);
  EXPECT_EQ(image_of(engine, "db-1"), "v2");
  EXPECT_EQ(image_of(engine, "db-0"), "v1");
}

TEST(StatefulSet, MaxUnavailableCountsSince135) {
  for (const int minor : {34, 35}) {
    LoadOptions options;
    options.minor = minor;
    Engine engine(YamlCluster::model(changed("updateStrategy: {rollingUpdate: {maxUnavailable: 2}},"), options));
    Watcher watcher(engine, "db");
    settle(engine);
    EXPECT_EQ(images_of(engine, "db"), (std::map<std::string, int>{{"v2", 3}})) << minor;
    EXPECT_EQ(watcher.fewest_ready, minor == 35 ? 1 : 2) << minor;
  }
}

TEST(StatefulSet, ASnapshotInTheMiddleGoesOn) {
  std::string text = nodes_yaml(3) + set_yaml("v2", "replicas: 2,");
  text.insert(text.rfind('}'), ", status: {updateRevision: db-2}");
  text += pod_yaml("db-0", "n1", "StatefulSet", "db", "db", "v1", "controller-revision-hash: db-1");
  text += pod_yaml("db-1", "n2", "StatefulSet", "db", "db", "v2", "controller-revision-hash: db-2");
  Engine engine(YamlCluster::model(text));
  settle(engine);
  EXPECT_EQ(images_of(engine, "db"), (std::map<std::string, int>{{"v2", 2}}));
}

TEST(StatefulSet, OrdinalsOfAnySize) {
  std::string text = nodes_yaml(2) + set_yaml("v1", "replicas: 2,");
  for (const char* name : {"db-0", "db-1000000000", "db-99999999999999999999", "db-00", "db-x", "other-1"})
    text += pod_yaml(name, "n1", "StatefulSet", "db", "db", "v1");
  Engine engine(YamlCluster::model(text));
  settle(engine);
  // Those whose name is none of this set are nobody's business.
  EXPECT_EQ(names_of(engine, "db"),
            (std::set<std::string>{"db-0", "db-1", "db-99999999999999999999", "db-00", "db-x", "other-1"}));
}

}  // namespace
}  // namespace bulwark::twin

#include "upgrade/cluster_pods.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kube/memory_cluster_testing.h"
#include "upgrade/drain.h"
#include "upgrade/scripted_cluster_testing.h"

namespace bulwark::upgrade {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

kube::ObjectKey key(std::string plural, std::string name_space, std::string name) {
  return {.resource = {.group = "", .version = "v1", .plural = std::move(plural), .kind = "", .verbs = {}},
          .name_space = std::move(name_space),
          .name = std::move(name)};
}

class ClusterPodsTest : public testing::Test {
 protected:
  ClusterPodsTest() { create("nodes", "", "n1", R"({"metadata":{"name":"n1"},"spec":{}})"); }
  void create(std::string plural, std::string name_space, std::string name, std::string_view json) {
    ASSERT_TRUE(cluster.create(key(std::move(plural), std::move(name_space), std::move(name)), json, {}, {}));
  }
  void pod(const std::string& name, std::string_view node = "n1", std::string_view owner = "ReplicaSet") {
    create(
        "pods", "shop", name,
        fmt::format(R"({{"metadata":{{"name":"{}","namespace":"shop","labels":{{"app":"web"}},"ownerReferences":[)"
                    R"({{"apiVersion":"apps/v1","kind":"{}","name":"web","uid":"u","controller":true}}]}},)"
                    R"("spec":{{"nodeName":"{}"}},"status":{{"phase":"Running"}}}})",
                    name, owner, node));
  }
  void delete_now(const std::string& name) {
    ASSERT_TRUE(
        cluster.remove(key("pods", "shop", name), {.grace_period_seconds = 0, .propagation = {}, .uid = {}}));
  }
  std::vector<DrainPod> list(bool with_labels = false) {
    std::vector<DrainPod> all;
    EXPECT_TRUE(pods.list_pods("n1", with_labels, all));
    return all;
  }
  // Lets time pass until a token is told; false: nothing was told by then.
  bool is_told(std::chrono::milliseconds by) {
    std::vector<Pods::Token> changed;
    const Time end = cluster.now() + by;
    while (changed.empty() && cluster.now() < end) pods.wait(end, changed);
    return !changed.empty();
  }

  kube::MemoryCluster cluster;
  ClusterPods pods{cluster};
};

TEST_F(ClusterPodsTest, ReadsWhatADrainLooksAt) {
  create("namespaces", "", "shop", R"({"metadata":{"name":"shop","labels":{"team":"blue"}}})");
  create("pods", "shop", "a",
         R"({"metadata":{"name":"a","namespace":"shop","creationTimestamp":"2025-12-31T23:00:00Z",
      "deletionTimestamp":"2025-12-31T23:59:30Z","labels":{"app":"web"},
      "annotations":{"kubernetes.io/config.mirror":"x"},
      "ownerReferences":[{"apiVersion":"v1","kind":"Other","name":"o","uid":"1"},
        {"apiVersion":"apps/v1","kind":"StatefulSet","name":"db","uid":"2","controller":true}]},
      "spec":{"nodeName":"n1","terminationGracePeriodSeconds":5,"volumes":[{"name":"v","emptyDir":{}}]},
      "status":{"phase":"Succeeded","conditions":[{"type":"Ready","status":"False"}]}})");
  pod("elsewhere", "n2");
  const auto all = list(true);
  ASSERT_EQ(all.size(), 1U);
  const DrainPod& a = all[0];
  EXPECT_EQ(a.name_space, "shop");
  EXPECT_EQ(a.name, "a");
  EXPECT_EQ(a.controller.kind, "StatefulSet");
  EXPECT_EQ(a.controller.api_version, "apps/v1");
  EXPECT_TRUE(a.finished && a.mirror && a.empty_dir);
  EXPECT_FALSE(a.ready || a.pending);
  EXPECT_EQ(a.deletion, cluster.now() - 30s);
  EXPECT_EQ(a.creation, cluster.now() - 1h);
  EXPECT_EQ(a.termination_grace_period_seconds, 5);
  EXPECT_THAT(a.labels, ElementsAre(kube::Label{"app", "web"}));
  EXPECT_THAT(a.namespace_labels, ElementsAre(kube::Label{"team", "blue"}));
}

TEST_F(ClusterPodsTest, CordonsOnceAndLabels) {
  EXPECT_TRUE(*pods.set_unschedulable("n1", true, false));
  EXPECT_EQ(cluster.at(key("nodes", "", "n1"), "spec.unschedulable"), "true");
  EXPECT_FALSE(*pods.set_unschedulable("n1", true, false));
  EXPECT_TRUE(*pods.set_unschedulable("n1", false, false));
  EXPECT_EQ(pods.set_unschedulable("none", true, false).error().code, 404);
  EXPECT_TRUE(pods.label_node("n1", "a.b/c", "d"));
  EXPECT_EQ(cluster.at(key("nodes", "", "n1"), "metadata.labels.a.b/c"), "d");
}

TEST_F(ClusterPodsTest, TellsWhatHappensToPodsOfTheNode) {
  pod("a"), pod("b", "n2");
  const PodId a = list().at(0).id;
  ASSERT_TRUE(pods.watch_node("n1", 3));
  delete_now("b");
  EXPECT_FALSE(is_told(1s)) << "another node's";
  ASSERT_TRUE(pods.evict(a, {}));
  EXPECT_TRUE(is_told(1s));
  EXPECT_TRUE(pods.state(a).deletion);
  delete_now("a");
  EXPECT_TRUE(is_told(1s));
  EXPECT_TRUE(pods.state(a).gone);
  pods.unwatch_node("n1");
  EXPECT_EQ(pods.evict(a, {}).error().code, 404);
}

TEST_F(ClusterPodsTest, ListsAgainWhenTheWatchHasEnded) {
  pod("a");
  const PodId a = list().at(0).id;
  ASSERT_TRUE(pods.watch_node("n1", 3));
  cluster.end_watches(410);
  delete_now("a");
  EXPECT_TRUE(is_told(5s));
  EXPECT_TRUE(pods.state(a).gone);
}

TEST_F(ClusterPodsTest, LooksItselfWhereItMayNotWatch) {
  pod("a");
  const PodId a = list().at(0).id;
  cluster.forbidden = {"pods"};
  EXPECT_FALSE(pods.watch_node("n1", 3));
  EXPECT_FALSE(pods.state(a).gone);
  delete_now("a");
  EXPECT_TRUE(pods.state(a).gone);
}

// The pod of a StatefulSet is back under its name: it is another one.
TEST_F(ClusterPodsTest, APodOfTheSameNameIsAnother) {
  pod("db-0");
  const PodId old = list().at(0).id;
  delete_now("db-0");
  pod("db-0", "n2");
  EXPECT_EQ(pods.evict(old, {}).error().code, 404);
  EXPECT_TRUE(pods.state(old).gone);
  EXPECT_EQ(cluster.at(key("pods", "shop", "db-0"), "metadata.deletionTimestamp"), "");
}

TEST_F(ClusterPodsTest, Drain) {
  pod("a"), pod("b");
  const DrainOptions options;
  LinesLog log(cluster.now());
  class Drain drain("n1", options, {}, 1);
  std::vector<Pods::Token> changed;
  for (int i = 0; drain.step(pods, log) && i < 100; ++i) {
    if (i == 4) delete_now("a");
    if (i == 8) delete_now("b");
    pods.wait(cluster.now() + 1s, changed);
  }
  EXPECT_EQ(drain.state(), Drain::State::drained);
  EXPECT_EQ(drain.gone(), 2U);
  EXPECT_EQ(cluster.at(key("nodes", "", "n1"), "spec.unschedulable"), "true");
}

}  // namespace
}  // namespace bulwark::upgrade

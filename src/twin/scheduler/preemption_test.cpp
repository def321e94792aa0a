// Whom preemption chooses, case by case of pickOneNodeForPreemption and selectVictimsOnNode.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "twin/cluster_testing.h"
#include "twin/scheduler/scheduler.h"

namespace bulwark::twin {
namespace {

std::string pod(const std::string& name, int priority, const std::string& cpu, const std::string& node = {},
                const std::string& created = "2020-01-01T00:00:00Z", const std::string& spec = {}) {
  return "---\n{apiVersion: v1, kind: Pod, metadata: {name: " + name + ", namespace: shop, creationTimestamp: '" +
         created + "', labels: {app: " + name.substr(0, name.find('-')) + "}}, spec: {" +
         (node.empty() ? "" : "nodeName: " + node + ", ") + spec + "priority: " + std::to_string(priority) +
         ", containers: [{name: c, image: i, resources: {requests: {cpu: '" + cpu + "'}}}]}, status: {phase: " +
         (node.empty() ? "Pending" : "Running, conditions: [{type: Ready, status: 'True'}]") + "}}\n";
}

struct Case {
  std::string name, objects;
  std::string nominated;             // of the pod "web", of priority 10
  std::vector<std::string> victims;  // the pods that are going then
};

class Preemption : public testing::TestWithParam<Case> {};

TEST_P(Preemption, MakesRoom) {
  const Case& c = GetParam();
  for (const std::uint64_t seed : {1, 2, 3, 4, 5, 6}) {
    Engine engine(YamlCluster::model(c.objects), seed);
    engine.run_until(engine.now());
    const Index web = engine.find_pod("shop", "web");
    ASSERT_NE(web, none);
    const Index nominated = engine.state().pods[web].nominated;
    EXPECT_EQ(nominated == none ? "" : engine.state().nodes.info[nominated]->name, c.nominated);
    std::vector<std::string> victims;
    for (Index i = 0; i < engine.state().pods.size(); ++i) {
      if (engine.state().pods[i].exists() && engine.state().pods[i].deleting)
        victims.push_back(engine.pod_name(i));
    }
    EXPECT_THAT(victims, testing::UnorderedElementsAreArray(c.victims));
    if (c.nominated.empty()) continue;
    EXPECT_THAT(engine.scheduler().unschedulable_message(engine.state(), web),
                testing::Not(testing::HasSubstr("preemption")));
    settle(engine);
    EXPECT_EQ(engine.state().pods[web].node, nominated);
  }
}

const std::string two_nodes = node_yaml("n1") + node_yaml("n2");

INSTANTIATE_TEST_SUITE_P(
    Table, Preemption,
    testing::Values(Case{"the_lowest_priority",
                         two_nodes + pod("a", 5, "4", "n1") + pod("b", 3, "4", "n2") + pod("web", 10, "1"),
                         "n2",
                         {"b"}},
                    Case{"nobody_of_its_own_priority",
                         two_nodes + pod("a", 10, "4", "n1") + pod("b", 11, "4", "n2") + pod("web", 10, "1"),
                         "",
                         {}},
                    Case{"no_more_than_needed",
                         node_yaml("n1") + pod("a", 1, "1", "n1") + pod("b", 2, "1", "n1") +
                             pod("c", 3, "2", "n1") + pod("web", 10, "1"),
                         "n1",
                         {"a"}},
                    Case{"the_important_are_spared_first",
                         node_yaml("n1") + pod("a", 1, "1", "n1") + pod("b", 2, "1", "n1") +
                             pod("c", 3, "2", "n1") + pod("web", 10, "2"),
                         "n1",
                         {"a", "b"}},
                    Case{"budgets_are_spared_first",
                         node_yaml("n1") + pod("a", 2, "2", "n1") + pod("b", 1, "2", "n1") +
                             budget_yaml("b", "b", "minAvailable: 1") + pod("web", 10, "2"),
                         "n1",
                         {"a"}},
                    Case{"the_node_without_a_broken_budget",
                         two_nodes + pod("a", 1, "4", "n1") + pod("b", 5, "4", "n2") +
                             budget_yaml("a", "a", "minAvailable: 1") + pod("web", 10, "2"),
                         "n2",
                         {"b"}},
                    Case{"a_budget_does_not_save_all",
                         node_yaml("n1") + pod("a", 1, "4", "n1") + budget_yaml("a", "a", "minAvailable: 1") +
                             pod("web", 10, "2"),
                         "n1",
                         {"a"}},
                    Case{"the_smaller_sum",
                         two_nodes + pod("a-1", 5, "2", "n1") + pod("a-2", 4, "2", "n1") +
                             pod("b-1", 5, "2", "n2") + pod("b-2", 3, "2", "n2") + pod("web", 10, "4"),
                         "n2",
                         {"b-1", "b-2"}},
                    Case{"the_smaller_number",
                         two_nodes + pod("a-1", 5, "2", "n1") + pod("a-2", 5, "2", "n1") + pod("b", 5, "4", "n2") +
                             pod("web", 10, "4"),
                         "n2",
                         {"b"}},
                    Case{"the_younger",
                         two_nodes + pod("a", 5, "4", "n1", "2019-01-01T00:00:00Z") +
                             pod("b", 5, "4", "n2", "2019-06-01T00:00:00Z") + pod("web", 10, "1"),
                         "n2",
                         {"b"}},
                    Case{"the_younger_of_one_node",
                         node_yaml("n1") + pod("a", 5, "2", "n1", "2019-01-01T00:00:00Z") +
                             pod("b", 5, "2", "n1", "2019-06-01T00:00:00Z") + pod("web", 10, "1"),
                         "n1",
                         {"b"}},
                    Case{"not_where_it_would_not_help",
                         node_yaml("n1", "4", "unschedulable: true") + node_yaml("n2") + pod("a", 1, "4", "n1") +
                             pod("b", 5, "4", "n2") + pod("web", 10, "1"),
                         "n2",
                         {"b"}},
                    Case{"anti_affinity",
                         node_yaml("n1") + pod("db", 1, "1", "n1") +
                             pod("web", 10, "1", "", "2020-01-01T00:00:00Z",
                                 "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
                                 "[{labelSelector: "
                                 "{matchLabels: {app: db}}, topologyKey: kubernetes.io/hostname}]}}, "),
                         "n1",
                         {"db"}},
                    Case{"never",
                         node_yaml("n1") + pod("a", 1, "4", "n1") +
                             pod("web", 10, "1", "", "2020-01-01T00:00:00Z", "preemptionPolicy: Never, "),
                         "",
                         {}}),
    [](const auto& each) { return each.param.name; });

TEST(Nomination, OthersOfLowerPriorityDoNotTakeTheRoom) {
  Engine engine(
      YamlCluster::model(node_yaml("n1") + pod("a", 1, "4", "n1") + pod("web", 10, "4") + pod("low", 0, "2")));
  settle(engine);
  EXPECT_NE(engine.state().pods[engine.find_pod("shop", "web")].node, none);
  const Index low = engine.find_pod("shop", "low");
  EXPECT_EQ(engine.state().pods[low].node, none);
}

TEST(Nomination, APodDoesNotPreemptAgainWhileItsVictimsGo) {
  Engine engine(
      YamlCluster::model(two_nodes + pod("a", 1, "4", "n1") + pod("b", 2, "4", "n2") + pod("web", 10, "4")));
  engine.run_until(engine.now());
  const Index web = engine.find_pod("shop", "web");
  const Index nominated = engine.state().pods[web].nominated;
  ASSERT_NE(nominated, none);
  State state = engine.state();
  Scheduler scheduler = engine.scheduler();
  const Scheduler::Choice again = scheduler.choose(state, web);
  EXPECT_EQ(again.node, none);
  EXPECT_EQ(again.nominated, nominated);
  EXPECT_TRUE(again.victims.empty());
  ++state.pods[web].attempts;
  EXPECT_EQ(
      scheduler.unschedulable_message(state, web),
      "0/2 nodes are available: 2 Insufficient cpu. preemption: not eligible due to a terminating pod on the "
      "nominated node.");
}

}  // namespace
}  // namespace bulwark::twin

// The two worked examples of "How AKS cluster upgrades work" (upgrade-conceptual.md), on the twin. The page does
// not say how large its pods are; here they are so large that the scheduler's choice is the one of its pictures.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "rehearsal/rehearse.h"
#include "twin/cluster_testing.h"

namespace bulwark::rehearsal {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

// A pod of its own Deployment, which stands on `node` at the start.
std::string pod(std::string_view name, std::string_view node, int cpu, std::string_view spec = {}) {
  const std::string n(name), lower(1, static_cast<char>(name[0] + 32));
  const std::string body = std::string(spec) + "containers: [{name: main, image: i, resources: {requests: {cpu: " +
                           std::to_string(cpu) + "m, memory: " + std::to_string(cpu) + "Mi}}}]";
  return "---\n{apiVersion: apps/v1, kind: Deployment, metadata: {name: " + lower + ", namespace: shop, uid: d" +
         lower + "}, spec: {replicas: 1, selector: {matchLabels: {app: " + lower +
         "}}, template: {metadata: {labels: {app: " + lower + "}}, spec: {" + body +
         "}}}}\n---\n{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: " + lower +
         "-1, namespace: shop, uid: r" + lower +
         ", ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: " + lower + ", uid: d" + lower +
         ", controller: true}]}, spec: {replicas: 1, selector: {matchLabels: {app: " + lower +
         "}}, template: {metadata: {labels: {app: " + lower + "}}, spec: {" + body +
         "}}}}\n---\n{apiVersion: v1, kind: Pod, metadata: {name: " + lower + "-1-0, namespace: shop, uid: p" +
         lower + ", labels: {app: " + lower +
         "}, ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: " + lower + "-1, uid: r" + lower +
         ", controller: true}]}, spec: {nodeName: " + std::string(node) + ", " + body +
         "}, status: {phase: Running, conditions: [{type: Ready, status: 'True'}]}}\n";
}

std::string prefers(std::string_view node) {
  return "affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 100, preference: "
         "{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [" +
         std::string(node) + "]}]}}]}}, ";
}

std::string node(std::string_view name) {
  return "---\n{apiVersion: v1, kind: Node, metadata: {name: " + std::string(name) +
         ", labels: {agentpool: pool, kubernetes.io/hostname: " + std::string(name) +
         "}}, status: {allocatable: {cpu: 1, memory: 1Gi, pods: '30'}, nodeInfo: {kubeletVersion: v1.30.0}}}\n";
}

// "A B" for each node that is there, as the page lists them.
std::map<std::string, std::string> placement(const twin::Engine& engine) {
  std::map<std::string, std::string> out;
  const twin::State& state = engine.state();
  for (twin::Index i = 0; i < state.nodes.size(); ++i) {
    if (state.nodes.exists[i] == 0) continue;
    std::string names;
    for (twin::Index pod = state.nodes.first_pod[i]; pod != twin::none; pod = state.pods[pod].next_on_node) {
      if (!state.pods[pod].deleting) names += static_cast<char>(engine.pod_name(pod)[0] - 32);
    }
    std::sort(names.begin(), names.end());
    out[state.nodes.info[i]->name] = names;
  }
  return out;
}

// Takes the placement down after every step of the page.
class Steps final : public upgrade::Log {
 public:
  explicit Steps(const twin::Engine& engine) : engine_(engine) {}
  void on_event(const upgrade::Event& event) override {
    using upgrade::EventKind;
    const std::string at = std::string(upgrade::name(event.kind)) + ' ' + std::string(event.node);
    switch (event.kind) {
      case EventKind::drained:
      case EventKind::reimaged:
      case EventKind::quarantined:
      case EventKind::permanent_replacement:
      case EventKind::node_removed:
        order.push_back(at);
        after[at] = placement(engine_);
        break;
      default:
        break;
    }
  }
  std::vector<std::string> order;
  std::map<std::string, std::map<std::string, std::string>> after;

 private:
  const twin::Engine& engine_;
};

struct Played {
  std::vector<std::string> order;
  std::map<std::string, std::map<std::string, std::string>> after;
  std::map<std::string, std::string> end;
  upgrade::Outcome outcome;
};

Played play(const std::string& objects, upgrade::RolloutOptions options) {
  RehearseOptions rehearse;
  rehearse.rollout = std::move(options);
  rehearse.rollout.version = "1.31.0";
  twin::Engine engine = settled(twin::YamlCluster::model(objects), rehearse);
  TwinPods pods(engine);
  TwinPools cloud(engine, pools_of(engine.model()));
  Steps steps(engine);
  upgrade::Rollout rollout(rehearse.rollout);
  Played played;
  played.outcome = upgrade::run(rollout, pods, cloud, steps);
  played.order = steps.order;
  played.after = steps.after;
  played.end = placement(engine);
  return played;
}

TEST(WorkedExamples, RollingUpgradeOfTwoNodesWithOneSurgeNode) {
  upgrade::RolloutOptions options;
  options.settings.max_surge = "1";
  const Played played =
      play(node("node-1") + node("node-2") + pod("A", "node-1", 400, prefers("node-1")) + pod("B", "node-1", 100) +
               pod("C", "node-2", 150) + pod("D", "node-2", 100, prefers("pool-surge-1")),
           options);
  EXPECT_EQ(played.outcome.state, upgrade::Outcome::State::completed);
  EXPECT_THAT(played.order, ElementsAre("drained node-1", "reimaged node-1", "drained node-2", "reimaged node-2",
                                        "drained pool-surge-1", "node_removed pool-surge-1"));
  const auto after = [&](const char* step) { return played.after.at(step); };
  EXPECT_THAT(after("drained node-1"),
              UnorderedElementsAre(Pair("node-1", ""), Pair("node-2", "BCD"), Pair("pool-surge-1", "A")));
  EXPECT_THAT(after("reimaged node-1"),
              UnorderedElementsAre(Pair("node-1", ""), Pair("node-2", "BCD"), Pair("pool-surge-1", "A")));
  EXPECT_THAT(after("drained node-2"),
              UnorderedElementsAre(Pair("node-1", "BC"), Pair("node-2", ""), Pair("pool-surge-1", "AD")));
  // The page's last list has B on node 2, where none of its steps has moved it: it stays on node 1.
  EXPECT_THAT(played.end, UnorderedElementsAre(Pair("node-1", "ABC"), Pair("node-2", "D")));
}

TEST(WorkedExamples, ARestrictiveBudgetQuarantinesANode) {
  upgrade::RolloutOptions options;
  options.settings.max_surge = "2";
  options.settings.undrainable = upgrade::UndrainableNodeBehavior::cordon;
  const Played played = play(node("node-1") + node("node-2") + pod("A", "node-1", 100) +
                                 pod("B", "node-1", 400, prefers("pool-surge-1")) + pod("C", "node-2", 100) +
                                 pod("D", "node-2", 100) + twin::budget_yaml("a", "a", "maxUnavailable: 0"),
                             options);
  EXPECT_EQ(played.outcome.state, upgrade::Outcome::State::completed);
  EXPECT_EQ(played.outcome.quarantined, 1U);
  EXPECT_THAT(played.end,
              UnorderedElementsAre(Pair("node-1", "A"), Pair("node-2", "CD"), Pair("pool-surge-1", "B")));
  EXPECT_THAT(played.after.at("reimaged node-2"),
              UnorderedElementsAre(Pair("node-1", "A"), Pair("node-2", ""), Pair("pool-surge-1", "B"),
                                   Pair("pool-surge-2", "CD")));
}

}  // namespace
}  // namespace bulwark::rehearsal

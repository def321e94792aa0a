#include "rehearsal/rehearse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rehearsal/fixes.h"
#include "twin/cluster_testing.h"

namespace bulwark::rehearsal {
namespace {

using twin::budget_yaml;
using twin::deployment_yaml;
using twin::node_yaml;
using twin::YamlCluster;

RehearseOptions to_version(std::string version) {
  RehearseOptions options;
  options.rollout.version = std::move(version);
  options.rollout.settings.max_surge = "1";
  return options;
}

std::string nodes(int count, std::string_view cpu = "4") {
  std::string out;
  for (int i = 1; i <= count; ++i) out += node_yaml("n" + std::to_string(i), cpu);
  return out;
}

TEST(Rehearse, AnUpgradeThatNothingStopsCompletes) {
  const Rehearsal result = rehearse(
      YamlCluster::model(nodes(3) + deployment_yaml("web", 6) + budget_yaml("b", "web", "maxUnavailable: 1")),
      to_version("1.34.0"));
  EXPECT_EQ(result.verdict, Verdict::completes);
  EXPECT_EQ(result.nodes, 3U);
  EXPECT_EQ(result.nodes_done, 3U);
  EXPECT_GT(result.refusals, 0U) << "the budget lets one pod go at a time";
  ASSERT_EQ(result.interruptions.size(), 1U);
  EXPECT_EQ(result.interruptions[0].workload, "Deployment shop/web");
  EXPECT_EQ(result.interruptions[0].worst_down, 1);
  EXPECT_EQ(result.interruptions[0].outage, Duration{});
  EXPECT_TRUE(result.unplaced.empty());
}

TEST(Rehearse, ABudgetThatNeverAllowsStopsItAndTheFixesWereTried) {
  const Rehearsal result = rehearse(
      YamlCluster::model(nodes(3) + deployment_yaml("cart", 1) + budget_yaml("cart", "cart", "minAvailable: 80%")),
      to_version("1.34.0"));
  ASSERT_EQ(result.verdict, Verdict::stops);
  ASSERT_FALSE(result.blockers.empty());
  const Blocker& blocker = result.blockers[0];
  EXPECT_EQ(blocker.kind, BlockerKind::budget_never_allows);
  EXPECT_TRUE(blocker.never_ends);
  EXPECT_EQ(blocker.budget, "shop/cart");
  EXPECT_THAT(blocker.message, ::testing::HasSubstr("needs 1 healthy pods and has 1 currently"));
  EXPECT_EQ(blocker.reason, "minAvailable 80% of 1 rounds up to 1, so that no pod may ever be away");
  ASSERT_EQ(blocker.fixes.size(), 2U);
  EXPECT_THAT(blocker.fixes[0].summary, ::testing::HasSubstr("maxUnavailable: 1"));
  EXPECT_TRUE(blocker.fixes[0].completes);
  EXPECT_EQ(blocker.fixes[1].summary, "5 replicas of Deployment shop/cart");
  EXPECT_THAT(blocker.fixes[1].not_enough, ::testing::HasSubstr("80% of 4 is 4"));
  EXPECT_TRUE(blocker.fixes[1].completes);
  EXPECT_TRUE(result.completes_with_set);
}

struct DoubtCase {
  std::string_view name, owner;
  Verdict verdict;
};
void PrintTo(const DoubtCase& each, std::ostream* out) { *out << each.name; }

class Doubt : public ::testing::TestWithParam<DoubtCase> {};

// What is not known of an operator keeps the verdict from "completes", and what its documentation tells does not.
TEST_P(Doubt, IsInTheVerdict) {
  std::string text = nodes(2);
  if (!GetParam().owner.empty()) {
    text += "---\n{apiVersion: v1, kind: Pod, metadata: {name: p-0, namespace: shop, ownerReferences: [" +
            std::string(GetParam().owner) +
            "]}, spec: {nodeName: n1, containers: [{name: m, image: i}]}, status: {phase: Running, conditions: "
            "[{type: Ready, status: 'True'}]}}\n";
  }
  EXPECT_EQ(rehearse(YamlCluster::model(text), to_version("1.34.0")).verdict, GetParam().verdict);
}

INSTANTIATE_TEST_SUITE_P(
    Table, Doubt,
    ::testing::Values(
        DoubtCase{"no_pods", "", Verdict::completes},
        DoubtCase{"operator_unknown",
                  "{apiVersion: example.com/v1, kind: Thing, name: p, uid: u, controller: true}",
                  Verdict::unknown},
        DoubtCase{"operator_known",
                  "{apiVersion: core.strimzi.io/v1beta2, kind: StrimziPodSet, name: p, uid: u, controller: true}",
                  Verdict::completes},
        DoubtCase{"owner_missing", "{apiVersion: apps/v1, kind: ReplicaSet, name: p, uid: u, controller: true}",
                  Verdict::unknown}),
    [](const auto& each) { return std::string(each.param.name); });

// The command that is shown changes one pool, and so does what was tried.
TEST(Rehearse, AFixOfAPoolLeavesTheOthersAsTheyAre) {
  std::string objects;
  for (const std::string pool : {"a", "b"}) {
    objects += "---\n{apiVersion: v1, kind: Node, metadata: {name: " + pool + "1, labels: {agentpool: " + pool +
               "}}, status: {allocatable: {cpu: '4', memory: 16Gi, pods: '110'}}}\n";
  }
  RehearseOptions options = to_version("1.34.0");
  options.pools.resize(1);
  options.pools[0].name = "a";
  options.pools[0].max_count = 1;
  const auto model = YamlCluster::model(objects);
  const rehearsal::Run run(model, options);
  Blocker blocker;
  blocker.kind = BlockerKind::no_node;
  blocker.pool = "a";
  const std::vector<Change> changes = changes_for(blocker, run, options);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].summary, "maxSurge 0 and maxUnavailable 1 in the pool a");
  const Plan changed = with({model, options}, changes[0]);
  ASSERT_EQ(changed.options.pools.size(), 2U);
  EXPECT_EQ(changed.options.pools[0].upgrade.max_surge, "0");
  EXPECT_EQ(changed.options.pools[0].upgrade.max_unavailable, "1");
  EXPECT_EQ(changed.options.pools[1].upgrade.max_surge, "1") << "as all pools were asked to";

  const Rehearsal result = rehearse(model, options);
  ASSERT_EQ(result.blockers[0].kind, BlockerKind::no_node);
  ASSERT_EQ(result.blockers[0].fixes.size(), 1U);
  EXPECT_TRUE(result.blockers[0].fixes[0].completes);
}

TEST(Rehearse, AJobWithoutRetriesIsWarnedOf) {
  const Rehearsal result = rehearse(
      YamlCluster::model(nodes(2) +
                         "---\n{apiVersion: batch/v1, kind: Job, metadata: {name: sum, namespace: shop}, "
                         "spec: {backoffLimit: 0, template: {spec: {containers: [{name: m, image: i}]}}}}\n"),
      to_version("1.34.0"));
  EXPECT_EQ(result.verdict, Verdict::completes);
  EXPECT_THAT(result.warnings,
              ::testing::ElementsAre("Job shop/sum fails: an evicted pod counts as a failed one, and "
                                     "its backoffLimit is 0"));
}

TEST(Rehearse, WithoutNodesNothingIsConfident) {
  EXPECT_NE(rehearse(YamlCluster::model(deployment_yaml("web", 2)), to_version("1.34.0")).verdict,
            Verdict::completes);
}

}  // namespace
}  // namespace bulwark::rehearsal

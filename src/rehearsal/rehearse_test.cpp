#include "rehearsal/rehearse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

}  // namespace
}  // namespace bulwark::rehearsal

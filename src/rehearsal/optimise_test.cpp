#include "rehearsal/optimise.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>

#include "rehearsal/figures.h"
#include "rehearsal/obstacles.h"
#include "rehearsal/smallest_set.h"
#include "twin/cluster_testing.h"

namespace bulwark::rehearsal {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using twin::budget_yaml;
using twin::deployment_yaml;
using twin::node_yaml;
using twin::YamlCluster;

RehearseOptions upgrade_with(std::string surge, std::string unavailable = "") {
  RehearseOptions options;
  options.rollout.version = "1.34.0";
  options.rollout.settings.max_surge = std::move(surge);
  if (!unavailable.empty()) options.rollout.settings.max_unavailable = std::move(unavailable);
  return options;
}

// A Deployment whose pods take most of a node of four processors.
std::string large(std::string_view name, int replicas, std::string_view more = {}) {
  const std::string n(name);
  return "---\n{apiVersion: apps/v1, kind: Deployment, metadata: {name: " + n +
         ", namespace: shop}, spec: {replicas: " + std::to_string(replicas) +
         ", selector: {matchLabels: {app: " + n + "}}, template: {metadata: {labels: {app: " + n + "}}, spec: {" +
         std::string(more) +
         "containers: [{name: main, image: i, resources: {requests: {cpu: '3', memory: 1Gi}}}]}}}}\n";
}

Optimised found(const std::string& objects, const RehearseOptions& options, const OptimiseOptions& search = {}) {
  auto result = optimise(YamlCluster::model(objects), options, search);
  EXPECT_TRUE(result.has_value()) << result.error().message;
  return *std::move(result);
}

// The second node is cordoned: only once it is upgraded there is room for the pod that the budget waits for.
const std::string order_matters = node_yaml("n1") + node_yaml("n2", "4", "unschedulable: true") + large("x", 2) +
                                  budget_yaml("x", "x", "maxUnavailable: 1");

TEST(Optimise, AnotherOrderCompletesWhatStopsInThatOfTheNames) {
  OptimiseOptions search;
  search.limits.max_surge = "0";
  const Optimised result = found(order_matters, upgrade_with("0", "1"), search);
  EXPECT_FALSE(result.asked.completes);
  EXPECT_EQ(result.asked.nodes_done, 0U);
  ASSERT_TRUE(result.best.completes);
  EXPECT_EQ(result.best.nodes_done, 2U);
  EXPECT_TRUE(result.is_exhaustive);
  EXPECT_FALSE(result.is_impossible);
  ASSERT_THAT(result.rollout.orders, SizeIs(1));
  EXPECT_THAT(result.rollout.orders[0].nodes, ::testing::ElementsAre("n2", "n1"));
  ASSERT_THAT(result.differences, SizeIs(1));
  EXPECT_EQ(result.flags, "--order n2,n1");
}

// Both nodes are taken, and the third pod has no place: the budget allows nothing until there is one.
const std::string surge_matters =
    node_yaml("n1") + node_yaml("n2") + large("x", 3) + budget_yaml("x", "x", "maxUnavailable: 1");

TEST(Optimise, MoreSurgeNodesCompleteWhatNoOrderDoes) {
  const std::string& objects = surge_matters;
  const Optimised one = found(objects, upgrade_with("0", "1"), {.limits = {.max_surge = "0"}});
  EXPECT_FALSE(one.best.completes) << "two nodes have no room for a third pod";
  EXPECT_TRUE(one.is_exhaustive);
  EXPECT_TRUE(one.is_impossible);
  EXPECT_THAT(one.proof, HasSubstr("was rehearsed, and none completes"));
  const Optimised more = found(objects, upgrade_with("0", "1"), {.limits = {.max_surge = "100%"}});
  ASSERT_TRUE(more.best.completes);
  EXPECT_NE(more.rollout.settings.max_surge, "0");
  EXPECT_THAT(more.differences[0].what, HasSubstr("maxSurge"));
  EXPECT_THAT(more.differences[0].commands[0], HasSubstr("--max-surge 1"));
}

const std::string replicas_matter = node_yaml("n1") + node_yaml("n2") + deployment_yaml("cart", 1) +
                                    budget_yaml("cart", "cart", "minAvailable: 1");

TEST(Optimise, ReplicasForATimeCompleteWhatNothingElseDoes) {
  const Optimised result = found(replicas_matter, upgrade_with("1"));
  EXPECT_FALSE(result.asked.completes);
  ASSERT_TRUE(result.best.completes);
  ASSERT_THAT(result.replicas, SizeIs(1));
  EXPECT_EQ(result.replicas[0].name, "Deployment shop/cart");
  EXPECT_EQ(result.replicas[0].from, 1);
  EXPECT_EQ(result.replicas[0].to, 2);
  EXPECT_EQ(result.best.outage, Duration{}) << "one of the two is there all the time";
  ASSERT_FALSE(result.differences.empty());
  EXPECT_THAT(result.differences[0].commands,
              ::testing::ElementsAre("kubectl scale deployment cart --namespace shop --replicas 2",
                                     HasSubstr("--replicas 1  # when the upgrade is over")));

  OptimiseOptions fixed;
  fixed.limits.scales = false;
  const Optimised without = found(replicas_matter, upgrade_with("1"), fixed);
  EXPECT_TRUE(without.is_impossible);
  ASSERT_THAT(without.obstacles, SizeIs(1));
  EXPECT_EQ(without.obstacles[0].budget, "shop/cart");
  EXPECT_EQ(without.tried, 1U) << "the budget's arithmetic is the proof";
  EXPECT_THAT(without.needed, SizeIs(1));
  EXPECT_TRUE(without.is_smallest);
}

TEST(Optimise, WhatNothingHelpsIsProvenAndTheFewestChangesAreNamed) {
  // Two pods of two budgets each: two of the four have to go.
  const std::string objects =
      node_yaml("n1") + node_yaml("n2") + deployment_yaml("a", 2) + deployment_yaml("b", 2) +
      budget_yaml("a1", "a", "maxUnavailable: 1") + budget_yaml("a2", "a", "maxUnavailable: 1") +
      budget_yaml("b1", "b", "maxUnavailable: 1") + budget_yaml("b2", "b", "maxUnavailable: 1");
  const Optimised result = found(objects, upgrade_with("1"));
  EXPECT_TRUE(result.is_impossible);
  EXPECT_FALSE(result.is_exhaustive);
  ASSERT_THAT(result.obstacles, SizeIs(4));
  EXPECT_THAT(result.proof, HasSubstr("2 budgets select it"));
  ASSERT_THAT(result.needed, SizeIs(2));
  EXPECT_TRUE(result.is_smallest);
  EXPECT_THAT(result.needed[0].command, HasSubstr("kubectl delete poddisruptionbudget"));
  EXPECT_GT(result.takes_with_needed, Duration{});
}

TEST(Optimise, OneThatCompletesWithoutHarmIsLeftAsItIs) {
  OptimiseOptions search;
  search.limits.max_surge = "1";
  const Optimised result = found(node_yaml("n1"), upgrade_with("1"), search);
  EXPECT_TRUE(result.best.completes);
  EXPECT_TRUE(result.is_exhaustive);
  EXPECT_EQ(result.space, 1U);
  EXPECT_THAT(result.differences, IsEmpty());
  EXPECT_EQ(result.asked, result.best);
}

std::string random_cluster(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string out;
  for (int i = 1; i <= 4; ++i)
    out += node_yaml("n" + std::to_string(i), "4", random() % 4 == 0 ? "unschedulable: true" : "");
  for (int i = 0; i < 5; ++i) {
    const std::string name = "app" + std::to_string(i);
    const int replicas = 1 + static_cast<int>(random() % 3);
    out += random() % 3 == 0 ? large(name, 1) : deployment_yaml(name, replicas);
    if (random() % 2 == 0)
      out += budget_yaml(name, name, random() % 3 == 0 ? "minAvailable: 1" : "maxUnavailable: 1");
  }
  return out;
}

// All orders, each with each number of surge nodes, in sets or not: the best figures by trying them here.
Figures best_by_hand(const twin::Engine& settled, const RehearseOptions& options, Preference preference) {
  const std::vector<upgrade::NodePool> pools = pools_for(settled.model(), options);
  const Course course{settled, pools, tops_of(settled.model()), options, preference};
  std::vector<std::string> order{"n1", "n2", "n3", "n4"};
  std::optional<Figures> best;
  do {
    for (const char* surge : {"1", "2"}) {
      for (const std::int64_t parallel : {0, 1}) {
        for (const bool sets : {true, false}) {
          upgrade::RolloutOptions rollout = options.rollout;
          rollout.orders = {{.pool = "default", .nodes = order}};
          rollout.settings.max_surge = surge;
          rollout.parallel = parallel;
          rollout.sets = sets;
          const Figures figures = measure(course, rollout, {});
          if (!best || compare(figures, *best, preference) < 0) best = figures;
        }
      }
    }
  } while (std::ranges::next_permutation(order).found);
  return *best;
}

class RandomClusters : public ::testing::TestWithParam<int> {};

TEST_P(RandomClusters, TheBestIsThatOfTryingAll) {
  const auto model = YamlCluster::model(random_cluster(static_cast<std::uint64_t>(GetParam())));
  const RehearseOptions options = upgrade_with("1");
  for (const Preference preference : {Preference::interruptions, Preference::time}) {
    OptimiseOptions search;
    search.preference = preference;
    search.limits = {.max_surge = "2", .scales = false};
    const auto result = optimise(model, options, search);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->space, 24U * 2 * 2 * 2);
    const twin::Engine settled_twin = settled(model, options);
    const Figures expected = best_by_hand(settled_twin, options, preference);
    if (!result->obstacles.empty()) {
      EXPECT_FALSE(expected.completes) << "the argument says that none does";
      continue;
    }
    EXPECT_TRUE(result->is_exhaustive);
    EXPECT_EQ(result->best.completes, expected.completes);
    EXPECT_EQ(compare(result->best, expected, preference), 0);
    EXPECT_EQ(result->is_impossible, !expected.completes);
    // What is named is what was measured.
    const std::vector<upgrade::NodePool> pools = pools_for(*model, options);
    const Course course{settled_twin, pools, tops_of(*model), options, preference};
    EXPECT_EQ(measure(course, result->rollout, result->replicas), result->best);
    // A local search over a third of them comes as near as may be: to one that completes.
    search.candidates = 70;
    const auto local = optimise(model, options, search);
    ASSERT_TRUE(local);
    EXPECT_FALSE(local->is_exhaustive);
    EXPECT_LE(local->tried, 70U);
    EXPECT_EQ(local->best.completes, expected.completes);
    EXPECT_LE(compare(local->best, local->asked, preference), 0);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomClusters, ::testing::Range(1, 13));

base::ForEach threads(unsigned count) {
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

TEST(Optimise, TheOutcomeIsTheSameHoweverTheWorkIsShared) {
  std::string objects;
  for (int i = 1; i <= 9; ++i)
    objects += node_yaml("n" + std::to_string(i), "4", i > 7 ? "unschedulable: true" : "");
  for (int i = 0; i < 6; ++i) {
    const std::string name = "app" + std::to_string(i);
    objects +=
        (i % 2 == 0 ? large(name, 2) : deployment_yaml(name, 3)) + budget_yaml(name, name, "maxUnavailable: 1");
  }
  const auto model = YamlCluster::model(objects);
  const auto run = [&](base::ForEach for_each, std::uint64_t seed) {
    RehearseOptions options = upgrade_with("1");
    options.seed = seed;
    OptimiseOptions search;
    search.candidates = 300;
    search.for_each = std::move(for_each);
    return *optimise(model, options, search);
  };
  const Optimised alone = run(base::in_order, 7);
  EXPECT_EQ(alone.tried, 300U);
  EXPECT_FALSE(alone.is_exhaustive);
  for (const unsigned count : {2U, 5U}) {
    const Optimised shared = run(threads(count), 7);
    EXPECT_EQ(shared.flags, alone.flags);
    EXPECT_EQ(shared.best, alone.best);
    EXPECT_EQ(shared.tried, alone.tried);
  }
}

TEST(Optimise, ItEndsWhenItIsTold) {
  OptimiseOptions search;
  int batches = 0;
  search.candidates = 100'000;
  search.goes_on = [&] { return ++batches < 3; };
  std::string objects;
  for (int i = 1; i <= 12; ++i) objects += node_yaml("n" + std::to_string(i));
  const Optimised result = found(objects + deployment_yaml("web", 6), upgrade_with("1"), search);
  EXPECT_TRUE(result.is_interrupted);
  EXPECT_TRUE(result.best.completes);
  EXPECT_LT(result.tried, 200U);
}

TEST(Optimise, ALimitThatIsNoneIsAnError) {
  OptimiseOptions search;
  search.limits.max_surge = "many";
  const auto result = optimise(YamlCluster::model(node_yaml("n1")), upgrade_with("1"), search);
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("\"many\" is no number or percentage"));
}

TEST(Figures, AreComparedByWhatCountsFirst) {
  const Figures done{.completes = true, .nodes_done = 2, .takes = Duration{100}};
  Figures outage = done, slow = done, evicting = done;
  outage.outage = Duration{1};
  outage.takes = Duration{50};
  slow.takes = Duration{200};
  evicting.evictions = 1;
  const struct {
    const char* name;
    Figures better, worse;
    Preference preference;
  } cases[] = {
      {"one that completes", outage, {.completes = false, .nodes_done = 9}, Preference::interruptions},
      {"one that gets further", {.nodes_done = 2}, {.nodes_done = 1, .takes = Duration{1}}, Preference::time},
      {"no outage", slow, outage, Preference::interruptions},
      {"the faster one", outage, done, Preference::time},
      {"fewer evictions, though slower", slow, evicting, Preference::interruptions},
      {"less time, of equals", done, slow, Preference::interruptions},
      {"no outage, of equally fast ones", done,
       [&] {
         Figures same = outage;
         same.takes = done.takes;
         return same;
       }(),
       Preference::time},
  };
  for (const auto& each : cases) {
    EXPECT_LT(compare(each.better, each.worse, each.preference), 0) << each.name;
    EXPECT_GT(compare(each.worse, each.better, each.preference), 0) << each.name;
    EXPECT_EQ(compare(each.better, each.better, each.preference), 0) << each.name;
  }
}

}  // namespace
}  // namespace bulwark::rehearsal

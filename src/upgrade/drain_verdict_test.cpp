#include "upgrade/drain_verdict.h"

#include <gtest/gtest.h>

#include <functional>

#include "base/arena.h"
#include "upgrade/scripted_cluster_testing.h"

namespace bulwark::upgrade {
namespace {

using enum EvictionOutlook;

struct VerdictCase {
  std::string_view name;
  int pods;  // web-0, web-1, ... with app=web
  std::function<void(DrainPod&)> change;
  std::vector<BudgetStatus> budgets;  // their selectors come from the test: app=web
  std::vector<EvictionOutlook> outlooks;
  std::string_view reason = "";  // of the last pod
};

BudgetStatus budget(std::int64_t allowed, std::int64_t current, std::int64_t desired, std::int64_t expected) {
  return {.name_space = "shop",
          .name = "web",
          .disruptions_allowed = allowed,
          .current_healthy = current,
          .desired_healthy = desired,
          .expected_pods = expected,
          .failure = {}};
}
template <class Change>
BudgetStatus with(BudgetStatus status, Change change) {
  change(status);
  return status;
}

const auto as_it_is = [](DrainPod&) {};
const auto not_ready = [](DrainPod& pod) { pod.ready = false; };

const VerdictCase verdict_cases[] = {
    {"no budget", 2, as_it_is, {}, {now, now}},
    {"another namespace's budget",
     1,
     as_it_is,
     {with(budget(0, 1, 1, 1), [](BudgetStatus& b) { b.name_space = "other"; })},
     {now}},
    {"allows all", 2, as_it_is, {budget(2, 5, 3, 5)}, {now, now}, "budget shop/web allows 2"},
    {"allows some",
     3,
     as_it_is,
     {budget(1, 5, 4, 5)},
     {now, after_others, after_others},
     "budget shop/web allows 1 at a time"},
    {"refills",
     2,
     as_it_is,
     {budget(0, 4, 4, 5)},
     {later, later},
     "budget shop/web allows 0 now: 4 of 5 pods must stay healthy; healthy now: 4"},
    // 80 % of 1 rounds up to 1.
    {"never",
     1,
     as_it_is,
     {budget(0, 1, 1, 1)},
     {never},
     "budget shop/web allows 0, even when all are healthy: 1 of 1 pods must stay healthy; healthy now: 1"},
    {"minAvailable above the replicas",
     1,
     as_it_is,
     {budget(0, 2, 3, 2)},
     {never},
     "budget shop/web allows 0, even when all are healthy: 3 of 2 pods must stay healthy; healthy now: 2"},
    {"controller fails",
     1,
     as_it_is,
     {with(budget(0, 0, 0, 3), [](BudgetStatus& b) { b.failure = "found no controllers for pod"; })},
     {never},
     "budget shop/web allows 0: found no controllers for pod"},
    {"behind",
     1,
     as_it_is,
     {with(budget(1, 2, 1, 2), [](BudgetStatus& b) { b.is_behind = true; })},
     {later},
     "budget shop/web has changed, and its controller has not judged it yet"},
    {"two budgets",
     1,
     as_it_is,
     {budget(1, 2, 1, 2), with(budget(1, 2, 1, 2), [](BudgetStatus& b) { b.name = "all"; })},
     {two_budgets},
     "budget shop/web and shop/all select it: the API server refuses its eviction with 500"},

    {"pending", 1, [](DrainPod& pod) { pod.pending = true; }, {budget(0, 1, 1, 1)}, {now}},
    {"finished", 1, [](DrainPod& pod) { pod.finished = true; }, {budget(0, 1, 1, 1)}, {now}},
    {"terminating", 1, [](DrainPod& pod) { pod.deletion = Time{}; }, {budget(0, 1, 1, 1)}, {now}},
    {"not ready, budget healthy", 1, not_ready, {budget(0, 2, 2, 2)}, {now}},
    {"not ready, budget broken", 1, not_ready, {budget(0, 1, 2, 3)}, {later}},
    {"not ready, budget that wants none", 1, not_ready, {budget(0, 0, 0, 0)}, {never}},
    {"not ready, AlwaysAllow",
     1,
     not_ready,
     {with(budget(0, 1, 2, 2), [](BudgetStatus& b) { b.always_allow = true; })},
     {now}},
};

TEST(DrainVerdict, Cases) {
  base::Arena arena;
  const auto selector = kube::parse_selector("app=web", arena);
  const kube::Label label{"app", "web"};
  for (const VerdictCase& c : verdict_cases) {
    SCOPED_TRACE(c.name);
    ScriptedCluster cluster;
    for (int i = 0; i < c.pods; ++i) {
      cluster.add_pod(
          {.name = "web-" + std::to_string(i), .uid = {}, .node = "n", .deletion = {}, .labels = {label}});
    }
    std::vector<DrainPod> pods;
    ASSERT_TRUE(cluster.list_pods("n", true, pods));
    for (DrainPod& pod : pods) c.change(pod);
    std::vector<BudgetStatus> budgets = c.budgets;
    for (BudgetStatus& each : budgets) each.selector = &*selector;
    const DrainVerdict verdict = judge_drain(pods, {}, budgets, cluster.now(), cluster);
    std::vector<EvictionOutlook> outlooks;
    for (const PodVerdict& pod : verdict.pods) outlooks.push_back(pod.outlook);
    EXPECT_EQ(outlooks, c.outlooks);
    EXPECT_TRUE(c.reason.empty() || reason_of(verdict.pods.back(), budgets) == c.reason)
        << reason_of(verdict.pods.back(), budgets);
  }
}

TEST(DrainVerdict, CountsWhatABudgetIsAskedFor) {
  base::Arena arena;
  const auto selector = kube::parse_selector("app=web", arena);
  ScriptedCluster cluster;
  for (int i = 0; i < 3; ++i) {
    cluster.add_pod(
        {.name = "web-" + std::to_string(i), .uid = {}, .node = "n", .deletion = {}, .labels = {{"app", "web"}}});
  }
  cluster.add_pod({.name = "naked", .uid = {}, .node = "n", .controller_kind = "", .deletion = {}});
  std::vector<DrainPod> pods;
  ASSERT_TRUE(cluster.list_pods("n", true, pods));
  std::vector<BudgetStatus> budgets{budget(1, 5, 4, 5)};
  budgets[0].selector = &*selector;
  DrainOptions options;
  const DrainVerdict refused = judge_drain(pods, options, budgets, cluster.now(), cluster);
  EXPECT_TRUE(refused.is_refused());
  options.force = true;
  const DrainVerdict verdict = judge_drain(pods, options, budgets, cluster.now(), cluster);
  EXPECT_FALSE(verdict.is_refused());
  ASSERT_EQ(verdict.budgets.size(), 1U);
  EXPECT_EQ(verdict.budgets[0].wanted, 3);
  EXPECT_EQ(verdict.budgets[0].allowed, 1);
  EXPECT_EQ(verdict.count(now), 2U);
  EXPECT_EQ(verdict.count(after_others), 2U);

  EXPECT_EQ(judge_drain(pods, options, std::nullopt, cluster.now(), cluster).count(unknown), 4U);
  options.disable_eviction = true;
  EXPECT_EQ(judge_drain(pods, options, std::nullopt, cluster.now(), cluster).count(now), 4U);
}

}  // namespace
}  // namespace bulwark::upgrade

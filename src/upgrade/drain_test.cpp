#include "upgrade/drain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/arena.h"
#include "upgrade/scripted_cluster_testing.h"

namespace bulwark::upgrade {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using ScriptedPod = ScriptedCluster::ScriptedPod;

class DrainTest : public testing::Test {
 protected:
  DrainTest() { cluster.nodes = {{.name = "n"}, {.name = "other"}}; }

  void pod(std::string name, const std::function<void(ScriptedPod&)>& change = [](ScriptedPod&) {}) {
    ScriptedPod pod{.name = std::move(name), .uid = {}, .node = "n", .deletion = {}};
    change(pod);
    cluster.add_pod(std::move(pod));
  }

  // Until it is over, or an hour has gone.
  Drain& run() {
    drain.emplace("n", options, rules, 7);
    std::vector<Pods::Token> changed;
    while (const auto next = drain->step(cluster, log)) {
      if (cluster.now() >= ScriptedCluster::start + 1h) break;
      ++steps;
      cluster.wait(std::min<Time>(*next, ScriptedCluster::start + 1h), changed);
    }
    return *drain;
  }

  ScriptedCluster cluster;
  LinesLog log{ScriptedCluster::start};
  DrainOptions options;
  DrainRules rules;
  std::optional<Drain> drain;
  int steps = 0;
};

TEST_F(DrainTest, EvictsAllAtOnceAndWaits) {
  pod("a");
  pod("b", [](ScriptedPod& p) { p.termination = 10s; });
  EXPECT_EQ(run().state(), Drain::State::drained);
  EXPECT_THAT(log.lines, ElementsAre("0s cordoned n", "0s drain_started n 2", "0s eviction_accepted n shop/a",
                                     "0s eviction_accepted n shop/b", "2s pod_gone n shop/a",
                                     "10s pod_gone n shop/b", "10s drained n"));
  EXPECT_EQ(steps, 2) << "it is woken by what it is told, and does not poll";
  EXPECT_FALSE(cluster.node("n").schedulable);
}

TEST_F(DrainTest, LooksEachSecondWhereNothingIsTold) {
  cluster.tells = false;
  pod("a", [](ScriptedPod& p) { p.termination = 2'500ms; });
  EXPECT_EQ(run().state(), Drain::State::drained);
  EXPECT_EQ(log.lines.back(), "3s drained n");
}

TEST_F(DrainTest, EmptyNodeIsDrainedAtOnce) {
  EXPECT_EQ(run().state(), Drain::State::drained);
  EXPECT_THAT(log.lines, ElementsAre("0s cordoned n", "0s drain_started n", "0s drained n"));
}

TEST_F(DrainTest, FiltersRefuseBeforeOneEviction) {
  pod("a");
  pod("b", [](ScriptedPod& p) { p.empty_dir = true; });
  EXPECT_EQ(run().state(), Drain::State::failed);
  EXPECT_EQ(drain->error(),
            "cannot delete Pods with local storage (use --delete-emptydir-data to override): shop/b");
  EXPECT_THAT(cluster.calls, ElementsAre());
  EXPECT_FALSE(cluster.node("n").schedulable) << "kubectl cordons first";
}

TEST_F(DrainTest, MissingNode) {
  cluster.nodes.clear();
  EXPECT_EQ(run().state(), Drain::State::failed);
  EXPECT_EQ(drain->error(), "unable to cordon node \"n\": nodes \"n\" not found");
}

// After 429 it asks again each 5 s, whatever Retry-After says.
TEST_F(DrainTest, BudgetRefills) {
  pod("a");
  cluster.refuse = [&](const ScriptedPod&) -> std::optional<kube::Status> {
    if (cluster.now() >= ScriptedCluster::start + 12s) return std::nullopt;
    kube::Status status = status_of(429, "Cannot evict pod as it would violate the pod's disruption budget.");
    status.retry_after = 10s;
    return status;
  };
  EXPECT_EQ(run().state(), Drain::State::drained);
  EXPECT_THAT(
      log.lines,
      ElementsAre(
          "0s cordoned n", "0s drain_started n 1",
          "0s eviction_refused n shop/a 429 Cannot evict pod as it would violate the pod's disruption budget.",
          "5s eviction_refused n shop/a 429 Cannot evict pod as it would violate the pod's disruption budget.",
          "10s eviction_refused n shop/a 429 Cannot evict pod as it would violate the pod's disruption budget.",
          "15s eviction_accepted n shop/a", "17s pod_gone n shop/a", "17s drained n"));
}

TEST_F(DrainTest, TimesOutWithWhatIsLeft) {
  options.timeout = 12s;
  pod("a");
  pod("slow", [](ScriptedPod& p) { p.termination = 60s; });
  pod("quick");
  cluster.refuse = [&](const ScriptedPod& p) -> std::optional<kube::Status> {
    if (p.name == "a") return status_of(429, "no");
    return std::nullopt;
  };
  EXPECT_EQ(run().state(), Drain::State::timed_out);
  EXPECT_EQ(cluster.now(), ScriptedCluster::start + 12s);
  EXPECT_EQ(drain->error(),
            "[error when evicting pods/\"a\" -n \"shop\": global timeout reached: 12s, error when waiting for pod "
            "\"slow\" in namespace \"shop\" to terminate: context deadline exceeded]");
  const auto left = drain->remaining();
  ASSERT_EQ(left.size(), 2U);
  EXPECT_EQ(left[0].name, "a");
  EXPECT_EQ(left[0].status.code, 429);
  EXPECT_EQ(left[0].status.message, "no");
  EXPECT_EQ(left[0].refusals, 3U);
  EXPECT_FALSE(left[0].evicted);
  EXPECT_EQ(left[1].name, "slow");
  EXPECT_TRUE(left[1].evicted);
  EXPECT_EQ(drain->gone(), 1U);
}

TEST_F(DrainTest, WithoutTimeoutItAsksForEver) {
  pod("a");
  cluster.refuse = [](const ScriptedPod&) { return status_of(429, "no"); };
  EXPECT_EQ(run().state(), Drain::State::draining);
  EXPECT_EQ(drain->remaining().at(0).refusals, 721U) << "each 5 s of the hour, its ends included";
}

struct AnswerCase {
  std::string_view name;
  kube::Status status;
  bool terminating;  // the pod has a deletionTimestamp, and goes after 30 s
  Drain::State state;
  std::string_view error;
};

kube::Status namespace_terminates() {
  kube::Status status = status_of(403, "forbidden");
  status.causes.push_back({.reason = "NamespaceTerminating", .message = "it is being terminated", .field = {}});
  return status;
}

const AnswerCase answer_cases[] = {
    {"gone already", status_of(404, "not found"), false, Drain::State::drained, ""},
    {"two budgets", status_of(500, "This pod has more than one PodDisruptionBudget"), false, Drain::State::failed,
     "error when evicting pods/\"a\" -n \"shop\": This pod has more than one PodDisruptionBudget"},
    {"forbidden", status_of(403, "no"), false, Drain::State::failed,
     "error when evicting pods/\"a\" -n \"shop\": no"},
    {"no answer", status_of(0, "refused"), false, Drain::State::failed,
     "error when evicting pods/\"a\" -n \"shop\": refused"},
    {"namespace terminates, pod too", namespace_terminates(), true, Drain::State::drained, ""},
    {"namespace terminates, pod not yet", namespace_terminates(), false, Drain::State::draining, ""},
};

TEST_F(DrainTest, Answers) {
  for (const AnswerCase& c : answer_cases) {
    SCOPED_TRACE(c.name);
    cluster = ScriptedCluster();
    cluster.nodes = {{.name = "n"}};
    pod("a", [&](ScriptedPod& p) {
      if (c.terminating) p.deletion = ScriptedCluster::start;
    });
    pod("b");
    if (c.terminating) {
      cluster.tells = false;
      cluster.at(ScriptedCluster::start + 30s, [&] { cluster.pods[0].gone = true; });
    }
    cluster.refuse = [&](const ScriptedPod& p) -> std::optional<kube::Status> {
      if (p.name == "a") return c.status;
      return std::nullopt;
    };
    EXPECT_EQ(run().state(), c.state);
    EXPECT_EQ(drain->error(), c.error);
    EXPECT_TRUE(cluster.pods[1].gone) << "the others are drained all the same";
  }
}

TEST_F(DrainTest, SkipsWhatTerminatesForTooLong) {
  options.skip_wait_for_delete_timeout = 20s;
  pod("stuck", [](ScriptedPod& p) { p.termination = 10h; });
  EXPECT_EQ(run().state(), Drain::State::drained);
  EXPECT_THAT(log.lines,
              ElementsAre("0s cordoned n", "0s drain_started n 1", "0s eviction_accepted n shop/stuck",
                          "21s pod_left n shop/stuck pod \"stuck\" has DeletionTimestamp older than 20 seconds, "
                          "skipping",
                          "21s drained n"));
}

TEST_F(DrainTest, DisableEvictionDeletesPastTheBudgets) {
  options.disable_eviction = true;
  cluster.refuse = [](const ScriptedPod&) { return status_of(429, "no"); };
  pod("a");
  EXPECT_EQ(run().state(), Drain::State::drained);
  EXPECT_THAT(cluster.calls, ElementsAre("remove a"));
}

TEST_F(DrainTest, DryRunChangesNothing) {
  options.dry_run = true;
  pod("a");
  pod("b");
  EXPECT_EQ(run().state(), Drain::State::drained);
  EXPECT_TRUE(cluster.node("n").schedulable);
  EXPECT_FALSE(cluster.pods[0].deletion || cluster.pods[1].deletion);
  EXPECT_THAT(cluster.calls, ElementsAre("evict a", "evict b"));
}

TEST_F(DrainTest, PodSelector) {
  base::Arena arena;
  const auto selector = kube::parse_selector("app=web", arena);
  options.pod_selector = &*selector;
  pod("a", [](ScriptedPod& p) { p.labels = {{"app", "web"}}; });
  pod("b", [](ScriptedPod& p) { p.labels = {{"app", "db"}}, p.controller_kind = ""; });
  EXPECT_EQ(run().state(), Drain::State::drained);
  EXPECT_THAT(cluster.calls, ElementsAre("evict a"));
}

// A rule's order: the pods of a higher one stay until those of the lower have gone. Skipped pods stay, completing
// ones are waited for.
TEST_F(DrainTest, Rules) {
  base::Arena arena;
  const auto storage = kube::parse_selector("app=storage", arena),
             agents = kube::parse_selector("app=agent", arena), batch = kube::parse_selector("app=batch", arena),
             all = kube::parse_selector("", arena);
  const DrainRule list[] = {
      {.name = "z-all", .behavior = DrainBehavior::skip, .order = 0, .pods = {{.pods = &*all}}},
      {.name = "b-storage", .behavior = DrainBehavior::drain, .order = 100, .pods = {{.pods = &*storage}}},
      {.name = "c-agents", .behavior = DrainBehavior::skip, .order = 0, .pods = {{.pods = &*agents}}},
      {.name = "d-batch", .behavior = DrainBehavior::wait_completed, .order = 0, .pods = {{.pods = &*batch}}},
      {.name = "e-web", .behavior = DrainBehavior::drain, .order = 0, .pods = {}},
  };
  rules = {.rules = list, .pod_labels = true};
  const auto app = [](std::string_view value, std::string_view drain_label = {}) {
    return [=](ScriptedPod& p) {
      p.labels = {{"app", value}};
      if (!drain_label.empty()) p.labels.push_back({"cluster.x-k8s.io/drain", drain_label});
    };
  };
  pod("store", app("storage"));
  pod("agent", app("agent"));
  pod("job", app("batch"));
  pod("web", app("web"));
  pod("own", app("web", "skip"));
  cluster.tells = false;
  cluster.at(ScriptedCluster::start + 30s, [&] { cluster.pods[2].finished = true; });
  EXPECT_EQ(run().state(), Drain::State::drained);
  EXPECT_THAT(log.lines, ElementsAre("0s cordoned n", "0s pod_left n shop/agent its drain rule skips it",
                                     "0s pod_left n shop/own its drain rule skips it", "0s drain_started n 3",
                                     "0s eviction_accepted n shop/web", "2s pod_gone n shop/web",
                                     "2s eviction_accepted n shop/store", "4s pod_gone n shop/store",
                                     "30s pod_completed n shop/job", "30s drained n"));
}

TEST_F(DrainTest, ACopyGoesOnByItself) {
  pod("a");
  drain.emplace("n", options, rules, 7);
  ASSERT_TRUE(drain->step(cluster, log));
  ScriptedCluster fork = cluster;
  Drain copy = *drain;
  fork.pods[0].gone = true;
  EXPECT_FALSE(copy.step(fork, log));
  EXPECT_EQ(copy.state(), Drain::State::drained);
  EXPECT_EQ(drain->state(), Drain::State::draining);
}

}  // namespace
}  // namespace bulwark::upgrade

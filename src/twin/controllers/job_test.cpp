#include "base/rfc3339.h"
#include "twin/controllers/story_testing.h"
#include "twin/cron.h"

namespace bulwark::twin {
namespace {

std::string job_yaml(std::string_view spec, std::string_view status = {}) {
  return fmt::format(
      "---\n{{apiVersion: batch/v1, kind: Job, metadata: {{name: sum, namespace: shop, uid: job-1}}, spec: {{{} "
      "template: "
      "{}}}, status: {{{}}}}}\n",
      spec, template_yaml("sum", "v1"), status);
}

LoadOptions running(std::chrono::seconds how_long, std::string name = "shop/sum") {
  LoadOptions options;
  options.assumptions.workloads.push_back({.name = std::move(name), .start = {}, .stop = {}, .runs = how_long});
  return options;
}

TEST(Job, RunsAsManyAtOnceAsItMay) {
  Engine engine(YamlCluster::model(nodes_yaml(2) + job_yaml("completions: 5, parallelism: 2,"),
                                   running(std::chrono::seconds(60))));
  Watcher watcher(engine, "sum");
  settle(engine);
  const WorkloadState& state = engine.state().workloads[workload_index(engine, "Job", "sum")];
  EXPECT_EQ(state.succeeded, 5);
  EXPECT_EQ(state.active, 0);
  EXPECT_EQ(watcher.most, 2);
}

TEST(Job, PodsOfBeforeAreCountedOnce) {
  std::string text = nodes_yaml(2) + job_yaml("completions: 3, parallelism: 3,", "succeeded: 2");
  const std::string owner =
      "ownerReferences: [{apiVersion: batch/v1, kind: Job, name: sum, uid: job-1, controller: true}]";
  for (const char* name : {"sum-a", "sum-b"}) {
    text += fmt::format(
        "---\n{{apiVersion: v1, kind: Pod, metadata: {{name: {}, namespace: shop, {}}}, spec: {{nodeName: n1, "
        "containers: [{{name: main, image: v1}}]}}, status: {{phase: Succeeded}}}}\n",
        name, owner);
  }
  Engine engine(YamlCluster::model(text, running(std::chrono::seconds(60))));
  EXPECT_EQ(engine.state().workloads[workload_index(engine, "Job", "sum")].active, 1);
  settle(engine);
  EXPECT_EQ(engine.state().workloads[workload_index(engine, "Job", "sum")].succeeded, 1);
}

TEST(Job, AnEvictedPodCountsAsFailedAndTheNextOneWaits) {
  Engine engine(YamlCluster::model(nodes_yaml(2) + job_yaml("")));
  engine.run_until(engine.now() + std::chrono::minutes(5));
  ASSERT_EQ(pods_of(engine, "sum").size(), 1U);
  EXPECT_TRUE(engine.evict(pods_of(engine, "sum")[0]).passed());
  const WorkloadState& state = engine.state().workloads[workload_index(engine, "Job", "sum")];
  EXPECT_EQ(state.failed, 1);
  engine.run_until(engine.now() + std::chrono::seconds(9));
  EXPECT_EQ(state.active, 0);
  engine.run_until(engine.now() + std::chrono::seconds(2));
  EXPECT_EQ(state.active, 1);
}

TEST(Job, WithNoBackoffLimitTheFirstEvictionIsItsEnd) {
  for (const int minor : {25, 34}) {
    LoadOptions options;
    options.minor = minor;
    Engine engine(
        YamlCluster::model(nodes_yaml(2) + job_yaml("backoffLimit: 0, parallelism: 2, completions: 2,"), options));
    engine.run_until(engine.now() + std::chrono::minutes(5));
    EXPECT_TRUE(engine.evict(pods_of(engine, "sum")[0]).passed());
    settle(engine);
    const WorkloadState& state = engine.state().workloads[workload_index(engine, "Job", "sum")];
    EXPECT_EQ(state.has_failed, minor == 34) << minor;
    EXPECT_EQ(state.active, minor == 34 ? 0 : 2) << "with it the other pods go";
  }
}

TEST(Job, ASuspendedOneMakesNone) {
  Engine engine(YamlCluster::model(nodes_yaml(1) + job_yaml("suspend: true,")));
  settle(engine);
  EXPECT_TRUE(pods_of(engine, "sum").empty());
}

TEST(Job, AWorkQueueEndsWithTheFirstSuccess) {
  Engine engine(
      YamlCluster::model(nodes_yaml(2) + job_yaml("parallelism: 3,"), running(std::chrono::seconds(60))));
  settle(engine);
  const WorkloadState& state = engine.state().workloads[workload_index(engine, "Job", "sum")];
  EXPECT_EQ(state.succeeded, 3) << "the others were under way";
  EXPECT_EQ(state.active, 0);
}

struct CronCase {
  std::string_view schedule, after, next;
};
void PrintTo(const CronCase& each, std::ostream* out) { *out << each.schedule; }

class Cron : public ::testing::TestWithParam<CronCase> {};

TEST_P(Cron, NextTime) {
  const auto schedule = parse_cron(GetParam().schedule);
  ASSERT_EQ(schedule.has_value(), !GetParam().next.empty());
  if (!schedule) return;
  const auto next = next_time(*schedule, Time(*base::parse_rfc3339(GetParam().after)));
  if (GetParam().next == "never") {
    EXPECT_FALSE(next);
    return;
  }
  ASSERT_TRUE(next);
  EXPECT_EQ(*next, Time(*base::parse_rfc3339(GetParam().next)));
}

constexpr std::string_view wednesday = "2026-11-25T10:45:13Z";
INSTANTIATE_TEST_SUITE_P(
    Table, Cron,
    ::testing::Values(CronCase{"* * * * *", wednesday, "2026-11-25T10:46:00Z"},
                      CronCase{"*/15 * * * *", wednesday, "2026-11-25T11:00:00Z"},
                      CronCase{"0 3 * * *", wednesday, "2026-11-26T03:00:00Z"},
                      CronCase{"@daily", wednesday, "2026-11-26T00:00:00Z"},
                      CronCase{"@hourly", wednesday, "2026-11-25T11:00:00Z"},
                      CronCase{"@monthly", wednesday, "2026-12-01T00:00:00Z"},
                      CronCase{"@yearly", wednesday, "2027-01-01T00:00:00Z"},
                      CronCase{"0 9 * * MON-FRI", wednesday, "2026-11-26T09:00:00Z"},
                      CronCase{"0 0 * * 0", wednesday, "2026-11-29T00:00:00Z"},
                      CronCase{"0 0 1,15 jan *", wednesday, "2027-01-01T00:00:00Z"},
                      // Both days: either of them.
                      CronCase{"0 0 13 * 5", wednesday, "2026-11-27T00:00:00Z"},
                      CronCase{"0 0 29 2 *", wednesday, "2028-02-29T00:00:00Z"},
                      CronCase{"0 0 30 2 *", wednesday, "never"},
                      CronCase{"5/20 10 * * *", wednesday, "2026-11-26T10:05:00Z"},
                      CronCase{"0-10/5 * ? * *", wednesday, "2026-11-25T11:00:00Z"},
                      CronCase{"60 * * * *", wednesday, ""}, CronCase{"* * * *", wednesday, ""},
                      CronCase{"* * * * * *", wednesday, ""}, CronCase{"", wednesday, ""},
                      CronCase{"* * 0 * *", wednesday, ""}, CronCase{"*/0 * * * *", wednesday, ""},
                      CronCase{"5-1 * * * *", wednesday, ""}, CronCase{"@every 1h", wednesday, ""},
                      CronCase{"* * * * 7", wednesday, ""}, CronCase{"1, * * * *", wednesday, ""},
                      CronCase{"99999999999 * * * *", wednesday, ""}));

struct CronJobCase {
  std::string_view policy;
  int most;
};

// Every ten minutes a pod that runs for 25: who waits for whom.
TEST(CronJob, MakesJobsAtItsTimes) {
  for (const CronJobCase& c : {CronJobCase{"Allow", 3}, {"Forbid", 1}, {"Replace", 1}}) {
    const std::string text = nodes_yaml(1) + fmt::format(
                                                 "---\n{{apiVersion: batch/v1, kind: CronJob, metadata: {{name: "
                                                 "report, namespace: shop, uid: cron-1}}, "
                                                 "spec: {{schedule: '*/10 * * * *', concurrencyPolicy: {}, "
                                                 "jobTemplate: {{spec: {{template: {}}}}}}}}}\n",
                                                 c.policy, template_yaml("report", "v1"));
    Engine engine(YamlCluster::model(text, running(std::chrono::minutes(25), "shop/report")));
    Watcher watcher(engine, "report");
    engine.run_until(engine.now() + std::chrono::hours(2));
    EXPECT_EQ(watcher.most, c.most) << c.policy;
  }
}

TEST(CronJob, MakesNoneWhenNobodyKnowsHowLongTheyRun) {
  const auto model =
      YamlCluster::model(nodes_yaml(1) + fmt::format("---\n{{apiVersion: batch/v1, kind: CronJob, metadata: "
                                                     "{{name: report, namespace: shop}}, spec: {{schedule: "
                                                     "'* * * * *', jobTemplate: {{spec: {{template: {}}}}}}}}}\n",
                                                     template_yaml("report", "v1")));
  Engine engine(model);
  EXPECT_FALSE(engine.next() && *engine.next() > engine.now()) << "nothing goes on for ever";
  const bool told =
      std::any_of(model->gaps.begin(), model->gaps.end(), [](const Gap& gap) { return gap.subject == "CronJob"; });
  EXPECT_TRUE(told);
}

}  // namespace
}  // namespace bulwark::twin

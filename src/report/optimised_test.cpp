#include "report/optimised.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace bulwark::report {
namespace {

using rehearsal::Duration;
using rehearsal::Optimised;
using std::chrono::minutes;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

Optimised better() {
  Optimised out;
  out.cluster = "prod";
  out.nodes = 3;
  out.asked = {.nodes_done = 1, .takes = minutes(40), .evictions = 4};
  out.best = {.completes = true,
              .nodes_done = 3,
              .takes = minutes(70),
              .evictions = 12,
              .outage = minutes(2),
              .degraded = minutes(9)};
  out.differences = {{"maxSurge 2 instead of 1", {"az aks nodepool update --name apps --max-surge 2"}}};
  out.flags = "--max-surge 2";
  out.bound = "maxSurge 1, 2";
  out.space = out.tried = 2;
  out.is_exhaustive = true;
  return out;
}

Optimised hopeless() {
  Optimised out;
  out.nodes = 3;
  out.asked = out.best = {.takes = minutes(30)};
  out.space = 8;
  out.tried = 1;
  out.is_impossible = true;
  out.proof = "pod shop/a-0 cannot leave it";
  out.obstacles = {{"n1", "shop/a-0", "shop/a", "2 budgets select it"}};
  out.needed = {{"the budget shop/a deleted", "kubectl delete poddisruptionbudget a --namespace shop"}};
  out.is_smallest = true;
  out.takes_with_needed = minutes(50);
  out.sets_tried = 3;
  return out;
}

TEST(Optimised, TheFirstLineSaysWhatItComesTo) {
  Optimised as_asked = better();
  as_asked.asked = as_asked.best;
  as_asked.differences.clear();
  Optimised searched = as_asked, faster = better(), unproven = hopeless(), endless = hopeless(),
            doubtful = better();
  searched.is_exhaustive = false;
  faster.asked.completes = true;
  unproven.is_impossible = endless.is_impossible = false;
  endless.space = std::numeric_limits<std::uint64_t>::max();
  doubtful.gaps = {{twin::Gap::Weight::doubt, "budgets", "not listed"}};
  const struct {
    Optimised of;
    const char* sentence;
  } cases[] = {
      {better(),
       "Completes in about 1 h 10 min if it is run otherwise: as it was asked for it stops, with 1 of 3 nodes "
       "done."},
      {faster, "Completes in about 1 h 10 min if it is run otherwise, and in about 40 min as it was asked for."},
      {as_asked, "Completes in about 1 h 10 min as it was asked for: no run in question is better."},
      {searched, "Completes in about 1 h 10 min as it was asked for: nothing better was found."},
      {hopeless(), "No run completes, whatever the order: pod shop/a-0 cannot leave it."},
      {unproven,
       "No run that completes was found, which is no proof that there is none: 1 of the 8 runs in question were "
       "rehearsed."},
      {endless,
       "No run that completes was found, which is no proof that there is none: 1 of the runs in question, which "
       "are too many to count were rehearsed."},
      {doubtful,
       "Completes in about 1 h 10 min, as far as the input shows, if it is run otherwise: as it was asked for it "
       "stops, with 1 of 3 nodes done."},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(optimised_sentence(each.of), each.sentence);
    EXPECT_THAT(optimised_text(each.of, {.width = 400}), StartsWith(std::string(each.sentence) + "\n"));
  }
}

TEST(Optimised, ShowsTheFiguresWhatDiffersAndTheCommands) {
  const std::string text = optimised_text(better(), {});
  EXPECT_THAT(text, HasSubstr("verdict               stops     completes\n"));
  EXPECT_THAT(text, HasSubstr("nodes done            1 of 3    3 of 3\n"));
  EXPECT_THAT(text, HasSubstr("outages of workloads  none      2 min\n"));
  EXPECT_THAT(text,
              HasSubstr("  - maxSurge 2 instead of 1\n    az aks nodepool update --name apps --max-surge 2\n"));
  EXPECT_THAT(text, HasSubstr("    --max-surge 2\n"));
  EXPECT_THAT(text, HasSubstr("Rehearsed: all 2 runs that were in question."));
  EXPECT_THAT(text, Not(HasSubstr("\x1b"))) << "colour was not asked for";
}

TEST(Optimised, WithoutOneThatCompletesItNamesObstaclesAndChanges) {
  Optimised of = hopeless();
  const std::string text = optimised_text(of, {});
  EXPECT_THAT(text, HasSubstr("  - pod shop/a-0 on node n1, budget shop/a: 2 budgets select it\n"));
  EXPECT_THAT(text, HasSubstr("The smallest set of changes with which it completes\n"));
  EXPECT_THAT(text, HasSubstr("    kubectl delete poddisruptionbudget a --namespace shop\n"));
  EXPECT_THAT(text, HasSubstr("The upgrade then takes 50 min. 3 sets were rehearsed"));
  of.is_smallest = false;
  EXPECT_THAT(optimised_text(of, {}), HasSubstr("A set of changes with which it completes\n"));
  of.needed.clear();
  EXPECT_THAT(optimised_text(of, {}), HasSubstr("No set of changes was found with which it completes\n"));
  for (int i = 0; i < 9; ++i) of.obstacles.push_back(of.obstacles.front());
  EXPECT_THAT(optimised_text(of, {}), HasSubstr("and 5 more; --all"));
  EXPECT_THAT(optimised_text(of, {.all = true}), Not(HasSubstr("--all")));
}

TEST(Optimised, NamesFromOutsideCannotSteerTheTerminal) {
  Optimised of = hopeless();
  of.cluster = "a\x1b[2Jb";
  of.proof = of.obstacles[0].pod = of.needed[0].summary = of.needed[0].command = "x\x1b[31m\ny";
  const std::string text = optimised_text(of, {});
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, HasSubstr("a\\x1b[2Jb"));
}

TEST(Optimised, IsWrittenAsJson) {
  Optimised of = better();
  of.replicas = {{0, "Deployment shop/\"cart\"", 1, 2}};
  const std::string json = optimised_json(of, "9.9");
  EXPECT_THAT(json, HasSubstr(R"("schema": "bulwark.dev/optimised/v1")"));
  EXPECT_THAT(json, HasSubstr(R"("completes": true,)"));
  EXPECT_THAT(json,
              HasSubstr(R"("best": {"completes": true, "nodesDone": 3, "takesSeconds": 4200, "evictions": 12, )"
                        R"("outageSeconds": 120, "podSecondsAway": 540})"));
  EXPECT_THAT(json, HasSubstr(R"({"workload": "Deployment shop/\"cart\"", "from": 1, "to": 2})"));
  EXPECT_THAT(json, HasSubstr(R"("space": 2, "tried": 2, "exhaustive": true)"));
  of.space = std::numeric_limits<std::uint64_t>::max();
  of.best.takes = Duration{1'250};
  EXPECT_THAT(optimised_json(of, "9.9"), HasSubstr(R"("space": null)"));
  EXPECT_THAT(optimised_json(of, "9.9"), HasSubstr(R"("takesSeconds": 1.25)"));
  const std::string none = optimised_json(hopeless(), "9.9");
  EXPECT_THAT(none, HasSubstr(R"("impossible": true)"));
  EXPECT_THAT(none,
              HasSubstr(R"({"node": "n1", "pod": "shop/a-0", "budget": "shop/a", "why": "2 budgets select it"})"));
  EXPECT_THAT(none, HasSubstr(R"("needed": {"smallest": true, "setsTried": 3, "takesSeconds": 3000)"));
}

}  // namespace
}  // namespace bulwark::report

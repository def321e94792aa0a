// Every form of a rehearsal against its golden file in testdata/ (UPDATE_GOLDEN=1 rewrites them), and what must
// hold whatever those say.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "base/text.h"
#include "report/rehearsal.h"
#include "report/rehearsal_gantt.h"
#include "report/rehearsal_sample.h"
#include "report/rehearsal_words.h"
#include "report/report_testing.h"
#include "report/text_table.h"

namespace bulwark::report {
namespace {

using rehearsal::BlockerKind;
using rehearsal::Duration;
using rehearsal::NodeStage;
using rehearsal::Rehearsal;
using rehearsal::Verdict;
using sample::expect_golden;
using sample::Json;
using std::chrono::hours, std::chrono::minutes, std::chrono::seconds, std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::vector<std::pair<std::string, Rehearsal>> samples() {
  return {{"completes", sample::completes()},
          {"stops", sample::stops()},
          {"unknown", sample::unknown()},
          {"many", sample::many(1000)},
          {"hostile", sample::hostile()}};
}

TEST(RehearsalReport, Golden) {
  expect_golden("rehearsal-completes.txt", rehearsal_text(sample::completes(), {.unicode = true, .width = 80}));
  expect_golden("rehearsal-stops.txt", rehearsal_text(sample::stops(), {}));
  expect_golden("rehearsal-colour.txt", rehearsal_text(sample::stops(), {.colour = true, .unicode = true}));
  expect_golden("rehearsal-unknown.txt", rehearsal_text(sample::unknown(), {.width = 60}));
  expect_golden("rehearsal-many.txt", rehearsal_text(sample::many(1000), {.unicode = true, .width = 120}));
  expect_golden("rehearsal-hostile.txt", rehearsal_text(sample::hostile(), {}));
  expect_golden("rehearsal.html", sample::without_assets(rehearsal_html(sample::stops(), "0.1.0")));
  expect_golden("rehearsal.json", rehearsal_json(sample::stops(), "0.1.0"));
}

TEST(RehearsalReport, Durations) {
  const std::vector<std::pair<Duration, std::string>> cases{{{}, "0 s"},
                                                            {milliseconds(-5), "0 s"},
                                                            {milliseconds(250), "250 ms"},
                                                            {milliseconds(1499), "1 s"},
                                                            {milliseconds(59'600), "1 min"},
                                                            {seconds(40), "40 s"},
                                                            {seconds(125), "2 min 5 s"},
                                                            {seconds(595), "9 min 55 s"},
                                                            {seconds(629), "10 min"},
                                                            {seconds(59 * 60 + 40), "1 h"},
                                                            {minutes(130), "2 h 10 min"},
                                                            {hours(47), "47 h"},
                                                            {hours(76), "3 d 4 h"},
                                                            {hours(240), "10 d"}};
  for (const auto& [duration, text] : cases) EXPECT_EQ(duration_text(duration), text) << duration.count();
  EXPECT_EQ(offset_text(minutes(12), false), "+0:12");
  EXPECT_EQ(offset_text(hours(26) + minutes(3) + seconds(7), true), "+26:03:07");
  EXPECT_EQ(offset_text(-minutes(1), false), "+0:00");
  EXPECT_EQ(percent_text(0), "0%");
  EXPECT_EQ(percent_text(0.004), "less than 1%");
  EXPECT_EQ(percent_text(0.999), "99%");
  EXPECT_EQ(percent_text(1), "100%");
}

TEST(RehearsalReport, Verdicts) {
  Rehearsal all;
  EXPECT_EQ(verdict_sentence(all), "Completes at once: there is no node to upgrade.");
  all.nodes = all.nodes_done = 40;
  all.takes = minutes(130);
  EXPECT_EQ(verdict_sentence(all), "Completes in about 2 h 10 min.");
  all.quarantined = {"a"};
  EXPECT_EQ(verdict_sentence(all),
            "Completes in about 2 h 10 min, but 1 of 40 nodes stay undrained and quarantined.");
  all.verdict = Verdict::unknown;
  EXPECT_EQ(verdict_sentence(all),
            "Would complete in about 2 h 10 min, but whether it does cannot be known: something is missing in the "
            "input.");
  all.gaps = {{}, {}, {}};
  EXPECT_THAT(verdict_sentence(all), HasSubstr("cannot be known: 3 gaps in the input."));

  all.verdict = Verdict::stops;
  all.nodes_done = 6;
  EXPECT_EQ(verdict_sentence(all), "Stops at node 7 of 40.");
  all.stopped_at = 5;  // that is not there
  EXPECT_EQ(verdict_sentence(all), "Stops at node 7 of 40.");
  all.blockers.resize(2);
  all.blockers[1].stops = true;
  all.blockers[1].node = "aks-1";
  const std::vector<std::tuple<BlockerKind, std::string, std::string>> cases{
      {BlockerKind::budget_never_allows, "shop/cart-0", "pod shop/cart-0 cannot be evicted"},
      {BlockerKind::several_budgets, "shop/cart-0", "pod shop/cart-0 cannot be evicted"},
      {BlockerKind::webhook, "shop/cart-0", "pod shop/cart-0 cannot be evicted"},
      {BlockerKind::finalizer, "shop/cart-0", "pod shop/cart-0 does not go away"},
      {BlockerKind::slow_termination, "shop/cart-0", "pod shop/cart-0 does not end in time"},
      {BlockerKind::filter, "", "the node cannot be drained"},
      {BlockerKind::no_node, "", "no node can be added"},
      {BlockerKind::other, "shop/cart-0", "pod shop/cart-0 holds up the drain"}};
  for (const auto& [kind, pod, words] : cases) {
    all.blockers[1].kind = kind;
    all.blockers[1].pod = pod;
    EXPECT_EQ(verdict_sentence(all), "Stops at node 7 of 40 (aks-1): " + words + ".");
  }
  all.blockers[1] = {};
  all.blockers[1].kind = BlockerKind::version;
  all.blockers[1].stops = true;
  EXPECT_EQ(verdict_sentence(all), "Stops before its first node: the versions do not allow it.");
}

TEST(RehearsalReport, TellsSlowFromNever) {
  rehearsal::Blocker one;
  one.waited = minutes(30);
  EXPECT_EQ(ending_text(one), "It ended by itself after 30 min.");
  one.stops = true;
  EXPECT_EQ(ending_text(one), "It would end by itself, but only after the drain timeout of 30 min.");
  one.never_ends = true;
  EXPECT_EQ(ending_text(one), "It will never end by itself; it was given up after 30 min.");
  one.stops = false;
  EXPECT_EQ(ending_text(one),
            "It will never end by itself; it was given up after 30 min, and the upgrade went on.");
}

TEST(RehearsalReport, EveryNameIsItsOwn) {
  std::set<std::string_view> names;
  for (int i = 0; i < 10; ++i) names.insert(name(static_cast<BlockerKind>(i)));
  for (int i = 0; i < 10; ++i) EXPECT_NE(title(static_cast<BlockerKind>(i)), "");
  EXPECT_EQ(names.size(), 10U);
  names.clear();
  for (int i = 0; i < 7; ++i) names.insert(name(static_cast<NodeStage>(i)));
  EXPECT_EQ(names.size(), 7U);
}

TEST(RehearsalReport, TextFitsItsTerminalAndCannotBeSteered) {
  for (const auto& [name, all] : samples()) {
    for (const bool unicode : {false, true}) {
      for (std::size_t width = 60; width <= 200; width += 14) {
        const std::string text = rehearsal_text(all, {.unicode = unicode, .width = width, .all = width % 4 == 0});
        EXPECT_THAT(text, Not(HasSubstr("\x1b")));
        EXPECT_THAT(text, Not(HasSubstr("\xE2\x80\xAE")));
        EXPECT_TRUE(base::is_utf8(text));
        for (const std::string_view line : base::split(text, '\n')) {
          // Commands are to be copied, so they have a line of their own, whole.
          if (line.starts_with("          $ ")) continue;
          EXPECT_LE(display_width(line), width) << name << ": " << line;
        }
      }
    }
    // Colour changes nothing but colours.
    static const std::regex colours("\x1b\\[[0-9;]*m");
    EXPECT_EQ(std::regex_replace(rehearsal_text(all, {.colour = true}), colours, ""), rehearsal_text(all, {}))
        << name;
  }
}

TEST(RehearsalReport, PlainTextIsAscii) {
  for (const Rehearsal& all : {sample::completes(), sample::stops(), sample::many(50)}) {
    for (const char c : rehearsal_text(all, {})) ASSERT_LT(static_cast<unsigned char>(c), 0x80);
  }
}

TEST(RehearsalReport, VerdictComesFirstAndEmptyPartsNotAtAll) {
  for (const auto& [name, all] : samples()) {
    // Names as they came do not stand in a text.
    if (name == "hostile") continue;
    EXPECT_THAT(rehearsal_text(all, {.width = 200}), StartsWith(verdict_sentence(all))) << name;
  }
  EXPECT_EQ(rehearsal_text({}, {}),
            "Completes at once: there is no node to upgrade.\n0 nodes, 0 evictions, 0 pods placed\n");
}

TEST(RehearsalReport, CutsLongListsWithACount) {
  const Rehearsal all = sample::many(1000);
  const std::string cut = rehearsal_text(all, {});
  EXPECT_THAT(cut, HasSubstr("\n  and 990 more; --all\n"));
  EXPECT_LT(base::split(cut, '\n').size(), 90U);
  const std::string whole = rehearsal_text(all, {.all = true});
  EXPECT_THAT(whole, Not(HasSubstr("more; --all")));
  EXPECT_THAT(whole, HasSubstr("service-999"));
  EXPECT_THAT(whole, HasSubstr("vmss000998"));
}

TEST(RehearsalReport, FoldsTheTimelineWithoutLosingANode) {
  for (const std::size_t nodes : {1U, 39U, 41U, 100U, 1000U, 5000U}) {
    for (const std::size_t most : {1U, 8U, 40U}) {
      const Rehearsal all = sample::many(nodes);
      std::size_t rows = 0, told = 0, quarantined = 0;
      for (const GanttPool& pool : gantt_rows(all, 60, most)) {
        rows += pool.rows.size();
        for (const GanttRow& row : pool.rows) {
          told += row.nodes;
          EXPECT_EQ(row.cells.size(), 60U);
          const auto code = static_cast<unsigned char>(1 + static_cast<int>(NodeStage::quarantined));
          if (std::find(row.cells.begin(), row.cells.end(), code) != row.cells.end()) quarantined += row.nodes;
        }
      }
      EXPECT_EQ(told, nodes);
      EXPECT_EQ(quarantined, all.quarantined.size());
      // A row for each of two pools, and one more for what was quarantined in each.
      EXPECT_LE(rows, std::max<std::size_t>(most, 4));
    }
  }
}

TEST(RehearsalReport, ShowsStagesThatAreShorterThanAColumn) {
  Rehearsal all;
  all.takes = hours(10);
  const auto at = [&](Duration since) { return all.began + since; };
  all.timeline = {{"p",
                   "n",
                   false,
                   0,
                   {{NodeStage::draining, at(hours(1)), at(hours(1) + seconds(5))},
                    {NodeStage::reimaging, at(hours(1) + seconds(5)), at(hours(3))},
                    {NodeStage::stopped, at(hours(3)), at(hours(3))}}}};
  const auto pools = gantt_rows(all, 20, 40);
  ASSERT_EQ(pools.size(), 1U);
  std::string cells;
  for (const unsigned char code : pools[0].rows[0].cells) cells += " ADsRXQ!"[code];
  EXPECT_EQ(cells, "  DRRR!             ");
}

TEST(RehearsalReport, AxisHasRoundSteps) {
  EXPECT_EQ(axis_step(minutes(130), 70, 10), minutes(30));
  EXPECT_EQ(axis_step(seconds(40), 70, 10), seconds(10));
  EXPECT_EQ(axis_step(hours(24 * 30), 70, 10), hours(168));
  EXPECT_EQ(axis_step(hours(24 * 365), 70, 10), hours(168 * 8));
  EXPECT_EQ(axis_step({}, 70, 10), seconds(1));
}

TEST(RehearsalReport, FixesThatCompleteComeFirst) {
  const Rehearsal all = sample::stops();
  std::vector<std::string> order;
  for (const auto* fix : fixes_in_order(*stopper(all))) order.push_back(fix->summary);
  EXPECT_THAT(order, ElementsAre("maxUnavailable: 1 in budget shop/cart", "5 replicas of StatefulSet shop/cart",
                                 "a drain timeout of 2 h"));
}

TEST(RehearsalReport, JsonHasTheFieldsThatArePromised) {
  std::ifstream in(BULWARK_SOURCE_DIR "/docs/reference/rehearsal.md");
  std::stringstream page;
  page << in.rdbuf();
  const std::string described = page.str();
  for (const auto& [name, all] : samples()) {
    const Json json(rehearsal_json(all, "0.1.0"));
    EXPECT_THAT(json.reader.problems, testing::IsEmpty()) << name;
    const document::Node& root = json.root();
    EXPECT_EQ(root.find("schema")->text(), "bulwark.dev/rehearsal/v1");
    EXPECT_EQ(root.find("verdict")->text(), report::name(all.verdict));
    EXPECT_EQ(root.find("timeline")->items().size(), all.timeline.size());
    EXPECT_EQ(root.find("interruptions")->items().size(), all.interruptions.size());
    EXPECT_EQ(root.find("unplaced")->items().size(), all.unplaced.size());
    EXPECT_EQ(root.find("blockers")->items().size(), all.blockers.size());
    EXPECT_EQ(root.find("supposed")->items().size(), all.supposed.size());
    EXPECT_EQ(root.find("gaps")->items().size(), all.gaps.size());
  }
  // Every field is described, by its own name.
  const std::string json = rehearsal_json(sample::stops(), "0.1.0");
  static const std::regex key("\"([A-Za-z]+)\":");
  for (std::sregex_iterator at(json.begin(), json.end(), key), end; at != end; ++at) {
    const std::string field = (*at)[1].str();
    EXPECT_TRUE(described.contains("`" + field + "`") || described.contains("." + field + "`")) << field;
  }
  const Json stops(json);
  EXPECT_EQ(stops.root().find("stoppedAt")->integer(), 1);
  EXPECT_EQ(stops.root().find("began")->text(), "2026-11-22T02:00:00Z");
  EXPECT_EQ(stops.root().find("takesSeconds")->integer(), 71 * 60);
}

// The data for the page's script.
std::string data_of(const std::string& page) {
  constexpr std::string_view begin = "id=\"rehearsal-data\">";
  const std::size_t from = page.find(begin) + begin.size();
  return page.substr(from, page.find("</script>", from) - from);
}

TEST(RehearsalReport, PageKeepsHostileTextAsText) {
  const std::string page = rehearsal_html(sample::hostile(), "0.1.0");
  const auto names = sample::elements(sample::without_assets(page), {"meta"});
  // The data, and the page's own.
  EXPECT_EQ(std::count(names.begin(), names.end(), "script"), 2);
  EXPECT_EQ(std::count(names.begin(), names.end(), "img"), 0);
  EXPECT_THAT(data_of(page), Not(testing::ContainsRegex("[<>&]")));
  // The bytes that turn text around, and those that no script may hold, are nowhere.
  for (const char* bad : {"\xE2\x80\xAE", "\xE2\x80\xA8", "\x1b", "\xff"}) EXPECT_THAT(page, Not(HasSubstr(bad)));
  // Nothing is loaded or sent, and nothing becomes markup or code later.
  for (const char* bad : {"<link", "@import", "url(", "fetch(", "XMLHttpRequest", "javascript:", "innerHTML",
                          "insertAdjacentHTML", "document.write", "eval("}) {
    EXPECT_THAT(page, Not(HasSubstr(bad)));
  }
}

TEST(RehearsalReport, PageHasItsParts) {
  const std::string stops = rehearsal_html(sample::stops(), "0.1.0");
  for (const char* part :
       {"<header>", "<main>", "<footer>", "lang=\"en\"", "scope=\"col\"", "scope=\"row\"", "id=\"blockers\"",
        "id=\"timeline\"", "<noscript>", "id=\"interruptions\"", "id=\"unplaced\"", "id=\"pools\"", "id=\"slow\"",
        "id=\"quarantined\"", "id=\"assumptions\"", "id=\"warnings\"", "class=\"copy\"", "default-src 'none'"}) {
    EXPECT_THAT(stops, HasSubstr(part));
  }
  // What has nothing to say is left out.
  const std::string nothing = rehearsal_html({}, "0.1.0");
  EXPECT_THAT(nothing, Not(HasSubstr("<h2")));
  EXPECT_THAT(nothing, Not(HasSubstr("id=\"rehearsal-data\"")));
  sample::elements(sample::without_assets(nothing), {"meta"});
  // Without a confident verdict, what is missing comes before the timeline.
  const std::string unknown = rehearsal_html(sample::unknown(), "0.1.0");
  EXPECT_LT(unknown.find("id=\"gaps\""), unknown.find("id=\"timeline\""));
}

TEST(RehearsalReport, PageHasTheDataOfEveryNode) {
  for (const auto& [name, all] : samples()) {
    const Json json(data_of(rehearsal_html(all, "0.1.0")));
    EXPECT_THAT(json.reader.problems, testing::IsEmpty()) << name;
    const document::Node& nodes = *json.root().find("nodes");
    ASSERT_EQ(nodes.items().size(), all.timeline.size()) << name;
    std::size_t spans = 0, wanted = 0;
    std::int64_t pool = 0;
    for (const document::Node& node : nodes.items()) {
      EXPECT_GE(node.item(0)->integer(), pool) << "not by pool";
      pool = node.item(0)->integer().value_or(-1);
      spans += node.item(4)->items().size() / 3;
    }
    for (const auto& node : all.timeline) wanted += node.spans.size();
    EXPECT_EQ(spans, wanted);
    EXPECT_EQ(json.root().find("stages")->items().size(), 7U);
  }
  const Json stops(data_of(rehearsal_html(sample::stops(), "0.1.0")));
  ASSERT_EQ(stops.root().find("waits")->items().size(), 2U);  // the third one's node is not on the timeline
  EXPECT_EQ(stops.root().find("waits")->item(1)->item(3)->integer(), 1);
}

TEST(RehearsalReport, PageStaysSmallWithManyNodes) {
  const std::string page = rehearsal_html(sample::many(5000), "0.1.0");
  EXPECT_LT(page.size(), 1'000'000U);
  EXPECT_THAT(page, HasSubstr("4500 more are in the JSON report"));
}

TEST(RehearsalReport, JsonKeepsMilliseconds) {
  Rehearsal all;
  all.takes = milliseconds(90'050);
  EXPECT_THAT(rehearsal_json(all, "0"), HasSubstr("\"takesSeconds\": 90.05,"));
  EXPECT_THAT(rehearsal_json(all, "0"), HasSubstr("\"began\": null,"));
}

}  // namespace
}  // namespace bulwark::report

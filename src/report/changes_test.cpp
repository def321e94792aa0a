#include "report/changes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/text.h"
#include "document/reader.h"
#include "report/report_sample.h"
#include "report/text_table.h"

namespace bulwark::report {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

std::vector<std::string> lines_of(const std::vector<Change>& changes) {
  std::vector<std::string> lines;
  for (const Change& change : changes) lines.push_back(change_line(change));
  return lines;
}

TEST(Changes, OnlyWhatIsNotAsItWas) {
  sample::Sample sample = sample::small();
  Report& report = sample.report;
  Changes changes;
  const auto first = changes.since_last(report, "2026-01-31T12:00:00Z");
  EXPECT_EQ(first.size(), report.findings.size());
  EXPECT_TRUE(std::is_sorted(first.begin(), first.end(), [](const Change& a, const Change& b) {
    const auto rank = [](const Change& c) {
      const std::vector<std::string> order{"critical", "high", "medium", "low", "unknown"};
      return std::find(order.begin(), order.end(), c.finding.severity) - order.begin();
    };
    return rank(a) < rank(b);
  })) << "the worst first";
  EXPECT_THAT(lines_of(first), Each(StartsWith("2026-01-31T12:00:00Z + ")));
  EXPECT_THAT(changes.since_last(report, "2026-01-31T12:00:01Z"), IsEmpty());

  // One goes, one says something else.
  const finding::Finding gone = *report.findings.front();
  report.findings.erase(report.findings.begin());
  sample.findings[1]->message = "something else";
  const auto then = changes.since_last(report, "2026-01-31T12:00:02Z");
  ASSERT_EQ(then.size(), 2U);
  EXPECT_EQ(then[0].type, ChangeType::modified);
  EXPECT_EQ(then[0].finding.message, "something else");
  EXPECT_EQ(then[1].type, ChangeType::deleted);
  EXPECT_EQ(then[1].finding.check, gone.check->id);
  EXPECT_EQ(then[1].finding.object(), object_name(*gone.object));
}

TEST(Changes, HostileTextStaysText) {
  const Change change{ChangeType::added,
                      "2026-01-31T12:00:00Z",
                      {.check = "c",
                       .severity = "high",
                       .verdict = "broken",
                       .kind = "Pod",
                       .name = "a\n\x1b[2Jb",
                       .message = "\"quoted\"\r\n\xe2\x80\xae"}};
  for (const std::size_t width : {0U, 60U}) {
    const std::string line = change_line(change, false, width);
    EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1) << line;
    EXPECT_THAT(line, Not(HasSubstr("\x1b")));
    EXPECT_THAT(line, Not(HasSubstr("\xe2\x80\xae")));
  }
  EXPECT_LE(display_width(change_line(change, false, 40)), 41U);
  const std::string json = change_json(change);
  EXPECT_EQ(std::count(json.begin(), json.end(), '\n'), 1);
  struct Sink : document::DocumentSink {
    std::string message, name;
    void on_document(const document::Node& root) override {
      message = root.find("finding")->find("message")->text();
      name = root.find("finding")->find("object")->find("name")->text();
    }
    void on_problem(document::Problem problem) override { ADD_FAILURE() << problem.message; }
  } sink;
  const document::Source source("", json);
  base::Arena arena;
  document::read_json(source, {0, static_cast<std::uint32_t>(json.size())}, 0, arena, {}, sink);
  EXPECT_EQ(sink.message, change.finding.message);
  EXPECT_EQ(sink.name, change.finding.name);
}

TEST(Changes, JsonOfEachType) {
  Change change{ChangeType::added,
                "t",
                {.check = "c",
                 .chapter = "ch",
                 .severity = "high",
                 .verdict = "broken",
                 .api_version = "v1",
                 .kind = "Pod",
                 .name_space = "shop",
                 .name = "web",
                 .field = "spec",
                 .message = "m"}};
  EXPECT_EQ(
      change_json(change),
      R"({"schema":"bulwark.dev/watch/v1","type":"ADDED","time":"t","finding":{"check":"c","severity":"high",)"
      R"("verdict":"broken","chapter":"ch","object":{"apiVersion":"v1","kind":"Pod","namespace":"shop",)"
      R"("name":"web"},"field":"spec","message":"m"}})"
      "\n");
  change.type = ChangeType::deleted;
  change.finding.verdict = change.finding.severity = "unknown";
  EXPECT_THAT(change_json(change), HasSubstr(R"("type":"DELETED")"));
  EXPECT_THAT(change_json(change), Not(HasSubstr("severity")));
}

// Whatever the window's size: no line too long, none too many, and the verdict in it.
TEST(LiveScreen, FitsAnyWindow) {
  const sample::Sample sample = sample::small();
  Changes all;
  const std::vector<Change> changes = all.since_last(sample.report, "2026-01-31T12:00:00Z");
  for (const bool trouble : {false, true}) {
    for (std::size_t height = 3; height < 60; ++height) {
      const Look look{.colour = false, .width = 60 + height % 3 * 20};
      const std::string screen =
          live_screen(sample.report, changes, look, height, "cluster c", trouble ? "no answer" : "");
      const auto lines = base::split(screen, '\n');
      EXPECT_LE(lines.size(), height);
      for (const std::string_view line : lines) EXPECT_LE(display_width(line), look.width) << line;
      if (height < 12) continue;
      EXPECT_THAT(screen, HasSubstr("Fails: "));
      EXPECT_THAT(screen, HasSubstr("NEWEST CHANGES\n12:00:00Z + " + changes[0].finding.severity));
      EXPECT_EQ(screen.ends_with("no answer"), trouble);
    }
  }
  EXPECT_THAT(live_screen(sample.report, {}, {}, 40, "cluster c", ""), HasSubstr("NO CHANGES YET"));
}

}  // namespace
}  // namespace bulwark::report

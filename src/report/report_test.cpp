// Every format against its golden file in testdata/ (UPDATE_GOLDEN=1 rewrites them), and what must hold whatever
// the golden files say: what is written can be read again, and hostile text stays text.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <sstream>

#include "base/text.h"
#include "report/format.h"
#include "report/report_sample.h"
#include "report/report_testing.h"
#include "report/text_table.h"

namespace bulwark::report {
namespace {

using sample::elements;
using sample::expect_golden;
using sample::Json;
using sample::without_assets;
using testing::HasSubstr;
using testing::Not;

std::string written(const Report& report, std::string_view format, const Look& look = {}) {
  std::string out;
  find_format(format)->write(report, look, [&](std::string_view text) { out += text; });
  return out;
}

TEST(Report, Golden) {
  const sample::Sample small = sample::small(), clean = sample::clean();
  for (const Format& format : formats()) {
    std::string text = written(small.report, format.name, {.width = 80});
    if (format.name == "html") text = without_assets(text);
    expect_golden("report" + std::string(format.extension), text);
  }
  expect_golden("colour.txt", written(small.report, "table", {.colour = true, .width = 100, .details = 2}));
  expect_golden("clean.txt", written(clean.report, "table"));
  expect_golden("clean.md", written(clean.report, "markdown"));
}

TEST(Report, FormatsHaveNamesOfTheirOwn) {
  EXPECT_EQ(formats().front().name, "table");
  for (const Format& format : formats()) EXPECT_EQ(find_format(format.name), &format);
  EXPECT_EQ(find_format("yaml"), nullptr);
  EXPECT_EQ(find_format(""), nullptr);
}

TEST(Report, FormatsAreDescribed) {
  std::ifstream in(BULWARK_SOURCE_DIR "/docs/reference/report.md");
  std::stringstream page;
  page << in.rdbuf();
  for (const Format& format : formats()) {
    EXPECT_THAT(page.str(),
                HasSubstr("| `" + std::string(format.name) + "` | `" + std::string(format.media_type) + "` | `" +
                          std::string(format.extension) + "` | " + std::string(format.summary)));
  }
}

TEST(Report, JsonHasTheFieldsThatArePromised) {
  const sample::Sample small = sample::small();
  const Json json(written(small.report, "json"));
  EXPECT_THAT(json.reader.problems, testing::IsEmpty());
  const document::Node& root = json.root();
  EXPECT_EQ(root.find("schema")->text(), "bulwark.dev/report/v1");
  for (const char* name : {"files", "documents", "objects", "findings", "bySeverity", "unknown", "skipped"}) {
    EXPECT_NE(root.find("summary")->find(name), nullptr) << name;
  }
  EXPECT_EQ(root.find("summary")->find("findings")->integer(), 4);
  EXPECT_EQ(root.find("summary")->find("bySeverity")->find("critical")->integer(), 1);
  ASSERT_EQ(root.find("findings")->items().size(), small.report.findings.size());
  for (const document::Node& finding : root.find("findings")->items()) {
    for (const char* name : {"check", "severity", "chapter", "object", "field", "file", "line", "column",
                             "message", "effect", "fix"}) {
      EXPECT_NE(finding.find(name), nullptr) << name;
    }
    for (const char* name : {"apiVersion", "kind", "namespace", "name"}) {
      EXPECT_NE(finding.find("object")->find(name), nullptr) << name;
    }
    EXPECT_TRUE(finding.find("fix")->find("available")->boolean().has_value());
    EXPECT_NE(finding.find("fix")->find("description"), nullptr);
  }
  const document::Node& image = *root.find("findings")->item(1);
  EXPECT_EQ(image.find("line")->integer(), 12);
  EXPECT_EQ(image.find("column")->integer(), 35);  // characters, not bytes
  ASSERT_EQ(root.find("errors")->items().size(), 3U);
  EXPECT_EQ(root.find("errors")->item(0)->find("line")->integer(), 3);
}

// Objects of a living cluster have no file and no line, but an owner, and somebody who writes them.
TEST(Report, ObjectsWithoutText) {
  const sample::Sample sample = sample::small();
  finding::Finding finding = *sample.report.findings.front();
  kube::Object pod = *finding.object, owner = pod;
  pod.origin = {};
  pod.kind_name = "Pod";
  pod.metadata.name = "web-1";
  owner.metadata.name = "web";
  const kube::Label release{"meta.helm.sh/release-name", "shop-release"};
  owner.metadata.annotations = {&release, 1};
  finding.object = &pod;
  finding.owner = &owner;
  finding.more = 2;
  report::Report live = sample.report;
  live.findings = {&finding};
  live.errors.clear();
  for (const char* format : {"table", "json", "sarif", "junit", "html", "markdown"}) {
    const std::string text = written(live, format);
    EXPECT_THAT(text, testing::HasSubstr("web-1")) << format;
    EXPECT_THAT(text, testing::Not(testing::HasSubstr(":1:1: "))) << format;
  }
  for (const char* format : {"table", "html", "markdown"}) {
    EXPECT_THAT(written(live, format), testing::HasSubstr("the same in 2 more, made by")) << format;
    EXPECT_THAT(written(live, format), testing::HasSubstr("written by Helm release shop")) << format;
  }
  const std::string json = written(live, "json");
  EXPECT_THAT(json, testing::HasSubstr(R"("line":0,"column":0,)"));
  EXPECT_THAT(json, testing::HasSubstr(R"("name":"web"},"more":2,"managedBy":"Helm release shop-release")"));
  EXPECT_THAT(written(live, "sarif"), testing::Not(testing::HasSubstr("physicalLocation")));
}

TEST(Report, SarifSaysEverythingOnce) {
  const sample::Sample small = sample::small();
  const Json json(written(small.report, "sarif"));
  EXPECT_THAT(json.reader.problems, testing::IsEmpty());
  const document::Node& run = *json.root().find("runs")->item(0);
  const document::Node& rules = *run.find("tool")->find("driver")->find("rules");
  EXPECT_EQ(rules.items().size(), small.report.checks.size());
  const document::Node& results = *run.find("results");
  ASSERT_EQ(results.items().size(), small.report.findings.size());
  for (const document::Node& result : results.items()) {
    const auto index = static_cast<std::size_t>(result.find("ruleIndex")->integer().value_or(-1));
    ASSERT_LT(index, rules.items().size());
    EXPECT_EQ(result.find("ruleId")->text(), rules.item(index)->find("id")->text());
  }
  EXPECT_EQ(results.item(2)->find("kind")->text(), "review");
  EXPECT_EQ(results.item(2)->find("level")->text(), "none");
  const document::Node& place = *results.item(0)->find("locations")->item(0)->find("physicalLocation");
  EXPECT_EQ(place.find("artifactLocation")->find("uri")->text(), "deploy/web%20shop/%C3%BCber.yaml");
  EXPECT_EQ(place.find("artifactLocation")->find("uriBaseId")->text(), "%SRCROOT%");
}

TEST(Report, JunitIsWellFormedAndCountsRight) {
  const std::string text = written(sample::small().report, "junit");
  const std::vector<std::string> names = elements(text);
  EXPECT_THAT(text, HasSubstr("tests=\"9\" failures=\"4\" errors=\"3\" skipped=\"2\""));
  EXPECT_EQ(std::count(names.begin(), names.end(), "testcase"), 9);
  EXPECT_EQ(std::count(names.begin(), names.end(), "failure"), 4);
  EXPECT_EQ(std::count(names.begin(), names.end(), "error"), 3);
  EXPECT_EQ(std::count(names.begin(), names.end(), "skipped"), 2);
}

TEST(Report, HtmlKeepsHostileTextAsText) {
  const std::string whole = written(sample::small().report, "html");
  const std::vector<std::string> names = elements(without_assets(whole), {"meta", "input"});
  EXPECT_EQ(std::count(names.begin(), names.end(), "script"), 1);
  EXPECT_EQ(std::count(names.begin(), names.end(), "img"), 0);
  // A src= stands in the hostile text only, which is no element.
  for (const char* loads : {"<link", "@import", "url(", "fetch(", "XMLHttpRequest", "javascript:"}) {
    EXPECT_THAT(whole, Not(HasSubstr(loads)));
  }
  for (const char* landmark :
       {"<header>", "<main>", "<footer>", "lang=\"en\"", "scope=\"col\"", "scope=\"row\""}) {
    EXPECT_THAT(whole, HasSubstr(landmark));
  }
}

TEST(Report, HtmlStaysSmallWithManyFindings) {
  const std::string text = written(sample::large(20'000).report, "html");
  const std::vector<std::string> names = elements(without_assets(text), {"meta", "input"});
  // The worst one, a source and two frameworks, and those of the check that are listed.
  EXPECT_EQ(std::count(names.begin(), names.end(), "li"), 1 + 3 + 250);
  EXPECT_EQ(std::count(names.begin(), names.end(), "pre"), 25);
  EXPECT_THAT(text, HasSubstr("19750 more are in the JSON report"));
  EXPECT_LT(text.size(), 200'000U);
}

TEST(Report, MarkdownFitsAComment) {
  const sample::Sample small = sample::small();
  const std::string text = written(small.report, "markdown");
  EXPECT_LT(text.size(), 65'536U);
  // Code is shown as it is; elsewhere nothing may become an element, a mention or a link.
  static const std::regex code("(`+)[\\s\\S]*?[^`]\\1(?!`)");
  static const std::regex escaped(R"(\\.)");
  const std::string prose = std::regex_replace(std::regex_replace(text, code, ""), escaped, "");
  for (const char* bad : {"<script", "<img", "@everyone", "](", "://", "`"})
    EXPECT_THAT(prose, Not(HasSubstr(bad)));
  EXPECT_THAT(prose, HasSubstr("&lt;script"));
  EXPECT_LT(written(sample::large(20'000).report, "markdown").size(), 65'536U);
}

TEST(Report, TableFitsItsTerminalAndCannotBeSteered) {
  const sample::Sample small = sample::small();
  for (std::size_t width = 60; width <= 160; width += 7) {
    const std::string text = written(small.report, "table", {.width = width, .details = 9});
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
    EXPECT_TRUE(base::is_utf8(text));
    for (const std::string_view line : base::split(text, '\n')) {
      EXPECT_LE(display_width(line), width) << line;
    }
  }
}

TEST(Report, SaysWhenAFixHasNoChangeOfItsOwn) {
  sample::Sample small = sample::small();
  small.report.diff = [](const finding::Finding&) { return std::nullopt; };
  for (const char* format : {"table", "html", "markdown"}) {
    EXPECT_THAT(written(small.report, format), HasSubstr("No change alone could be proved")) << format;
  }
}

TEST(Report, WritersFlushWhatIsLong) {
  const sample::Sample large = sample::large(20'000);
  for (const Format& format : formats()) {
    std::size_t longest = 0;
    format.write(large.report, {}, [&](std::string_view text) { longest = std::max(longest, text.size()); });
    EXPECT_LT(longest, 256U * 1024) << format.name;
  }
}

}  // namespace
}  // namespace bulwark::report

// What a check says it can mend, it mends on its own fail fixtures: the finding is gone afterwards, no other of
// the check appears, and a second run changes nothing.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

#include "posture/check.h"
#include "posture/fixer.h"

namespace bulwark::posture {
namespace {

namespace fs = std::filesystem;

// A text, scanned for one check.
struct Scanned {
  Scanned(const Check& check, std::string text, kube::MinorVersion version) : padded(std::move(text)) {
    const std::size_t size = padded.size();
    padded.append(128, '\0');
    source = std::make_unique<document::Source>("fixture.yaml", std::string_view(padded).substr(0, size));
    SelectionOptions options;
    options.only = {std::string(check.about.id)};
    options.version = version;
    selection = std::make_unique<Selection>(*Selection::make(options));
    Scanner scanner(*selection, limits);
    scanner.scan_yaml(*source, 0, {0, static_cast<std::uint32_t>(size)});
    std::vector<Part> parts;
    parts.push_back(scanner.take());
    scan = finish(std::move(parts), *selection, {source.get()}, limits);
  }

  std::string padded;
  std::unique_ptr<document::Source> source;
  std::unique_ptr<Selection> selection;
  document::Limits limits;
  Scan scan;
};

kube::MinorVersion version_of(const std::string& text) {
  const std::size_t at = text.find("# kube-version: 1.");
  if (at == std::string::npos) return kube::latest_version;
  return {1, static_cast<std::uint16_t>(std::stoi(text.substr(at + 18)))};
}

class FixtureFixes : public testing::TestWithParam<const Check*> {};

TEST_P(FixtureFixes, MendWhatTheyCan) {
  const Check& check = *GetParam();
  const fs::path folder = fs::path(BULWARK_SOURCE_DIR) / "src/posture/checks" / check.about.id / "fail";
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".yaml") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    const Scanned before(check, text.str(), version_of(text.str()));
    const auto fixes = fix(before.scan, *before.selection, {before.source.get()}, before.limits);
    std::size_t mended = 0;
    for (const FixOutcome& outcome : fixes.outcomes) {
      if (!outcome.finding->fixable) continue;
      EXPECT_TRUE(outcome.fixed) << entry.path() << ": " << outcome.finding->message << ": " << outcome.reason;
      ++mended;
    }
    if (mended == 0) continue;
    ASSERT_EQ(fixes.sources.size(), 1U) << entry.path();
    const Scanned after(check, fixes.sources.front().text, version_of(text.str()));
    EXPECT_EQ(after.scan.findings.size() + mended, before.scan.findings.size()) << entry.path();
    EXPECT_TRUE(fix(after.scan, *after.selection, {after.source.get()}, after.limits).sources.empty())
        << entry.path();
  }
}

INSTANTIATE_TEST_SUITE_P(Checks, FixtureFixes, testing::ValuesIn(all_checks().begin(), all_checks().end()),
                         [](const auto& each) {
                           std::string name(each.param->about.id);
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace bulwark::posture

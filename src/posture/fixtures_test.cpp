// Every check proves itself on its fixtures: src/posture/checks/<id>/{pass,fail}/*.{yaml,json}.
//
// A line on which a finding must stand ends in "# broken: <message>" or "# unknown: <message>" (several marks on
// one line are several findings). A fixture's findings are exactly its marks; a pass fixture has none. The comment
// "# kube-version: 1.29" on a line of its own sets the version. A JSON fixture has its marks in <file>.want, a
// line each: "<line> broken: <message>".
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "base/text.h"
#include "posture/scan.h"

namespace bulwark::posture {
namespace {

namespace fs = std::filesystem;

fs::path fixture_root() { return fs::path(BULWARK_SOURCE_DIR) / "src/posture/checks"; }

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  if (!fs::is_directory(folder)) return files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const auto extension = entry.path().extension();
    if (extension == ".yaml" || extension == ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

kube::MinorVersion version_of(const std::string& text) {
  const std::size_t at = text.find("# kube-version: 1.");
  if (at == std::string::npos) return kube::latest_version;
  return {1, static_cast<std::uint16_t>(std::stoi(text.substr(at + 18)))};
}

// `# registries: a, b` in a fixture stands for --registries.
std::vector<std::string> registries_of(const std::string& text) {
  std::vector<std::string> registries;
  constexpr std::string_view start = "# registries: ";
  const std::size_t at = text.find(start);
  if (at == std::string::npos) return registries;
  std::istringstream words(text.substr(at + start.size(), text.find('\n', at) - at - start.size()));
  for (std::string word; std::getline(words, word, ',');) registries.emplace_back(base::trim(word));
  return registries;
}

using Marks = std::multiset<std::string>;

std::string mark(std::uint32_t line, std::string_view verdict, std::string_view message) {
  return std::to_string(line) + " " + std::string(verdict) + ": " + std::string(message);
}

Marks expected(const fs::path& path, const std::string& text) {
  Marks marks;
  std::uint32_t line_number = 0;
  if (path.extension() == ".json") {
    std::istringstream want(read_file(path.string() + ".want"));
    for (std::string line; std::getline(want, line);) marks.insert(line);
    return marks;
  }
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    ++line_number;
    for (const std::string_view verdict : {"broken", "unknown"}) {
      const std::string start = "# " + std::string(verdict) + ": ";
      for (std::size_t at = line.find(start); at != std::string::npos; at = line.find(start, at + 1)) {
        const std::size_t from = at + start.size();
        const std::size_t next = std::min(line.find(" # broken: ", from), line.find(" # unknown: ", from));
        marks.insert(mark(line_number, verdict, base::trim(std::string_view(line).substr(from, next - from))));
      }
    }
  }
  return marks;
}

Marks found(const Check& check, const fs::path& path, const std::string& text) {
  SelectionOptions options;
  options.only = {std::string(check.about.id)};
  options.version = version_of(text);
  options.registries = registries_of(text);
  const auto selection = Selection::make(options);
  const document::Limits limits;
  std::string padded = text + std::string(128, '\0');
  const document::Source source(path.filename().string(), std::string_view(padded).substr(0, text.size()));
  Scanner scanner(*selection, limits);
  if (path.extension() == ".json") {
    scanner.scan_json(source, 0, {0, static_cast<std::uint32_t>(text.size())}, 128);
  } else {
    scanner.scan_yaml(source, 0, {0, static_cast<std::uint32_t>(text.size())});
  }
  std::vector<Part> parts;
  parts.push_back(scanner.take());
  const Scan scan = finish(std::move(parts), *selection, {&source}, limits);
  for (const ScanError& error : scan.errors) ADD_FAILURE() << path << ": " << error.message;
  Marks marks;
  for (const finding::Finding* finding : scan.findings) {
    const std::string_view verdict = finding->verdict == finding::Verdict::broken ? "broken" : "unknown";
    marks.insert(mark(source.position(finding->offset).line, verdict, finding->message));
  }
  return marks;
}

class Fixtures : public testing::TestWithParam<const Check*> {};

TEST_P(Fixtures, FailFixturesHaveExactlyTheirMarks) {
  const auto files = files_in(fixture_root() / GetParam()->about.id / "fail");
  EXPECT_FALSE(files.empty()) << "no fail fixture";
  for (const fs::path& path : files) {
    const std::string text = read_file(path);
    const Marks want = expected(path, text);
    EXPECT_FALSE(want.empty()) << path << " marks no line";
    EXPECT_EQ(found(*GetParam(), path, text), want) << path;
  }
}

TEST_P(Fixtures, PassFixturesHaveNoFindings) {
  const auto files = files_in(fixture_root() / GetParam()->about.id / "pass");
  EXPECT_FALSE(files.empty()) << "no pass fixture";
  for (const fs::path& path : files) EXPECT_EQ(found(*GetParam(), path, read_file(path)), Marks{}) << path;
}

TEST_P(Fixtures, DescriptorIsComplete) {
  const finding::Descriptor& about = GetParam()->about;
  EXPECT_TRUE(fs::exists(fixture_root() / (std::string(about.id) + ".cpp")))
      << "the id is not the name of the file";
  EXPECT_GT(about.title.size(), 10U);
  EXPECT_FALSE(about.title.ends_with('.'));
  EXPECT_TRUE(about.effect.ends_with('.')) << about.effect;
  EXPECT_TRUE(about.remedy.ends_with('.')) << about.remedy;
  EXPECT_GT(about.sources.size(), 0U);
  for (const auto& source : about.sources) EXPECT_TRUE(source.url.starts_with("https://")) << source.url;
}

INSTANTIATE_TEST_SUITE_P(Checks, Fixtures, testing::ValuesIn(all_checks().begin(), all_checks().end()),
                         [](const auto& each) {
                           std::string name(each.param->about.id);
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(Checks, EveryFixtureFolderBelongsToACheck) {
  for (const auto& entry : fs::directory_iterator(fixture_root())) {
    if (!entry.is_directory()) continue;
    EXPECT_NE(find_check(entry.path().filename().string()), nullptr) << entry.path();
  }
}

TEST(Checks, IdsAndAliasesAreUnique) {
  std::set<std::string_view> seen;
  for (const Check* check : all_checks()) {
    EXPECT_TRUE(seen.insert(check->about.id).second) << check->about.id;
    for (const std::string_view alias : check->about.aliases) EXPECT_TRUE(seen.insert(alias).second) << alias;
  }
}

}  // namespace
}  // namespace bulwark::posture

#include "document/diff.h"

#include <gtest/gtest.h>

#include <random>

#include "base/text.h"

namespace bulwark::document {
namespace {

TEST(Diff, Hunks) {
  struct Case {
    const char *before, *after, *want;
  };
  for (const Case& c : {
           Case{"a\n", "a\n", ""},
           Case{"a\nb\nc\n", "a\nB\nc\n", "--- a\n+++ b\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n"},
           Case{"", "x\n", "--- a\n+++ b\n@@ -0,0 +1,1 @@\n+x\n"},
           Case{"x\n", "", "--- a\n+++ b\n@@ -1,1 +0,0 @@\n-x\n"},
           Case{"a\nb", "a\nb\n", "--- a\n+++ b\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n"},
           Case{"1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\nx\n2\n3\n4\n5\n6\n7\n8\ny\n9\n",
                "--- a\n+++ b\n@@ -1,4 +1,5 @@\n 1\n+x\n 2\n 3\n 4\n@@ -6,4 +7,5 @@\n 6\n 7\n 8\n+y\n 9\n"},
       }) {
    EXPECT_EQ(unified_diff(c.before, c.after), c.want);
  }
}

// Applies a unified diff, strictly; the oracle of the random test.
std::string patched(std::string_view before, std::string_view diff) {
  std::string out;
  std::vector<std::string_view> old_lines;
  while (!before.empty()) {
    const std::size_t end = before.find('\n');
    old_lines.push_back(before.substr(0, end + 1));
    before.remove_prefix(end + 1);
  }
  std::size_t at = 0;
  for (const std::string_view line : base::split(diff, '\n')) {
    if (line.starts_with("---") || line.starts_with("+++")) continue;
    if (line.starts_with("@@ -")) {
      const std::size_t start = std::stoul(std::string(line.substr(4)));
      const bool none = line.find(",0 +") != std::string_view::npos;
      const std::size_t from = none ? start : start - 1;
      while (at < from) out += old_lines[at++];
      continue;
    }
    if (line.empty()) continue;
    const std::string text = std::string(line.substr(1)) + "\n";
    if (line[0] != '+') {
      EXPECT_EQ(old_lines.at(at), text);
      ++at;
    }
    if (line[0] != '-') out += text;
  }
  while (at < old_lines.size()) out += old_lines[at++];
  return out;
}

TEST(Diff, AppliedGivesTheNewText) {
  std::mt19937 random(7);
  const auto text = [&] {
    std::string made;
    for (auto lines = random() % 30; lines > 0; --lines)
      made += std::string(1, static_cast<char>('a' + random() % 4)) + "\n";
    return made;
  };
  for (int i = 0; i < 3000; ++i) {
    const std::string before = text(), after = text();
    DiffOptions options;
    options.context = static_cast<std::uint32_t>(random() % 4);
    EXPECT_EQ(patched(before, unified_diff(before, after, options)), after);
  }
}

}  // namespace
}  // namespace bulwark::document

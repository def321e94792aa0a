// What report_testing.h declares; a test file by its name only, so that it is no part of the library.
#include "report/report_testing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <regex>
#include <sstream>
#include <utility>

#include "base/text.h"

namespace bulwark::report::sample {

void expect_golden(const std::string& name, const std::string& text) {
  const std::string path = std::string(BULWARK_SOURCE_DIR "/src/report/testdata/") + name + ".golden";
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  std::ifstream in(path, std::ios::binary);
  ASSERT_TRUE(in) << path;
  std::stringstream golden;
  golden << in.rdbuf();
  EXPECT_EQ(text, golden.str()) << path << "; UPDATE_GOLDEN=1 rewrites it";
}

std::string without_assets(std::string html) {
  for (const auto& [begin, end] : {std::pair("<style>\n", "</style>"), std::pair("<script>\n", "</script>")}) {
    const std::size_t from = html.rfind(begin) + std::string_view(begin).size();
    html.erase(from, html.rfind(end) - from);
  }
  return html;
}

std::vector<std::string> elements(std::string_view text, const std::vector<std::string>& open) {
  static const std::regex tag(R"(^<(/?)([A-Za-z][\w-]*)((?:\s+[\w-]+(?:="[^"<>]*")?)*)\s*(/?)>)");
  EXPECT_TRUE(base::is_utf8(text));
  std::vector<std::string> names, stack;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    EXPECT_TRUE(byte >= 0x20 || byte == '\n' || byte == '\t') << "control character at " << i;
    if (text[i] == '&') {
      static const std::regex reference(R"(^&(amp|lt|gt|quot|#39);)");
      EXPECT_TRUE(std::regex_search(std::string(text.substr(i, 8)), reference)) << text.substr(i, 40);
    }
    if (text[i] != '<' || text.substr(i).starts_with("<?") || text.substr(i).starts_with("<!DOCTYPE")) continue;
    std::match_results<std::string_view::const_iterator> match;
    if (!std::regex_search(text.begin() + static_cast<std::ptrdiff_t>(i), text.end(), match, tag)) {
      ADD_FAILURE() << "no tag: " << text.substr(i, 80);
      return names;
    }
    const std::string name = match[2].str();
    if (match[1].length() > 0) {
      EXPECT_FALSE(stack.empty());
      if (stack.empty()) return names;
      EXPECT_EQ(stack.back(), name) << "before " << text.substr(i, 80);
      stack.pop_back();
    } else {
      names.push_back(name);
      if (match[4].length() == 0 && std::find(open.begin(), open.end(), name) == open.end()) stack.push_back(name);
    }
  }
  EXPECT_THAT(stack, ::testing::IsEmpty());
  return names;
}

}  // namespace bulwark::report::sample

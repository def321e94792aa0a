#include "document/source.h"

#include <gtest/gtest.h>

#include <random>

namespace bulwark::document {
namespace {

TEST(Source, Positions) {
  const Source source("f", "a\n\xC3\xA9\xE6\x97\xA5z\r\n\nlast");
  struct Case {
    std::uint32_t offset, line, column;
  };
  for (const Case& c : {Case{0, 1, 1},
                        {1, 1, 2},
                        {2, 2, 1},
                        {4, 2, 2},
                        {7, 2, 3},
                        {8, 2, 4},
                        {10, 3, 1},
                        {11, 4, 1},
                        {15, 4, 5},
                        {9999, 4, 5}}) {
    const Position at = source.position(c.offset);
    EXPECT_EQ(at.line, c.line) << c.offset;
    EXPECT_EQ(at.column, c.column) << c.offset;
  }
  EXPECT_EQ(source.line_count(), 4U);
  EXPECT_EQ(source.line(1), "a");
  EXPECT_EQ(source.line(2), "\xC3\xA9\xE6\x97\xA5z");
  EXPECT_EQ(source.line(3), "");
  EXPECT_EQ(source.line(4), "last");
  EXPECT_EQ(source.line(0), "");
  EXPECT_EQ(source.line(5), "");
  EXPECT_EQ(Source("", "").line_count(), 1U);
  EXPECT_EQ(Source("", "").position(3).line, 1U);
}

// More breaks at one place than eight bits count.
TEST(Source, ManyEmptyLines) {
  const std::string text(20'000, '\n');
  const Source source("", text);
  EXPECT_EQ(source.line_count(), 20'001U);
}

// Against counting byte by byte, on texts of several checkpoints with long lines and short ones.
TEST(Source, PositionsOfLongTexts) {
  std::mt19937 random(5);
  for (int round = 0; round < 20; ++round) {
    std::string text;
    while (text.size() < 30'000) {
      const unsigned kind = static_cast<unsigned>(random() % 40);
      text += kind == 0 ? "\n" : kind < 4 ? "\xE6\x97\xA5" : kind == 5 ? "\r\n" : "abc";
      if (kind == 6 && round % 2 == 0) text += std::string(9000, 'x');
    }
    const Source source("", text);
    std::uint32_t line = 1, column = 1, begin = 0;
    for (std::uint32_t i = 0; i <= text.size(); ++i) {
      if (i % 37 == 0 || i % 4096 < 2) {
        const Position at = source.position(i);
        if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) {
          ASSERT_EQ(at.line, line) << i;
          ASSERT_EQ(at.column, column) << i;
        }
      }
      if (i == text.size()) break;
      if (text[i] == '\n') {
        std::string want = text.substr(begin, i - begin);
        if (want.ends_with('\r')) want.pop_back();
        ASSERT_EQ(source.line(line), want) << line;
        ++line;
        column = 1;
        begin = i + 1;
      } else if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) {
        ++column;
      }
    }
    EXPECT_EQ(source.line_count(), line);
  }
}

TEST(Source, Encodings) {
  using namespace std::string_literals;
  struct Case {
    std::string bytes;
    bool good;
    std::string text;
  };
  for (const Case& c : {
           Case{"", true, ""},
           Case{"a", true, "a"},
           Case{"\xEF\xBB\xBF"
                "a",
                true, "a"},
           Case{"\xFF\xFE"
                "a\0\xE5\x65"s,
                true, "a\xE6\x97\xA5"},
           Case{"\xFE\xFF\0a"s, true, "a"},
           Case{"a\0:\0"s, true, "a:"},
           Case{"\0a\0:"s, true, "a:"},
           Case{"\xFE\xFF\xD8\x3D\xDE\x00"s, true, "\xF0\x9F\x98\x80"},
           Case{"\xFE\xFF\xD8\x3D"s, false, ""},
           Case{"\xFE\xFF\xDE\x00"s, false, ""},
           Case{"\xFF\xFE"
                "a"s,
                false, ""},
       }) {
    std::string converted;
    std::string_view text;
    EXPECT_EQ(to_utf8(c.bytes, converted, text), c.good);
    if (c.good) {
      EXPECT_EQ(text, c.text);
    }
  }
}

}  // namespace
}  // namespace bulwark::document

#include "base/text.h"

#include <gtest/gtest.h>

#include <array>

namespace bulwark::base {
namespace {

TEST(Text, EditDistance) {
  struct Case {
    const char *a, *b;
    std::size_t limit, want;
  };
  for (const Case& c : {Case{"", "", 3, 0}, Case{"abc", "abc", 3, 0}, Case{"abc", "ABC", 3, 0},
                        Case{"secruityContext", "securityContext", 3, 1}, Case{"kitten", "sitting", 3, 3},
                        Case{"a", "abcdef", 2, 3}, Case{"abcd", "wxyz", 2, 3}}) {
    EXPECT_EQ(edit_distance(c.a, c.b, c.limit), c.want) << c.a << " / " << c.b;
  }
}

TEST(Text, NearestNamesWhatWasMeantOrNothing) {
  constexpr std::array<std::string_view, 3> words{"securityContext", "serviceAccountName", "volumes"};
  EXPECT_EQ(nearest("secruityContext", words), "securityContext");
  EXPECT_EQ(nearest("securitycontext", words), "securityContext");
  EXPECT_EQ(nearest("volume", words), "volumes");
  EXPECT_EQ(nearest("replicas", words), "");
}

TEST(Text, Glob) {
  struct Case {
    const char *pattern, *text;
    bool want;
  };
  for (const Case& c :
       {Case{"*", "", true}, Case{"a*c", "abbc", true}, Case{"a*c", "abb", false}, Case{"?b", "ab", true},
        Case{"", "a", false}, Case{"*.azurecr.io/*", "x.azurecr.io/y", true},
        Case{"a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", false}}) {
    EXPECT_EQ(glob_match(c.pattern, c.text), c.want) << c.pattern << " on " << c.text;
  }
}

TEST(Text, Utf8) {
  using namespace std::string_view_literals;
  for (const auto good : {""sv, "abc"sv, "\xC3\xA9"sv, "\xE2\x82\xAC"sv, "\xF0\x9F\x98\x80"sv})
    EXPECT_TRUE(is_utf8(good));
  for (const auto bad : {"\xFF"sv, "\xC3"sv, "\xC0\x80"sv, "\xED\xA0\x80"sv, "\xF4\x90\x80\x80"sv, "a\x80"sv}) {
    EXPECT_FALSE(is_utf8(bad));
  }
  std::size_t at = 0;
  EXPECT_FALSE(is_utf8("ab\xFF", &at));
  EXPECT_EQ(at, 2U);
}

TEST(Text, SplitAndTrim) {
  EXPECT_EQ(split("a,b,,c", ',').size(), 4U);
  EXPECT_TRUE(split("", ',').empty());
  EXPECT_EQ(trim("  x y \n"), "x y");
  EXPECT_EQ(trim(" \t"), "");
}

}  // namespace
}  // namespace bulwark::base

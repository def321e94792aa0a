#include "report/escape.h"

#include <gtest/gtest.h>

#include "report/text_table.h"

namespace bulwark::report {
namespace {

using namespace std::string_view_literals;

TEST(Escape, Visible) {
  struct Case {
    std::string_view text, want;
  };
  for (const Case& c : {
           Case{"", ""}, Case{"plain ~", "plain ~"}, Case{"grüße 日本語 😀", "grüße 日本語 😀"},
           Case{"a\nb\tc", "a b c"}, Case{"\x1b[31mred\x7f", "\\x1b[31mred\\x7f"}, Case{"a\0b"sv, "a\\x00b"},
           Case{"\xC2\x9B"
                "31m",
                "\\u{9b}31m"},  // the C1 form of ESC [
           Case{"\xE2\x80\xAE"
                "cod",
                "\\u{202e}cod"},  // right-to-left override
           Case{"\xEF\xBB\xBF"
                "x",
                "\\u{feff}x"},
           Case{"\xff\xC3", "\\xff\\xc3"}, Case{"\xED\xA0\x80", "\\xed\\xa0\\x80"},  // a surrogate
           Case{"\xEF\xBF\xBE", "\\u{fffe}"},                                        // not allowed in XML
       }) {
    EXPECT_EQ(visible(c.text), c.want);
  }
}

TEST(Escape, Markup) {
  EXPECT_EQ(markup("<a href='x' b=\"y\">&amp;\x01"), "&lt;a href=&#39;x&#39; b=&quot;y&quot;&gt;&amp;amp;\\x01");
  std::string out;
  append_markup(out, "a\n\tb<\r", true);
  EXPECT_EQ(out, "a\n\tb&lt;\\x0d");
}

TEST(Escape, Markdown) {
  struct Case {
    std::string_view text, in_text, in_code;
  };
  for (const Case& c : {
           Case{"", "", "-"},
           Case{"web", "web", "`web`"},
           Case{"a|b", "a\\|b", "`a|b`"},
           Case{"a`b``c", "a\\`b\\`\\`c", "```a`b``c```"},
           Case{"`", "\\`", "`` ` ``"},
           Case{"<b>&", "&lt;b\\>&amp;", "`<b>&`"},
           Case{"@team", "@<!-- -->team", "`@team`"},
           Case{"[x](https://a.b)", "\\[x\\](https:<!-- -->//a.b)", "`[x](https://a.b)`"},
           Case{"www.a.b", "www<!-- -->.a.b", "`www.a.b`"},
           Case{"*_~#!\\", "\\*\\_\\~\\#\\!\\\\", "`*_~#!\\`"},
           Case{"a\nb", "a b", "`a b`"},
       }) {
    EXPECT_EQ(markdown_text(c.text), c.in_text);
    EXPECT_EQ(markdown_code(c.text), c.in_code);
  }
  EXPECT_EQ(markdown_code_cell("a|b"), "`a\\|b`");
}

TEST(Escape, UriOfPath) {
  struct Case {
    std::string_view path, want;
  };
  for (const Case& c : {
           Case{"a/b.yaml", "a/b.yaml"},
           Case{"./a.yaml", "a.yaml"},
           Case{"/srv/a b.yaml", "file:///srv/a%20b.yaml"},
           Case{"a:b%?#[].yaml", "a%3Ab%25%3F%23%5B%5D.yaml"},
           Case{"über.yaml", "%C3%BCber.yaml"},
           Case{"\xff", "%FF"},
           Case{"../up.yaml", "../up.yaml"},
           Case{"-", "-"},
       }) {
    EXPECT_EQ(uri_of_path(c.path), c.want);
  }
}

TEST(TextTable, Widths) {
  struct Case {
    std::string_view text;
    std::size_t want;
  };
  for (const Case& c : {Case{"", 0}, Case{"abc", 3}, Case{"grüße", 5}, Case{"日本語", 6}, Case{"😀", 2},
                        Case{"e\xCC\x81", 1}, Case{"\xff\xfe", 2}}) {
    EXPECT_EQ(display_width(c.text), c.want) << c.text;
  }
}

TEST(TextTable, Elides) {
  EXPECT_EQ(elide_end("abcdefgh", 8), "abcdefgh");
  EXPECT_EQ(elide_end("abcdefgh", 7), "abcd...");
  EXPECT_EQ(elide_start("abcdefgh", 7), "...efgh");
  EXPECT_EQ(elide_end("日本語日本語", 8), "日本...");
  EXPECT_EQ(elide_start("日本語日本語", 8), "...本語");
}

TEST(TextTable, Shrinks) {
  TextTable table({{"NAME", TextTable::Align::left, TextTable::Elide::end},
                   {"N", TextTable::Align::right},
                   {"PLACE", TextTable::Align::left, TextTable::Elide::start}});
  table.row({{"a-long-name-of-something"}, {"12"}, {"a/long/path/to/a/file.yaml"}});
  table.row({{"short"}, {"3", "\x1b[1m"}, {"b"}});
  EXPECT_EQ(table.text(),
            "NAME                       N  PLACE\n"
            "a-long-name-of-something  12  a/long/path/to/a/file.yaml\n"
            "short                      \x1b[1m3\x1b[0m  b\n");
  EXPECT_EQ(table.text(40),
            "NAME                N  PLACE\n"
            "a-long-name-of...  12  ...to/a/file.yaml\n"
            "short               \x1b[1m3\x1b[0m  b\n");
}

}  // namespace
}  // namespace bulwark::report

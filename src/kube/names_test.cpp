#include "kube/names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bulwark::kube {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Rule {
  const char* name;
  bool (*test)(std::string_view);
  std::vector<std::string> (*problems)(std::string_view);
  std::vector<std::string> good, bad;
};

std::string run(std::size_t length, char c = 'a') { return std::string(length, c); }

// Rows of upstream's validation_test.go.
TEST(Names, TestAndReasonsAgree) {
  const Rule rules[] = {
      {"label",
       is_dns1123_label,
       dns1123_label_problems,
       {"a", "ab", "abc", "a1", "a-1", "a--1--2--b", "0", "01", "012", "1a", "1-a", "1--a--b--2", run(63)},
       {"",    "A",  "ABC", "aBc", "A1",  "A-1", "1-A", "-",   "a-",  "-a",    "1-",
        "-1",  "_",  "a_",  "_a",  "a_b", "1_",  "_1",  "1_2", ".",   "a.",    ".a",
        "a.b", "1.", ".1",  "1.2", " ",   "a ",  " a",  "a b", "a\n", run(64), "\xC3\xA9"}},
      {"subdomain",
       is_dns1123_subdomain,
       dns1123_subdomain_problems,
       {"a", "abc", "a--1--2--b", "0", "a.a", "ab.a", "a.b.c.d.e", "aa.bb.cc.dd.ee", "1.2.3.4.5", "11.22.33.44.55",
        "a-b.c-d", run(253)},
       {"",   "A",  "aBc",  "-",         "a-",        "-a",  "a.-", "a.-b", "a-.b", "_",  "a_b",   ".",
        "a.", ".a", "a..b", "a.B.c.d.e", "A.B.C.D.E", "a@b", "a,b", "a:b",  "a/b",  " a", run(254)}},
      {"dns1035",
       is_dns1035_label,
       dns1035_label_problems,
       {"a", "ab", "a1", "a-1", "a--1--2--b", run(63)},
       {"", "0", "1a", "1-a", "A", "-a", "a-", "a.b", "a_b", run(64)}},
      {"qualified",
       is_qualified_name,
       qualified_name_problems,
       {"simple", "now-with-dashes", "1-starts-with-num", "1234", "simple/simple", "now-with-dashes/simple",
        "now-with-dashes/now-with-dashes", "now.with.dots/simple", "1-num.2-num/3-num", "1234/5678",
        "1.2.3.4/5678", "Uppercase_Is_OK_123", "example.com/Uppercase_Is_OK_123", "requests.storage-foo", run(63),
        run(253) + "/" + run(63)},
       {"", "nospecialchars%^=@", "cantendwithadash-", "-cantstartwithadash-", "only/one/slash", "Example.com/abc",
        "example_com/abc", "example.com/", "/simple", run(64), run(254) + "/abc", "a b", "//"}},
      {"value",
       is_label_value,
       label_value_problems,
       {"", "simple", "now-with-dashes", "1-starts-with-num", "end-with-num-1", "1234", run(63), "A_b.c"},
       {"nospecialchars%^=@", "Tama-nui-te-r\xC4\x81.is.M\xC4\x81ori.sun", "\\backslashes\\are\\bad",
        "-starts-with-dash", "ends-with-dash-", ".starts.with.dot", "ends.with.dot.", "a/b", run(64), " "}},
  };
  for (const Rule& rule : rules) {
    for (const std::string& text : rule.good) {
      EXPECT_TRUE(rule.test(text)) << rule.name << ": " << text;
      EXPECT_THAT(rule.problems(text), IsEmpty()) << rule.name << ": " << text;
    }
    for (const std::string& text : rule.bad) {
      EXPECT_FALSE(rule.test(text)) << rule.name << ": " << text;
      EXPECT_THAT(rule.problems(text), testing::Not(IsEmpty())) << rule.name << ": " << text;
    }
  }
}

TEST(Names, ReasonsAreUpstreams) {
  EXPECT_THAT(
      dns1123_label_problems("A"),
      ElementsAre("a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must "
                  "start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for "
                  "validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"));
  EXPECT_THAT(dns1123_label_problems(run(64, 'A')),
              ElementsAre("must be no more than 63 characters", HasSubstr("RFC 1123 label")));
  EXPECT_THAT(qualified_name_problems("/"),
              ElementsAre("prefix part must be non-empty", "name part must be non-empty",
                          HasSubstr("name part must consist of alphanumeric")));
  EXPECT_THAT(qualified_name_problems("A/b"),
              ElementsAre(HasSubstr("prefix part a lowercase RFC 1123 subdomain")));
  EXPECT_THAT(qualified_name_problems("a/b/c"),
              ElementsAre(HasSubstr("with an optional DNS subdomain prefix and '/'")));
  EXPECT_THAT(label_value_problems("a b"), ElementsAre(HasSubstr("a valid label must be an empty string or")));
}

}  // namespace
}  // namespace bulwark::kube

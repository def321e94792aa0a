#include <gtest/gtest.h>

#include <chrono>

#include "document/dump_for_test.h"

namespace bulwark::document {
namespace {

struct Case {
  const char* name;
  std::string text;
  const char* want;
};

void check(std::initializer_list<Case> cases) {
  for (const Case& c : cases) EXPECT_EQ(Dump::yaml(c.text), c.want) << c.name;
}

TEST(YamlReader, Documents) {
  check({
      {"nothing", "", ""},
      {"a comment", "# a\n", ""},
      {"an empty document", "---\n", "null\n"},
      {"two", "a: 1\n---\nb: 2\n", "{\"a\":1}\n{\"b\":2}\n"},
      {"a comment behind the marker", "a: 1\n--- # c\nb: 2\n", "{\"a\":1}\n{\"b\":2}\n"},
      {"no marker", "a: 1\n---x: 2\n", "{\"a\":1,\"---x\":2}\n"},
      {"an end marker", "a: 1\n...\nb: 2\n", "{\"a\":1}\n3:1 not YAML: did not find expected <document start>\n"},
      {"an end marker before a marker", "a: 1\n...\n---\nb: 2\n", "{\"a\":1}\n{\"b\":2}\n"},
      {"a directive", "%YAML 1.1\n---\na: 1\n", "{\"a\":1}\n"},
      {"a marker ends a literal", "a: |\n  x\n---\nb: 1\n", "{\"a\":\"x\\n\"}\n{\"b\":1}\n"},
      {"an indented marker does not", "a: |\n  x\n  ---\n  y\n", "{\"a\":\"x\\n---\\ny\\n\"}\n"},
      {"CRLF", "a: 1\r\n---\r\nb: |\r\n  x\r\n  y\r\n", "{\"a\":1}\n{\"b\":\"x\\ny\\n\"}\n"},
      {"byte order mark",
       "\xEF\xBB\xBF"
       "a: 1\n",
       "{\"a\":1}\n"},
      {"byte order mark in the middle",
       "a: 1\n---\n\xEF\xBB\xBF"
       "b: 1\n",
       "{\"a\":1}\n{\"b\":1}\n"},
      {"byte order mark in the middle, CRLF",
       "a: 1\r\n---\r\n\xEF\xBB\xBF"
       "b: 1\r\n",
       "{\"a\":1}\n{\"b\":1}\n"},
      {"a tab behind a colon", "a:\tb\n", "{\"a\":\"b\"}\n"},
  });
}

// As kubectl 1.32 prints these (kubectl annotate --local -o json).
TEST(YamlReader, Keys) {
  check({
      {"booleans", "on: 1\nno: 2\n", "{\"true\":1,\"false\":2}\n"},
      {"numbers", "0x10: a\n0644: b\n-0x10: c\n1_000: d\n",
       "{\"16\":\"a\",\"420\":\"b\",\"-16\":\"c\",\"1000\":\"d\"}\n"},
      {"fractions", "1.50: a\n1e3: b\n1e6: c\n1e-5: d\n16777217.5: e\n0.0001: f\n100000.5: g\n",
       "{\"1.5\":\"a\",\"1000\":\"b\",\"1e+06\":\"c\",\"1e-05\":\"d\",\"1.6777218e+07\":\"e\",\"0.0001\":\"f\","
       "\"100000.5\":\"g\"}\n"},
      {"no numbers", ".inf: a\n-.INF: b\n.nan: c\n", "{\".inf\":\"a\",\"-.inf\":\"b\",\".nan\":\"c\"}\n"},
      {"dates and quotes", "2001-01-01: a\n\"on\": b\n", "{\"2001-01-01\":\"a\",\"on\":\"b\"}\n"},
      {"null", "null: 1\n", "1:1 a map's key must not be null\n"},
      {"nothing", "a: 1\n? \n: 1\n", "2:2 a map's key must not be null\n"},
      {"a list", "a: 1\n? [1, 2]\n: 1\n", "2:3 a map's key must be a scalar\n"},
      {"a map in flow", "{{a: b}: c}\n", "1:2 a map's key must be a scalar\n"},
      {"twice", "a: 1\nb: 2\na: 3\n",
       "warning 3:1 the key \"a\" stands twice in this map; the last one counts\n{\"a\":1,\"b\":2,\"a\":3}\n"},
      {"twice, spelt differently", "on: 1\ntrue: 3\n",
       "warning 2:1 the key \"true\" stands twice in this map; the last one counts\n{\"true\":1,\"true\":3}\n"},
  });
}

TEST(YamlReader, AnchorsAndMerges) {
  const std::string base = "b: &b {k: base, m: 2}\n";
  const std::string read = "{\"b\":{\"k\":\"base\",\"m\":2},\"c\":";
  for (const auto& [text, want] : std::initializer_list<std::pair<const char*, const char*>>{
           {"c: *b\n", "*{\"k\":\"base\",\"m\":2}}\n"},
           {"c:\n  <<: *b\n  k: own\n", "{\"k\":\"own\",*\"m\":*2}}\n"},
           {"c:\n  k: own\n  <<: *b\n", "{*\"k\":*\"base\",*\"m\":*2}}\n"},
           {"c:\n  <<: [{k: first}, *b]\n", "{*\"k\":*\"first\",*\"m\":*2}}\n"},
           {"c:\n  \"<<\": *b\n", "{\"<<\":*{\"k\":\"base\",\"m\":2}}}\n"},
           {"c:\n  !!str <<: *b\n", "{\"<<\":*{\"k\":\"base\",\"m\":2}}}\n"},
           {"c:\n  !!merge <<: *b\n", "{*\"k\":*\"base\",*\"m\":*2}}\n"},
           {"c:\n  <<: {on: 1}\n", "{*\"true\":*1}}\n"},
       }) {
    EXPECT_EQ(Dump::yaml(base + text), read + want) << text;
  }
  check({
      {"a scalar merged", "<<: 5\n", "1:5 a merge key (<<) takes a map or a list of maps\n"},
      {"a list of scalars merged", "<<: [{a: 1}, 5]\n", "1:14 a merge key (<<) takes a map or a list of maps\n"},
      {"no anchor", "a: *x\n", "1:4 no such anchor before this alias\n"},
      {"inside itself", "a: &x [*x]\n", "1:8 this alias stands inside the node that its anchor names\n"},
      {"anchors end with their document", "a: &x 1\n---\nb: *x\n",
       "{\"a\":1}\n3:4 no such anchor before this alias\n"},
      {"the newest anchor", "a: &x 1\nb: &x 2\nc: *x\n", "{\"a\":1,\"b\":2,\"c\":*2}\n"},
  });
}

// As kubectl 1.32 prints these, or refuses them.
TEST(YamlReader, Tags) {
  check({
      {"strings", "a: !!str 12\nb: ! 12\nc: !x 12\nd: !!foo 12\ne: !!str\n",
       "{\"a\":\"12\",\"b\":\"12\",\"c\":\"12\",\"d\":\"12\",\"e\":\"\"}\n"},
      {"resolved", "a: !!int \"12\"\nb: !!bool \"yes\"\nc: !!float 12\nd: !!null ''\n",
       "{\"a\":12,\"b\":yes=true,\"c\":12,\"d\":null}\n"},
      {"binary", "a: !!binary aGVsbG8=\nb: !!binary |\n  aGVs\n  bG8=\nc: !!binary gIGC\n",
       "{\"a\":\"hello\",\"b\":\"hello\",\"c\":\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"}\n"},
      {"binary that is none", "a: !!binary aGVsbG8\n", "1:4 this !!binary value is not base64\n"},
      {"binary with text behind its padding", "a: !!binary aA==aA==\n", "1:4 this !!binary value is not base64\n"},
      {"dates", "a: !!timestamp 2001-1-1\n", "{\"a\":\"2001-1-1\"}\n"},
      {"no date", "a: !!timestamp abc\n", "1:4 this text cannot be what its tag says\n"},
      {"no int", "a: !!int 1.5\n", "1:4 this text cannot be what its tag says\n"},
      {"empty int", "a: !!int ''\n", "1:4 this text cannot be what its tag says\n"},
      {"no null", "a: !!null abc\n", "1:4 this text cannot be what its tag says\n"},
      {"no float", "a: !!float 18446744073709551615\n", "1:4 this text cannot be what its tag says\n"},
      {"collections", "a: !x [1]\nb: !!str {c: 1}\n", "{\"a\":[1],\"b\":{\"c\":1}}\n"},
  });
}

TEST(YamlReader, Malformed) {
  check({
      {"an open list", "a: [1\n",
       "2:1 not YAML: did not find expected ',' or ']' while parsing a flow sequence\n"},
      {"a bad document hides no other", "a: 1\n---\nb: [1\n---\nc: 3\n---\nd: }\n---\ne: 5\n",
       "{\"a\":1}\n4:1 not YAML: did not find expected ',' or ']' while parsing a flow sequence\n{\"c\":3}\n"
       "7:4 not YAML: did not find expected node content while parsing a block node\n{\"e\":5}\n"},
      {"a marker within quotes", "a: \"x\n---\nb: 1\n",
       "2:1 not YAML: found unexpected document indicator while scanning a quoted scalar\n{\"b\":1}\n"},
      {"a tab for indentation", "a:\n\tb: 1\n",
       "2:1 not YAML: found character that cannot start any token while scanning for the next token\n"},
      {"not UTF-8", "a: 1\nb: \xFF\n", "2:4 not YAML: invalid leading UTF-8 octet\n"},
      {"a zero byte", std::string("a: 1\nb: \0\n", 10), "2:4 not YAML: control characters are not allowed\n"},
      {"behind other characters", "\xE6\x97\xA5: [\xC3\xA9, }\n",
       "1:8 not YAML: did not find expected node content while parsing a flow node\n"},
      {"an unknown escape", "a: \"\\q\"\n",
       "1:5 not YAML: found unknown escape character while parsing a quoted scalar\n"},
      {"a mapping in a plain scalar", "a: b: c\n",
       "1:5 not YAML: mapping values are not allowed in this context\n"},
  });
}

TEST(YamlReader, PlacesAreBytes) {
  EXPECT_EQ(Dump::yaml("\xC3\xA9: '\xE6\x97\xA5'\nb: [x]\n", {}, true),
            "@0-17 {@0-2 \"\xC3\xA9\":@4-9 \"\xE6\x97\xA5\",@10-11 \"b\":@13-16 [@14-15 \"x\"]}\n");
  const std::string far = "# " + std::string(500, 'x') + "\xC3\xA9\n";
  std::string text, want;
  for (int i = 0; i < 20; ++i) text += far;
  const Source source("", text += "a: 1\n");
  EXPECT_EQ(Dump::yaml(text, {}, true).substr(0, 20),
            ("@" + std::to_string(text.size() - 5) + "-" + std::to_string(text.size()) + " {@" +
             std::to_string(text.size() - 5))
                .substr(0, 20));
}

TEST(YamlReader, Limits) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int k = 0; k < 10; ++k) bomb += (k > 0 ? ", " : "") + before;
    bomb += "]\n";
  }
  EXPECT_EQ(Dump::yaml(bomb), "6:20 aliases repeat too many nodes (an alias bomb?)\n");

  Limits limits;
  limits.depth = 3;
  EXPECT_EQ(Dump::yaml("[[[1]]]\n", limits), "[[[1]]]\n");
  EXPECT_EQ(Dump::yaml("[[[[1]]]]\n", limits), "1:4 nested too deeply\n");
  EXPECT_EQ(Dump::yaml("a:\n b:\n  c:\n   d: 1\n---\nx: 1\n", limits), "4:4 nested too deeply\n{\"x\":1}\n");
  EXPECT_EQ(Dump::yaml(std::string(100'000, '[')), "1:201 nested too deeply\n");
}

// What is hostile must cost about as much as what is not: each of these takes minutes where it is quadratic.
TEST(YamlReader, HostileInputIsLinear) {
  const auto start = std::chrono::steady_clock::now();
  std::string bad, keys, merged = "b: &b {", line = "a: ";
  for (int i = 0; i < 30'000; ++i) bad += "a: }\xC3\xA9\n---\n";
  EXPECT_NE(Dump::yaml(bad).find("not YAML"), std::string::npos);
  for (int i = 0; i < 60'000; ++i) {
    keys += "k" + std::to_string(i) + ": 1\n";
    merged += "k" + std::to_string(i) + ": 1, ";
  }
  EXPECT_GT(Dump::yaml(keys).size(), 500'000U);
  EXPECT_GT(Dump::yaml(merged + "}\nc:\n  <<: *b\n  z: 1\n").size(), 500'000U);
  line += std::string(8'000'000, 'x') + "\n";
  EXPECT_GT(Dump::yaml(line).size(), 8'000'000U);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(60));
}

TEST(YamlReader, SplitsAtMarkers) {
  struct Split {
    std::string text;
    std::uint32_t target;
    std::vector<std::string> want;
  };
  for (const Split& c : {
           Split{"", 10, {}},
           Split{"a: 1\n---\nb: 2\n---\nc: 3\n", 1, {"a: 1\n", "---\nb: 2\n", "---\nc: 3\n"}},
           Split{"a: 1\n---\nb: 2\n---\nc: 3\n", 6, {"a: 1\n---\nb: 2\n", "---\nc: 3\n"}},
           Split{"a: |\n  ---\n  x\n", 1, {"a: |\n  ---\n  x\n"}},
           Split{"a: 1\n...\n%YAML 1.1\n---\nb: 2\n", 1, {"a: 1\n...\n%YAML 1.1\n---\nb: 2\n"}},
           Split{"---x\n--- y\r\n---\r\n", 1, {"---x\n", "--- y\r\n", "---\r\n"}},
       }) {
    std::vector<std::string> got;
    for (const Unit& unit : split_yaml(c.text, c.target))
      got.push_back(c.text.substr(unit.begin, unit.end - unit.begin));
    EXPECT_EQ(got, c.want) << c.text;
  }
}

}  // namespace
}  // namespace bulwark::document

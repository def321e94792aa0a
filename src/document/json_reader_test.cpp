#include <gtest/gtest.h>

#include "document/dump_for_test.h"

namespace bulwark::document {
namespace {

struct Case {
  const char* text;
  const char* want;
};

TEST(JsonReader, Values) {
  for (const Case& c : {
           Case{R"({"a":1,"b":[true,false,null,-1.5e3,"x"]})",
                R"({"a":1,"b":[true=true,false=false,null,-1.5e3,"x"]})"},
           Case{" [ ] ", "[]"},
           Case{"{\n}", "{}"},
           Case{R"("\"\\\/\b\f\r\t\n")", "\"\"\\/\b\f\r\t\\n\""},
           Case{R"("\u0041\u00e9\u65e5\ud83d\ude00")", "\"A\xC3\xA9\xE6\x97\xA5\xF0\x9F\x98\x80\""},
           Case{R"("\ud83d")", "\"\xEF\xBF\xBD\""},
           Case{R"("\ude00\ud83d\u0041")",
                "\"\xEF\xBF\xBD\xEF\xBF\xBD"
                "A\""},
           Case{R"("a\u0000b")", "\"a\\0b\""},
           Case{"\"caf\xC3\xA9\"", "\"caf\xC3\xA9\""},
           Case{"18446744073709551615", "18446744073709551615"},
           Case{"123456789012345678901234567890", "123456789012345678901234567890"},
           Case{"-0", "-0"},
           Case{"1e-400", "1e-400"},
       }) {
    EXPECT_EQ(Dump::json(c.text), std::string(c.want) + "\n") << c.text;
  }
  EXPECT_EQ(Dump::json(R"({"a":1,"a":2})"),
            "warning 1:8 the key \"a\" stands twice in this map; the last one counts\n{\"a\":1,\"a\":2}\n");
}

TEST(JsonReader, KindsOfNumbers) {
  for (const auto& [text, kind] : std::initializer_list<std::pair<const char*, Kind>>{
           {"9223372036854775807", Kind::integer},
           {"18446744073709551615", Kind::integer},
           {"18446744073709551616", Kind::real},
           {"-9223372036854775808", Kind::integer},
           {"-9223372036854775809", Kind::real},
           {"1.0", Kind::real},
           {"1e3", Kind::real},
           {"0", Kind::integer},
       }) {
    struct Kinds : DocumentSink {
      void on_document(const Node& root) override { kind = root.kind(); }
      void on_problem(Problem) override {}
      Kind kind = Kind::null;
    } sink;
    const Source source("", text);
    base::Arena arena;
    read_json(source, {0, static_cast<std::uint32_t>(std::string_view(text).size())}, 0, arena, {}, sink);
    EXPECT_EQ(sink.kind, kind) << text;
  }
}

TEST(JsonReader, Malformed) {
  for (const Case& c : {
           Case{"", "1:1 not JSON: the text ends too early"},
           Case{"{\"a\": 1,\n \"b\" 2}", "2:6 not JSON: a colon is missing"},
           Case{"{\"a\": 1,\n}", "2:1 not JSON: a key in quotes is missing"},
           Case{"{a: 1}", "1:2 not JSON: a key in quotes is missing"},
           Case{"[1,]", "1:4 not JSON: a value is missing"},
           Case{"[1 2]", "1:4 not JSON: a comma or closing bracket is missing"},
           Case{"{\"a\": 1 \"b\": 2}", "1:9 not JSON: a comma or closing brace is missing"},
           Case{"[1}", "1:3 not JSON: a comma or closing bracket is missing"},
           Case{"{\"a\": [1, 2", "1:12 not JSON: the text ends too early"},
           Case{"{\"a\": \"x", "1:7 not JSON: this string has no end"},
           Case{"{\"a\": \"x\\", "1:7 not JSON: this string has no end"},
           Case{"[\"\xC3\xA9\", \"\\x\"]", "1:8 not JSON: an escape that JSON does not have"},
           Case{"\"\\u12g4\"", "1:2 not JSON: four hexadecimal digits belong behind \\u"},
           Case{"\"a\nb\"", "1:3 not JSON: a control character within a string"},
           Case{"\"0123456789abcdef\xFF\"", "1:18 not JSON: a byte that is not UTF-8"},
           Case{"\"a\\n\xFF\"", "1:5 not JSON: a byte that is not UTF-8"},
           Case{"tru", "1:1 not JSON: a word that is none of JSON's"},
           Case{"nul1", "1:1 not JSON: a word that is none of JSON's"},
           Case{"01", "1:1 not JSON: a number must not begin with 0"},
           Case{"-", "1:2 not JSON: the text ends too early"},
           Case{"-a", "1:2 not JSON: a digit is missing"},
           Case{"1.", "1:3 not JSON: the text ends too early"},
           Case{"[1e+]", "1:5 not JSON: a digit is missing"},
           Case{"1e999", "1:1 not JSON: this number is too large"},
           Case{"+1", "1:1 not JSON: a value is missing"},
           Case{"{} x", "1:4 not JSON: text after the end of the value"},
           Case{"\xEF\xBB\xBF{}", "1:1 not JSON: a value is missing"},
       }) {
    EXPECT_EQ(Dump::json(c.text), std::string(c.want) + "\n") << c.text;
  }
  EXPECT_EQ(Dump::json(std::string(100'000, '[')), "1:201 nested too deeply\n");
}

TEST(JsonReader, Places) {
  EXPECT_EQ(Dump::json(R"({"a": ["\u0041", 12 ]})", {}, true),
            "@0-22 {@1-4 \"a\":@6-21 [@7-15 \"A\",@17-19 12]}\n");
}

std::string split(const std::string& text) {
  const auto list = split_json_list(text);
  if (!list) return "no list";
  const Source source("", text);
  Dump dump(source);
  base::Arena arena;
  for (const JsonList::Member& member : list->envelope) {
    dump.text += std::string(source.text(member.key)) + '=' + std::string(source.text(member.value)) + '\n';
  }
  dump.before_document = "item ";
  for (const Span& item : list->items) read_json(source, item, 0, arena, {}, dump);
  if (list->problem) dump.on_problem(*list->problem);
  return dump.text;
}

TEST(JsonList, Splits) {
  for (const Case& c : {
           Case{R"({"kind":"List","items":[{"a":1},{"b":[2]}]})",
                "\"kind\"=\"List\"\nitem {\"a\":1}\nitem {\"b\":[2]}\n"},
           Case{R"({"items":[{"a":1}],"kind":"PodList","metadata":{"x":"}"}})",
                "\"kind\"=\"PodList\"\n\"metadata\"={\"x\":\"}\"}\nitem {\"a\":1}\n"},
           Case{R"({"items":[]})", ""},
           Case{R"({"items":[{"kind":"List","items":[1]}]})", "item {\"kind\":\"List\",\"items\":[1]}\n"},
           Case{R"({"items":[{"a":"]}\"{[\\"},{"b":"\\\""}]})",
                "item {\"a\":\"]}\"{[\\\"}\nitem {\"b\":\"\\\"\"}\n"},
           Case{R"( {"items" : [ 1 , "x" ] } )", "item 1\nitem \"x\"\n"},
           Case{R"({"items":[1],"items":[2]})", "item 2\n"},
           Case{R"({"kind":"Pod","items":[1]})", "no list"},
           Case{R"({"kind":"List","items":{}})", "no list"},
           Case{R"({"kind":"List"})", "no list"},
           Case{R"([{"items":[1]}])", "no list"},
           Case{"", "no list"},
           Case{"{\"items\":[{\"a\":1},\n{\"a\":tru},{\"b\":2}]}",
                "item {\"a\":1}\n2:6 not JSON: a word that is none of JSON's\nitem {\"b\":2}\n"},
           Case{"{\"items\":[{\"a\":1},\n{\"b\":2}",
                "item {\"a\":1}\nitem {\"b\":2}\n2:8 not JSON: a comma or closing bracket is missing\n"},
           Case{"{\"items\":[{\"a\":1},\n{\"b\":[",
                "item {\"a\":1}\n2:1 not JSON: the text ends within this value\n"},
           Case{"{\"items\":[1,,2]}", "item 1\n1:13 not JSON: a value is missing\n"},
           Case{"{\"items\":[1]} x", "item 1\n1:15 not JSON: text after the end of the value\n"},
           Case{"{\"items\":[1],}", "item 1\n1:14 not JSON: a key in quotes is missing\n"},
       }) {
    EXPECT_EQ(split(c.text), c.want) << c.text;
  }
}

// The scanner looks at 64 bytes at a time: quotes, escapes and brackets must count across every border.
TEST(JsonList, ScansAcrossBlocks) {
  for (std::size_t padding = 0; padding < 140; ++padding) {
    for (const std::string& item :
         {std::string(R"({"a":"\\","b":"]}"})"), std::string(R"({"k\"{":["}\\\"",[[{}]]]})")}) {
      const std::string text = "{\"items\":[" + std::string(padding, ' ') + item + "," + item + "]}";
      const auto list = split_json_list(text);
      ASSERT_TRUE(list && list->items.size() == 2 && !list->problem) << text;
      for (const Span& span : list->items) EXPECT_EQ(text.substr(span.begin, span.end - span.begin), item);
    }
  }
}

TEST(JsonList, Streams) {
  const std::string text = "{\"a\":\"}\"}\n{\"b\":[{}]} [1] x";
  std::vector<std::string> got;
  for (const Span& span : split_json_stream(text)) got.push_back(text.substr(span.begin, span.end - span.begin));
  EXPECT_EQ(got, (std::vector<std::string>{"{\"a\":\"}\"}", "{\"b\":[{}]}", "[1]", "x"}));
}

}  // namespace
}  // namespace bulwark::document

#include "document/json_list_stream.h"

#include <gtest/gtest.h>

#include <random>

#include "document/json_list.h"

namespace bulwark::document {
namespace {

struct Streamed {
  std::string items;
  std::string problem;
  std::string metadata;
  bool operator==(const Streamed&) const = default;
};

// Feeds the text in pieces of at most `longest` bytes.
Streamed stream(std::string_view text, std::size_t longest, std::mt19937& random) {
  JsonListStream list;
  Streamed result;
  const auto on_item = [&](std::string_view item) {
    result.items += "<" + std::string(item) + ">";
    return true;
  };
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = 1 + random() % longest;
    // A copy of the exact size: what looks beyond it is found by the sanitizer.
    const std::string piece(text.substr(at, size));
    if (!list.feed(piece, on_item)) break;
    at += piece.size();
  }
  list.finish();
  if (list.problem()) result.problem = std::to_string(list.problem()->offset) + " " + list.problem()->message;
  result.metadata = list.member("metadata");
  return result;
}

TEST(JsonListStream, Table) {
  struct Case {
    const char *text, *items, *problem;
  };
  std::mt19937 random(1);  // NOLINT: the same cuts each time
  for (const Case& c : {
           Case{R"({"kind":"List","items":[{"a":1},{"b":[2,"]"]}]})", R"(<{"a":1}><{"b":[2,"]"]}>)", ""},
           Case{R"({"items":[{"a":"\\"}, {"b":"\"}"}],"kind":"PodList"})", R"(<{"a":"\\"}><{"b":"\"}"}>)", ""},
           Case{R"({"items":[],"kind":"List"})", "", ""},
           Case{R"({"items":[1, null ,"x"]} )", R"(<1><null><"x">)", ""},
           Case{R"({"kind":"Pod","items":[{}]})", "", "8 not JSON: its kind is no List"},
           Case{R"({"kind":"Status","message":"no"})", "", "8 not JSON: its kind is no List"},
           Case{R"({"items":{"a":1}})", "", "9 not JSON: the items are no list"},
           Case{R"({"items":[1],"items":[2]})", "<1>", "21 not JSON: there are two members named items"},
           Case{R"({"items":[1],"it\u0065ms":{}})", "<1>", "13 not JSON: a key of the list is in escapes"},
           Case{R"([{"kind":"List"}])", "", "0 not JSON: no object begins here"},
           Case{"<html>", "", "0 not JSON: no object begins here"},
           Case{"", "", "0 not JSON: the text ends too early"},
           Case{"{", "", "1 not JSON: the text ends too early"},
           Case{"{}", "", "2 not JSON: it has no items"},
           Case{R"({"items":[{"a":1},{"b":)", R"(<{"a":1}>)", "23 not JSON: the text ends too early"},
           Case{R"({"items":[{"a":1} {"b":2}]})", R"(<{"a":1}>)",
                "18 not JSON: a comma or closing bracket is missing"},
           Case{R"({"items":[1,]})", "<1>", "12 not JSON: a value is missing"},
           Case{R"({"items":[1],"kind":"List"} x)", "<1>", "28 not JSON: text after the end of the value"},
           Case{R"({"items":[1],"kind":"List")", "<1>", "26 not JSON: the text ends too early"},
       }) {
    for (const std::size_t longest : {1UL, 3UL, 20UL, 1000UL}) {
      Streamed got = stream(c.text, longest, random);
      EXPECT_EQ(got.items, c.items) << c.text;
      // Where a value that was cut began is not kept; the message must be the same.
      if (longest == 1000) {
        EXPECT_EQ(got.problem, c.problem) << c.text;
      } else {
        const std::string_view want = c.problem;
        const std::size_t words = want.find(' ');
        EXPECT_TRUE(want.empty() ? got.problem.empty() : got.problem.ends_with(want.substr(words)))
            << c.text << ": " << got.problem;
      }
    }
  }
}

TEST(JsonListStream, GivesTheEnvelope) {
  JsonListStream list;
  const auto ignore = [](std::string_view) { return true; };
  ASSERT_TRUE(
      list.feed(R"({"kind":"PodList","metadata":{"continue":"x"},"items":[{}],"metadata":{"a":[1]}})", ignore));
  ASSERT_TRUE(list.finish());
  EXPECT_EQ(list.member("kind"), R"("PodList")");
  EXPECT_EQ(list.member("metadata"), R"({"a":[1]})");
  EXPECT_EQ(list.member("items"), "");
  EXPECT_EQ(list.items(), 1U);
}

TEST(JsonListStream, StopsWhenAsked) {
  JsonListStream list;
  int seen = 0;
  EXPECT_FALSE(list.feed(R"({"items":[1,2,3)", [&](std::string_view) { return ++seen < 2; }));
  EXPECT_FALSE(list.feed("4]}", [&](std::string_view) { return ++seen < 2; }));
  EXPECT_EQ(seen, 2);
  EXPECT_TRUE(list.finish());
}

TEST(JsonListStream, KeepsItsBounds) {
  const auto ignore = [](std::string_view) { return true; };
  for (const std::string& text :
       {R"({"items":[")" + std::string(200, 'x') + R"("]})", R"({"metadata":")" + std::string(200, 'x') + R"("})",
        "{\"" + std::string(200, 'x') + "\":1}"}) {
    JsonListStream list({.item = 100, .envelope = 100});
    for (const char c : text) list.feed({&c, 1}, ignore);
    ASSERT_TRUE(list.problem()) << text;
    EXPECT_NE(list.problem()->message.find("too"), std::string::npos) << list.problem()->message;
  }
}

// Random lists, cut at random places, give what the splitter of whole texts gives.
TEST(JsonListStream, AgreesWithTheWholeText) {
  std::mt19937 random(7);  // NOLINT: the same lists each time
  const auto pick = [&](std::initializer_list<const char*> texts) {
    return texts.begin()[random() % texts.size()];
  };
  for (int round = 0; round < 300; ++round) {
    std::string text = R"({"kind":"PodList",)";
    text += pick({"", " \n", R"("metadata":{"resourceVersion":"7","x":["]","\\"]},)"});
    text += R"("items":[)";
    for (std::size_t i = 0, count = random() % 8; i < count; ++i) {
      if (i > 0) text += pick({",", " ,\n", ", "});
      text +=
          pick({R"({"a":"{[\"\\"})", R"([[],{},[{"b":"]}"}]])", "12", "null", R"("\\\"")", "{ }",
                R"({"long":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa{{{{"})"});
    }
    text += pick({"]}", "] , \"z\": 1 }\n", "],\"metadata\":{}}", "]", "] x", " "});
    const auto whole = split_json_list(text);
    ASSERT_TRUE(whole) << text;
    std::string want;
    for (const Span item : whole->items) want += "<" + text.substr(item.begin, item.end - item.begin) + ">";
    const Streamed got = stream(text, 1 + random() % 70, random);
    EXPECT_EQ(got.items, want) << text;
    EXPECT_EQ(got.problem.empty(), !whole->problem) << text << got.problem;
  }
}

}  // namespace
}  // namespace bulwark::document

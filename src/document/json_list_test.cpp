#include "document/json_list.h"

#include <gtest/gtest.h>

namespace bulwark::document {
namespace {

std::string shown(std::string_view text) {
  const auto list = split_json_list(text);
  if (!list) return "no list";
  std::string out;
  for (const Span item : list->items)
    out += "<" + std::string(text.substr(item.begin, item.end - item.begin)) + ">";
  if (list->problem) out += " " + std::to_string(list->problem->offset) + " " + list->problem->message;
  return out;
}

TEST(JsonList, Table) {
  struct Case {
    const char *text, *want;
  };
  for (const Case& c : {
           Case{R"({"kind":"List","items":[{"a":1},{"b":[2,"]"]}]})", R"(<{"a":1}><{"b":[2,"]"]}>)"},
           Case{R"({"items":[{"a":"\\"}, {"b":"\"}"}],"kind":"PodList"})", R"(<{"a":"\\"}><{"b":"\"}"}>)"},
           Case{R"({"items":[],"kind":"List"})", ""},
           Case{R"({"items":[1, null ,"x"]})", R"(<1><null><"x">)"},
           Case{R"({"kind":"Pod","items":[{}]})", "no list"},
           Case{R"({"kind":"ConfigMap","data":{"items":"[]"}})", "no list"},
           Case{R"({"items":{"a":1}})", "no list"},
           Case{R"({"items":[null],"kind":"List","items":{}})", "no list"},
           Case{R"({"items":[1],"items":[2]})", "<2>"},
           Case{R"({"items":[1],"it\u0065ms":{}})", "no list"},
           Case{R"([{"kind":"List"}])", "no list"},
           Case{"", "no list"},
           Case{"{", "no list"},
           Case{"{}", "no list"},
           Case{R"({"items":[{"a":1},{"b":)", R"(<{"a":1}> 18 not JSON: the text ends within this value)"},
           Case{R"({"items":[{"a":1} {"b":2}]})",
                R"(<{"a":1}> 18 not JSON: a comma or closing bracket is missing)"},
           Case{R"({"items":[1],"kind":"List"} x)", "<1> 28 not JSON: text after the end of the value"},
           Case{R"({"items":[1],"kind":"List")", "<1> 26 not JSON: a comma or closing brace is missing"},
           // Wide enough for the fast path, with brackets within strings at every place.
           Case{"{\"items\":[{\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa{{{{[[[\":\"}}}}]]]]bbbbbbbbbbbbbbbbbbbbbb\"}]}",
                "<{\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa{{{{[[[\":\"}}}}]]]]bbbbbbbbbbbbbbbbbbbbbb\"}>"},
       }) {
    EXPECT_EQ(shown(c.text), c.want) << c.text;
  }
}

}  // namespace
}  // namespace bulwark::document

#include "document/patch.h"

#include <gtest/gtest.h>

namespace bulwark::document {
namespace {

Json json(std::string_view text) { return Json::parse(text).value(); }

TEST(Json, KeepsOrderAndDigits) {
  for (const char* text : {R"({"z":1.50,"a":12345678901234567890,"m":[1e3,-0,null,true,"\n\u0001é"]})", "[]", "{}",
                           R"("")", "null", R"({"":{"":[[]]}})"}) {
    EXPECT_EQ(json(text).write(), text);
  }
  EXPECT_EQ(json(R"({"a":1,"b":2,"a":3})").write(), R"({"b":2,"a":3})");  // of equal keys the last counts
  EXPECT_EQ(Json::parse_yaml("a: 0x10\nb: yes\nc: 1.50\nd: '1'\ne:\n").value().write(),
            R"({"a":16,"b":true,"c":1.5,"d":"1","e":null})");
  EXPECT_FALSE(Json::parse("{").has_value());
  EXPECT_FALSE(Json::parse_yaml("a: 1\n---\nb: 2\n").has_value());
}

TEST(Json, EqualValuesAreEqual) {
  struct Case {
    const char *a, *b;
    bool equal;
  };
  for (const Case& c : {Case{R"({"a":1,"b":2})", R"({"b":2,"a":1})", true},
                        {"1", "1.0", true},
                        {"1", R"("1")", false},
                        {"[1,2]", "[2,1]", false},
                        {"9007199254740993", "9007199254740992", false},
                        {R"({"a":1})", R"({"a":1,"b":null})", false}}) {
    EXPECT_EQ(json(c.a) == json(c.b), c.equal) << c.a << " and " << c.b;
  }
}

TEST(MergePatch, JoinsAsRfc7386) {
  struct Case {
    const char *target, *patch, *result;
  };
  // The examples of RFC 7386, appendix A.
  for (const Case& c : {Case{R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
                        {R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
                        {R"({"a":"b"})", R"({"a":null})", "{}"},
                        {R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
                        {R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
                        {R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
                        {R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
                        {R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
                        {R"(["a","b"])", R"(["c","d"])", R"(["c","d"])"},
                        {R"({"a":"b"})", R"(["c"])", R"(["c"])"},
                        {R"({"a":"foo"})", "null", "null"},
                        {R"({"e":null})", R"({"a":1})", R"({"e":null,"a":1})"},
                        {"[1,2]", R"({"a":"b","c":null})", R"({"a":"b"})"},
                        {"{}", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"},
                        // ... but for this, in which evanphx/json-patch differs
                        {"{}", R"({"a":[null,{"b":null}]})", R"({"a":[null,{}]})"}}) {
    Json target = json(c.target);
    apply_merge_patch(target, json(c.patch));
    EXPECT_EQ(target.write(), c.result) << c.patch;
  }
}

TEST(JsonPatch, AppliesAllOrNothing) {
  struct Case {
    const char *target, *patch, *result;  // nullptr: refused
  };
  for (const Case& c :
       {Case{R"({"a":1})", R"([{"op":"add","path":"/b","value":[2]}])", R"({"a":1,"b":[2]})"},
        {R"([1,3])", R"([{"op":"add","path":"/1","value":2}])", "[1,2,3]"},
        {R"([1])", R"([{"op":"add","path":"/-","value":2}])", "[1,2]"},
        {R"([1])", R"([{"op":"add","path":"/2","value":2}])", nullptr},
        {R"([1])", R"([{"op":"add","path":"/01","value":2}])", nullptr},
        {R"({"a/b":1,"c~d":2})", R"([{"op":"remove","path":"/a~1b"},{"op":"test","path":"/c~0d","value":2}])",
         R"({"c~d":2})"},
        {R"({"a":1})", R"([{"op":"remove","path":"/a"},{"op":"test","path":"/b","value":1}])", nullptr},
        {R"({"a":{"b":1}})", R"([{"op":"move","from":"/a/b","path":"/c"}])", R"({"a":{},"c":1})"},
        {R"({"a":{"b":1}})", R"([{"op":"move","from":"/a","path":"/a/b/c"}])", nullptr},
        {R"({"a":[1]})", R"([{"op":"copy","from":"/a","path":"/b"}])", R"({"a":[1],"b":[1]})"},
        {R"({"a":1})", R"([{"op":"replace","path":"","value":[]}])", "[]"},
        {R"({"a":1})", R"({"op":"remove","path":"/a"})", nullptr},
        {R"({"a":1})", R"([{"op":"grow","path":"/a"}])", nullptr},
        {R"({"a":1})", R"([{"op":"remove"}])", nullptr},
        {R"({"a":1})", R"([{"op":"remove","path":"/a~2"}])", nullptr}}) {
    Json target = json(c.target);
    const auto done = apply_json_patch(target, json(c.patch));
    EXPECT_EQ(done.has_value(), c.result != nullptr) << c.patch;
    EXPECT_EQ(target.write(), c.result == nullptr ? c.target : c.result) << c.patch;
  }
}

TEST(JsonPatch, DoesNotGrowWithoutBound) {
  Json target = json(R"({"a":["0123456789"]})");
  std::string patch = "[";
  for (int i = 0; i < 40; ++i) patch += R"({"op":"copy","from":"/a","path":"/a/-"},)";
  patch.back() = ']';
  EXPECT_FALSE(apply_json_patch(target, json(patch), 1000).has_value());
  std::string deep = "[";
  for (int i = 0; i < 40; ++i)
    deep +=
        R"({"op":"move","from":"/a","path":"/b"},{"op":"add","path":"/a","value":[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]},{"op":"move","from":"/b","path":"/a/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0"},)";
  deep.back() = ']';
  Json other = json(R"({"a":[]})");
  EXPECT_FALSE(apply_json_patch(other, json(deep)).has_value());
}

}  // namespace
}  // namespace bulwark::document

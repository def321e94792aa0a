#include "document/edit.h"

#include <gtest/gtest.h>

namespace bulwark::document {
namespace {

FieldPath spec() { return FieldPath("spec"); }

Edit set(FieldPath path, Literal value) { return {Edit::Kind::set, std::move(path), std::move(value)}; }
Edit append(FieldPath path, Literal value) { return {Edit::Kind::append, std::move(path), std::move(value)}; }
Edit remove(FieldPath path) { return {Edit::Kind::remove, std::move(path), {}}; }

const Literal yes = Literal::boolean(true);
const Literal no = Literal::boolean(false);

struct Case {
  const char* name;
  std::string before;
  Edit edit;
  std::string after;
};

void check(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    const auto result = apply_edit(c.before, c.edit);
    ASSERT_TRUE(result.has_value()) << c.name << ": " << result.error().message;
    EXPECT_EQ(*result, c.after) << c.name;
    if (c.edit.kind != Edit::Kind::set) continue;
    const auto again = apply_edit(*result, c.edit);
    if (again) {
      EXPECT_EQ(*again, *result) << c.name << ", the second time";
    }
  }
}

TEST(Edit, SetsScalars) {
  check({
      {"plain", "a: 1\nb: x\n", set("a", Literal::integer(2)), "a: 2\nb: x\n"},
      {"same value", "a:   0x10   # c\n", set("a", Literal::integer(16)), "a:   0x10   # c\n"},
      {"same string", "a: 'x'\n", set("a", Literal::string("x")), "a: 'x'\n"},
      {"comment stays", "a: 1   # why\nb: 2\n", set("a", yes), "a: true   # why\nb: 2\n"},
      {"double quotes stay", "image: \"nginx\" # c\n", set("image", Literal::string("nginx:1")),
       "image: \"nginx:1\" # c\n"},
      {"single quotes stay", "image: 'nginx'\n", set("image", Literal::string("it's")), "image: 'it''s'\n"},
      {"quotes go for a boolean", "a: \"false\"\n", set("a", yes), "a: true\n"},
      {"quotes come for a string", "a: x\n", set("a", Literal::string("yes")), "a: \"yes\"\n"},
      {"quotes for a date", "a: x\n", set("a", Literal::string("2024-01-01")), "a: \"2024-01-01\"\n"},
      {"line ends in a value", "a: x\n", set("a", Literal::string("1\n\t2")), "a: \"1\\n\\t2\"\n"},
      {"control characters", "a: x\n", set("a", Literal::string("\x01\x7F")), "a: \"\\x01\\x7f\"\n"},
      {"not ASCII", "a: x\n", set("a", Literal::string("caf\xC3\xA9")), "a: \"caf\xC3\xA9\"\n"},
      {"behind text that is not ASCII", "\xC3\xA9: \xE6\x97\xA5\nb: 1 # \xC3\xA9\n", set("b", yes),
       "\xC3\xA9: \xE6\x97\xA5\nb: true # \xC3\xA9\n"},
      {"multi-line plain", "a: one\n  two\nb: 1\n", set("a", Literal::string("x")), "a: x\nb: 1\n"},
      {"multi-line quoted", "a: \"one\n  two\"  # c\nb: 1\n", set("a", Literal::string("x")),
       "a: \"x\"  # c\nb: 1\n"},
      {"literal", "a: |\n  one\n  two\n\nb: 1\n", set("a", Literal::string("x")), "a: x\n\nb: 1\n"},
      {"literal with a comment", "a: |-  # c\n  one\nb: 1\n", set("a", Literal::string("x")), "a: x # c\nb: 1\n"},
      {"literal that keeps", "a: |+\n  one\n\nb: 1\n", set("a", no), "a: false\nb: 1\n"},
      {"empty value", "a:\nb: 1\n", set("a", yes), "a: true\nb: 1\n"},
      {"empty value with a comment", "a:   # c\nb: 1\n", set("a", yes), "a: true   # c\nb: 1\n"},
      {"null", "a: ~ # c\n", set("a", yes), "a: true # c\n"},
      {"in a list", "a:\n- x # 1\n- y # 2\n", set(FieldPath("a") / 1, Literal::string("z")),
       "a:\n- x # 1\n- z # 2\n"},
      {"empty item", "a:\n-\n- w\n", set(FieldPath("a") / 0, Literal::string("z")), "a:\n- z\n- w\n"},
      {"without a last line end", "a: 1", set("a", yes), "a: true"},
      {"CRLF", "a: 1 # c\r\nb: 2\r\n", set("a", yes), "a: true # c\r\nb: 2\r\n"},
      {"byte order mark",
       "\xEF\xBB\xBF"
       "a: 1\n",
       set("a", yes),
       "\xEF\xBB\xBF"
       "a: true\n"},
      {"between markers", "# top\n---\na: 1\n...\n# end\n", set("a", yes), "# top\n---\na: true\n...\n# end\n"},
      {"a key that is no string", "on: 1\n", set("true", yes), "on: true\n"},
      {"a number as key", "0x10: 1\n", set("16", yes), "0x10: true\n"},
      {"an alias goes", "a: &x 1\nb: *x\n", set("b", yes), "a: &x 1\nb: true\n"},
      {"an unused anchor stays", "a: &x 1\nb: 2\n", set("a", yes), "a: &x true\nb: 2\n"},
      {"a tag goes", "a: !!str 1 # c\n", set("a", yes), "a: true # c\n"},
      {"to an empty map", "a: 1\n", set("a", {Literal::Shape::empty_mapping, {}}), "a: {}\n"},
  });
}

TEST(Edit, MakesWhatIsMissing) {
  check({
      {"at the end", "a: 1\nb: 2\n", set("c", yes), "a: 1\nb: 2\nc: true\n"},
      {"at the end without a line end", "a: 1", set("c", yes), "a: 1\nc: true"},
      {"in a map", "spec:\n  a: 1 # c\n\nkind: x\n", set(spec() / "b", yes),
       "spec:\n  a: 1 # c\n  b: true\n\nkind: x\n"},
      {"two maps", "spec:\n  a: 1\n", set(spec() / "b" / "c", yes), "spec:\n  a: 1\n  b:\n    c: true\n"},
      {"four spaces", "spec:\n    a: 1\n", set(spec() / "b" / "c", yes),
       "spec:\n    a: 1\n    b:\n        c: true\n"},
      {"in a list's item", "c:\n- name: x\n  image: y\n- name: z\n",
       set(FieldPath("c") / 0 / "securityContext" / "privileged", no),
       "c:\n- name: x\n  image: y\n  securityContext:\n    privileged: false\n- name: z\n"},
      {"in an empty value", "spec:\n  securityContext:\n  x: 1\n",
       set(spec() / "securityContext" / "runAsNonRoot", yes),
       "spec:\n  securityContext:\n    runAsNonRoot: true\n  x: 1\n"},
      {"in an empty value with a comment", "securityContext:  # c\nx: 1\n",
       set(FieldPath("securityContext") / "a", yes), "securityContext:  # c\n  a: true\nx: 1\n"},
      {"in null", "s: null # c\nx: 1\n", set(FieldPath("s") / "a", yes), "s: # c\n  a: true\nx: 1\n"},
      {"in {}", "s: {} # c\nx: 1\n", set(FieldPath("s") / "a" / "b", yes), "s: # c\n  a:\n    b: true\nx: 1\n"},
      {"in {} of a list", "s:\n- {}\n", set(FieldPath("s") / 0 / "a", yes), "s:\n- {a: true}\n"},
      {"in an empty item", "s:\n-\n- b\n", set(FieldPath("s") / 0 / "a" / "b", yes),
       "s:\n- a:\n    b: true\n- b\n"},
      {"a list, indented", "x:\n  - 1\n", set(FieldPath("c") / "drop", Literal::strings({"ALL", "yes"})),
       "x:\n  - 1\nc:\n  drop:\n    - ALL\n    - \"yes\"\n"},
      {"a list, not indented", "x:\n- 1\n", set(FieldPath("c") / "drop", Literal::strings({"ALL"})),
       "x:\n- 1\nc:\n  drop:\n  - ALL\n"},
      {"an empty list", "x: 1\n", set("c", Literal::strings({})), "x: 1\nc: []\n"},
      {"a key with a slash", "metadata:\n  name: x\n",
       set(FieldPath("metadata") / "annotations" / "a.b/c", Literal::string("true")),
       "metadata:\n  name: x\n  annotations:\n    a.b/c: \"true\"\n"},
      {"keys that need quotes", "a: 1\n", set(FieldPath("on") / "x: y", yes), "a: 1\n\"on\":\n  \"x: y\": true\n"},
      {"behind a literal", "a: |\n  x\n\n# c\nb: |\n  y\n", set("c", yes),
       "a: |\n  x\n\n# c\nb: |\n  y\nc: true\n"},
      {"behind a literal that keeps", "s:\n  a: |+\n    x\n\nb: 1\n", set(spec(), yes),
       "s:\n  a: |+\n    x\n\nb: 1\nspec: true\n"},
      {"inside, behind a literal that keeps", "s:\n  a: |+\n    x\n\nb: 1\n", set(FieldPath("s") / "c", yes),
       "s:\n  a: |+\n    x\n\n  c: true\nb: 1\n"},
      {"comments behind the last key", "s:\n  a: 1\n  # c\nb: 1\n", set(FieldPath("s") / "c", yes),
       "s:\n  a: 1\n  c: true\n  # c\nb: 1\n"},
      {"CRLF", "s:\r\n  a: 1\r\n", set(FieldPath("s") / "b" / "c", yes),
       "s:\r\n  a: 1\r\n  b:\r\n    c: true\r\n"},
      {"CRLF, empty", "s:\r\nt: 1\r\n", set(FieldPath("s") / "b", yes), "s:\r\n  b: true\r\nt: 1\r\n"},
      {"a list's item, padded to its column", "    name: a\n    spec:\n      x: 1\n    ", set(spec() / "z", yes),
       "    name: a\n    spec:\n      x: 1\n      z: true\n    "},
      {"behind a literal without a last line end", "s:\n  a: |\n    x", set(FieldPath("s") / "b", yes),
       "s:\n  a: |-\n    x\n  b: true"},
      {"flow", "s: {a: 1} # c\n", set(FieldPath("s") / "b" / "c", yes), "s: {a: 1, b: {c: true}} # c\n"},
      {"flow, a value that is missing", "s: {a: , b}\n", set(FieldPath("s") / "a", yes), "s: {a: true , b}\n"},
      {"flow, a key alone", "s: {a, b}\n", set(FieldPath("s") / "b", yes), "s: {a, b: true}\n"},
      {"flow, null to a map", "s: {a: null}\n", set(FieldPath("s") / "a" / "b", yes), "s: {a: {b: true}}\n"},
      {"flow, with a comma at the end", "s: [a, b,]\n", append("s", Literal::string("c")), "s: [a, b, c]\n"},
      {"flow on lines", "s: {\n  a: 1, # one\n  b: 2 # two\n}\n", set(FieldPath("s") / "c", yes),
       "s: {\n  a: 1, # one\n  b: 2, # two\n  c: true\n}\n"},
      {"flow on lines with a comma at the end", "s: [\n  a, # one\n]\n", append("s", Literal::string("b")),
       "s: [\n  a, # one\n  b,\n]\n"},
      {"after a merge key", "b: &b {x: 1}\nc:\n  <<: *b\n  y: 2\n", set(FieldPath("c") / "z", yes),
       "b: &b {x: 1}\nc:\n  <<: *b\n  y: 2\n  z: true\n"},
      {"after nothing but a merge key", "b: &b {x: 1}\nc:\n  <<: *b\n", set(FieldPath("c") / "z", yes),
       "b: &b {x: 1}\nc:\n  <<: *b\n  z: true\n"},
  });
}

TEST(Edit, ReplacesCollections) {
  check({
      {"a block map", "a:\n  # one\n  b: 1 # two\n  c: 2\nd: 3\n", set("a", yes),
       "a: true\n  # one\n  # two\nd: 3\n"},
      {"a flow map", "a: {b: 1} # c\n", set("a", yes), "a: true # c\n"},
      {"a flow list keeps its style", "drop: [NET_RAW] # c\n", set("drop", Literal::strings({"ALL", "X"})),
       "drop: [ALL, X] # c\n"},
      {"a block list", "drop:\n- a # one\n- b\nx: 1\n", set("drop", Literal::strings({"ALL"})),
       "drop:\n# one\n- ALL\nx: 1\n"},
      {"a block list keeps its indentation", "x:\n- 1\ndrop:\n    - a\n", set("drop", Literal::strings({"ALL"})),
       "x:\n- 1\ndrop:\n    - ALL\n"},
      {"a block list without a last line end", "drop:\n  - a", set("drop", Literal::strings({"ALL"})),
       "drop:\n  - ALL"},
      {"a block list by an empty one", "drop:\n- a\nx: 1\n", set("drop", Literal::strings({})),
       "drop: []\nx: 1\n"},
      {"a scalar by a list", "drop: ALL # c\nx: 1\n", set("drop", Literal::strings({"ALL"})),
       "drop: # c\n  - ALL\nx: 1\n"},
      {"a literal by a list", "drop: |  # c\n  ALL\nx: 1\n", set("drop", Literal::strings({"ALL"})),
       "drop: # c\n  - ALL\nx: 1\n"},
      {"a map in a list", "a:\n- b: 1 # one\n  c: 2 # two\n- d\n", set(FieldPath("a") / 0, yes),
       "a:\n# one\n- true # two\n- d\n"},
  });
}

TEST(Edit, Removes) {
  check({
      {"a member", "a: 1\nb: 2\nc: 3\n", remove("b"), "a: 1\nc: 3\n"},
      {"the first", "a: 1\nb: 2\n", remove("a"), "b: 2\n"},
      {"the last", "a: 1\nb: 2", remove("b"), "a: 1\n"},
      {"its comment stays", "a: 1\nb: 2 # why\nc: 3\n", remove("b"), "a: 1\n# why\nc: 3\n"},
      {"comments inside stay", "a:\n  # one\n  b: 1 # two\nc: 3\n", remove("a"), "# one\n# two\nc: 3\n"},
      {"a literal", "a: 1\nb: | # c\n  x\n  # no comment\n\nc: 3\n", remove("b"), "a: 1\n# c\n\nc: 3\n"},
      {"blank lines behind a literal that keeps them", "a: |+\n  x\nb: 1\n\nc: 3\n", remove("b"),
       "a: |+\n  x\nc: 3\n"},
      {"behind a literal", "a: |\n  x\nb:\n  # c\n  y: 1\nc: 3\n", remove("b"), "a: |\n  x\n# c\nc: 3\n"},
      {"the only member", "a:\n  b: 1 # c\nd: 1\n", remove(FieldPath("a") / "b"), "a: {}\n  # c\nd: 1\n"},
      {"the only member of the document", "a: 1 # c\n", remove("a"), "{} # c\n"},
      {"the only item", "a: # x\n  - b # c\nd: 1\n", remove(FieldPath("a") / 0), "a: [] # x\n  # c\nd: 1\n"},
      {"the only member of an item", "a:\n- b: 1 # c\n- d\n", remove(FieldPath("a") / 0 / "b"),
       "a:\n- {} # c\n- d\n"},
      {"the first key of an item", "a:\n- b: 1 # one\n  # two\n  c: 2\n", remove(FieldPath("a") / 0 / "b"),
       "a:\n# one\n# two\n- c: 2\n"},
      {"an item", "a:\n  - name: x\n    image: y # c\n  - name: z\n", remove(FieldPath("a") / 0),
       "a:\n  # c\n  - name: z\n"},
      {"the last item", "a:\n  - name: x\n  - name: z\n    b: 1\nc: 1\n", remove(FieldPath("a") / 1),
       "a:\n  - name: x\nc: 1\n"},
      {"the first of a list in a list", "- - a\n  - b\n", remove(FieldPath() / 0 / 0), "- - b\n"},
      {"an empty value", "a: 1\nb:\nc: 2\n", remove("b"), "a: 1\nc: 2\n"},
      {"CRLF", "a: 1\r\nb: 2 # c\r\nd: 1\r\n", remove("b"), "a: 1\r\n# c\r\nd: 1\r\n"},
      {"flow, first", "s: {a: 1, b: 2}\n", remove(FieldPath("s") / "a"), "s: {b: 2}\n"},
      {"flow, last", "s: {a: 1, b: 2 }\n", remove(FieldPath("s") / "b"), "s: {a: 1 }\n"},
      {"flow, only", "s: { a: 1 }\n", remove(FieldPath("s") / "a"), "s: {}\n"},
      {"flow, with a comma at the end", "s: [a, b,]\n", remove(FieldPath("s") / 1), "s: [a, ]\n"},
      {"flow on lines", "s: [\n  a, # one\n  b, # two\n  c # three\n]\n", remove(FieldPath("s") / 1),
       "s: [\n  a, # one\n  # two\n  c # three\n]\n"},
      {"flow on lines, last", "s: [\n  a, # one\n  b # two\n]\n", remove(FieldPath("s") / 1),
       "s: [\n  a # one\n  # two\n]\n"},
      {"flow on lines, plain", "s: [\n  a,\n  b,\n  c\n]\n", remove(FieldPath("s") / 1), "s: [\n  a,\n  c\n]\n"},
      {"a merge key stays", "b: &b {x: 1}\nc:\n  z: 2\n  <<: *b\nd: 1\n", remove(FieldPath("c") / "z"),
       "b: &b {x: 1}\nc:\n  <<: *b\nd: 1\n"},
  });
}

TEST(Edit, Appends) {
  check({
      {"block", "a:\n- x # c\nb: 1\n", append("a", Literal::string("w")), "a:\n- x # c\n- w\nb: 1\n"},
      {"block, indented", "a:\n  - x\n  - k: 1\n    l: 2\nb: 1\n", append("a", Literal::string("w")),
       "a:\n  - x\n  - k: 1\n    l: 2\n  - w\nb: 1\n"},
      {"a missing list", "s:\n  b: 1\n", append(FieldPath("s") / "c" / "d", Literal::string("w")),
       "s:\n  b: 1\n  c:\n    d:\n      - w\n"},
      {"an empty value", "a: # c\nb: 1\n", append("a", Literal::string("w")), "a: # c\n  - w\nb: 1\n"},
      {"an empty list", "a: [] # c\n", append("a", Literal::string("w")), "a: [w] # c\n"},
      {"flow", "a: [x]\n", append("a", Literal::string("y, z")), "a: [x, \"y, z\"]\n"},
      {"a number", "a:\n- 1\n", append("a", Literal::integer(2)), "a:\n- 1\n- 2\n"},
      {"an empty map", "a:\n- 1\n", append("a", {Literal::Shape::empty_mapping, {}}), "a:\n- 1\n- {}\n"},
  });
}

TEST(Edit, Json) {
  const std::string lines = "{\n  \"kind\": \"Pod\",\n  \"spec\": {\n    \"a\": 1\n  },\n  \"e\": {}\n}\n";
  check({
      {"compact set", R"({"a":1,"b":"x"})", set("b", Literal::string("y\"\x01")), R"({"a":1,"b":"y\"\u0001"})"},
      {"compact add", R"({"a":1,"b":{"c":2}})", set(FieldPath("b") / "d" / "e", yes),
       R"({"a":1,"b":{"c":2,"d":{"e":true}}})"},
      {"compact, in an empty map", R"({"a":1,"b":{}})", set(FieldPath("b") / "d", yes),
       R"({"a":1,"b":{"d":true}})"},
      {"compact, in null", R"({"a":1,"b":null})", set(FieldPath("b") / "d", yes), R"({"a":1,"b":{"d":true}})"},
      {"compact append", R"({"a":["x"]})", append("a", Literal::string("w")), R"({"a":["x","w"]})"},
      {"spaced", R"({"a": 1, "b": {"c": 2}})", set(FieldPath("b") / "d", yes),
       R"({"a": 1, "b": {"c": 2, "d": true}})"},
      {"escapes that YAML lacks", R"({"a":"\/\ud83d\ude00","b":1})", set("b", yes),
       R"({"a":"\/\ud83d\ude00","b":true})"},
      {"remove first", R"({"a":1,"b":2})", remove("a"), R"({"b":2})"},
      {"remove last", R"({"a":1,"b":2})", remove("b"), R"({"a":1})"},
      {"remove only", R"({"a":{"b":1}})", remove(FieldPath("a") / "b"), R"({"a":{}})"},
      {"lines, add", lines, set(FieldPath("spec") / "b", Literal::strings({"x", "y"})),
       "{\n  \"kind\": \"Pod\",\n  \"spec\": {\n    \"a\": 1,\n    \"b\": [\n      \"x\",\n      \"y\"\n    ]\n  "
       "},\n  \"e\": {}\n}\n"},
      {"lines, in an empty map", lines, set(FieldPath("e") / "f" / "g", yes),
       "{\n  \"kind\": \"Pod\",\n  \"spec\": {\n    \"a\": 1\n  },\n  \"e\": {\n    \"f\": {\n      \"g\": true\n "
       "   }\n  }\n}\n"},
      {"lines, remove", lines, remove("spec"), "{\n  \"kind\": \"Pod\",\n  \"e\": {}\n}\n"},
      {"lines, remove the last", lines, remove("e"),
       "{\n  \"kind\": \"Pod\",\n  \"spec\": {\n    \"a\": 1\n  }\n}\n"},
      {"tabs", "{\n\t\"a\": 1\n}\n", set(FieldPath("b") / "c", yes),
       "{\n\t\"a\": 1,\n\t\"b\": {\n\t\t\"c\": true\n\t}\n}\n"},
      {"CRLF", "{\r\n  \"a\": 1\r\n}\r\n", set("b", yes), "{\r\n  \"a\": 1,\r\n  \"b\": true\r\n}\r\n"},
  });
}

TEST(Edit, RefusesWithTheReason) {
  struct Refusal {
    const char* text;
    Edit edit;
    const char* why;
  };
  for (const Refusal& c : {
           Refusal{"a: [", set("a", yes),
                   "not YAML: did not find expected node content while parsing a flow node"},
           Refusal{"# nothing\n", set("a", yes), "the text holds no document"},
           Refusal{"a: 1\n---\nb: 1\n", set("a", yes), "the text holds more than one document"},
           Refusal{"a: x\n", set(FieldPath("a") / "b", yes), "the path leads through a value that is no map"},
           Refusal{"a: [x]\n", set(FieldPath("a") / "b", yes), "the path leads through a value that is no map"},
           Refusal{"a: [x]\n", set(FieldPath("a") / 3 / "b", yes), "the list has no such item"},
           Refusal{"a: [x]\n", remove(FieldPath("a") / 3), "there is nothing to remove at that place"},
           Refusal{"a: x\n", append("a", yes), "the field is no list"},
           Refusal{"a: 1\n", set(FieldPath(), yes), "an edit needs a path"},
           Refusal{"a: &x {b: 1}\nc: *x\n", set(FieldPath("a") / "b", yes),
                   "the place is shared through the anchor &x"},
           Refusal{"a: &x {b: 1}\nc: *x\n", set(FieldPath("c") / "b", yes),
                   "the place is shared through an alias"},
           Refusal{"a: &x {b: 1}\nc: {<<: *x}\n", set(FieldPath("c") / "b", yes),
                   "the field comes through a merge key and is shared"},
           Refusal{"a: 1\na: 2\n", set("a", yes), "the key \"a\" stands twice in its map"},
           Refusal{"? a\n: 1\n", set("a", yes), "the key is written with an explicit ? mark"},
           Refusal{"? a\n:\n  b: 1\n", set(FieldPath("a") / "b", yes),
                   "the key is written with an explicit ? mark"},
           Refusal{"a: !x {b: 1}\n", set(FieldPath("a") / "b", yes),
                   "the path leads through a collection with a tag"},
           Refusal{"a: [x: 1]\n", set(FieldPath("a") / 0 / "y", yes),
                   "the map is a pair without braces in a flow list"},
           Refusal{"a: 1\n", set("a", Literal::string("\xFF")), "the new value is not UTF-8"},
           Refusal{"{\"a\": 1", set("a", yes),
                   "not YAML: did not find expected ',' or '}' while parsing a flow mapping"},
           Refusal{"a: {x: &y 1}\nb: *y\n", remove("a"),
                   "the edited text would not parse: no such anchor before this alias"},
       }) {
    const auto result = apply_edit(c.text, c.edit);
    EXPECT_EQ(result ? "made: " + *result : result.error().message, c.why) << c.text;
  }
}

TEST(Edit, SeveralInTurn) {
  const std::vector<Edit> edits{set(spec() / "a", yes), set(spec() / "b", no),
                                append(spec() / "c", Literal::string("x"))};
  const auto result = apply_edits("kind: Pod\n", edits);
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(*result, "kind: Pod\nspec:\n  a: true\n  b: false\n  c:\n    - x\n");
}

}  // namespace
}  // namespace bulwark::document

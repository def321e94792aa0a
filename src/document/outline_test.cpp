// What an outline remembers is what locate() finds in the tree.
#include "document/outline.h"

#include <gtest/gtest.h>

#include "document/reader.h"

namespace bulwark::document {
namespace {

class Compare : public DocumentSink {
 public:
  Compare(std::string_view text, const std::vector<FieldPath>& paths) : text_(text), paths_(paths) {}

  void on_document(const Node& root) override {
    base::Arena arena;
    const Outline outline(root, text_, arena);
    for (const FieldPath& path : paths_) {
      const auto offset = outline.offset(path);
      if (!offset) {
        unknown += path.text() + ' ';
        continue;
      }
      const Located where = locate(root, path);
      EXPECT_EQ(*offset, where.offset(where.steps == path.steps().size())) << text_ << path.text();
      ++known;
    }
  }
  void on_problem(Problem) override {}

  int known = 0;
  std::string unknown;

 private:
  std::string_view text_;
  const std::vector<FieldPath>& paths_;
};

TEST(Outline, GivesWhatLocateGives) {
  std::string data = "data:\n";
  for (int i = 0; i < 40; ++i) data += "  k" + std::to_string(i) + ": v\n";
  const FieldPath spec("spec");
  struct Case {
    std::string text;
    std::vector<FieldPath> paths;
    int known;
    std::string unknown;
  };
  for (const Case& c : {
           Case{"kind: A\nspec:\n  replicas: 3\n  a: {b: 1}\n",
                {spec, spec / "replicas", spec / "nothing", "kind", FieldPath("x") / "y", spec / "a",
                 FieldPath("kind") / "x", spec / "x" / "y" / 1, spec / "a" / "b", FieldPath(), FieldPath() / 0,
                 spec / 0},
                8,
                "spec.a.b  [0] spec[0] "},
           Case{"spec: {a: 1}\nspec: {a: 2, a: 3}\n", {spec, spec / "a"}, 2, ""},
           Case{"base: &b {a: 1, c: 2}\nspec:\n  <<: *b\n  a: 2\n", {spec / "a", spec / "c"}, 2, ""},
           Case{"spec: [1, 2]\n", {spec, spec / "a", spec / 1}, 2, "spec[1] "},
           Case{"spec:\n", {spec, spec / "a"}, 2, ""},
           Case{data + "spec:\n  a: 1\n", {"data", FieldPath("data") / "k3", spec / "a"}, 2, "data.k3 "},
           Case{"\"sp\\u0065c\": {\"\\u0061\": 1}\n", {spec, spec / "a"}, 2, ""},
           Case{"{}\n", {spec}, 0, "spec "},
           Case{"text\n", {spec}, 0, "spec "},
       }) {
    Compare sink(c.text, c.paths);
    const Source source("", c.text);
    base::Arena arena;
    read_yaml(source, {0, static_cast<std::uint32_t>(c.text.size())}, arena, {}, sink);
    EXPECT_EQ(sink.known, c.known) << c.text;
    EXPECT_EQ(sink.unknown, c.unknown) << c.text;
  }
}

}  // namespace
}  // namespace bulwark::document

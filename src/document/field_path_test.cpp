#include "document/field_path.h"

#include <gtest/gtest.h>

#include "document/dump_for_test.h"

namespace bulwark::document {
namespace {

TEST(FieldPath, Text) {
  EXPECT_EQ(FieldPath().text(), "");
  EXPECT_EQ((FieldPath("spec") / "containers" / 0 / "image").text(), "spec.containers[0].image");
  EXPECT_EQ((FieldPath("metadata") / "annotations" / "a.b/c").text(), "metadata.annotations[\"a.b/c\"]");
  EXPECT_EQ((FieldPath("a") / (FieldPath("b") / 1)).text(), "a.b[1]");
  EXPECT_EQ((FieldPath() / 2 / "").text(), "[2][\"\"]");
}

TEST(FieldPath, Locates) {
  struct Sink : DocumentSink {
    void on_document(const Node& root) override {
      struct Case {
        FieldPath path;
        std::size_t steps;
        std::uint32_t offset;
      };
      for (const Case& c : {
               Case{FieldPath("a") / "b" / 1, 3, 10},
               Case{FieldPath("a") / "b" / 2, 2, 4},
               Case{FieldPath("a") / "x" / "y", 1, 0},
               Case{FieldPath("c"), 1, 24},
               Case{FieldPath("nothing"), 0, 0},
               Case{FieldPath("c") / "d", 1, 21},
           }) {
        const Located at = locate(root, c.path);
        EXPECT_EQ(at.steps, c.steps) << c.path.text();
        EXPECT_EQ(at.offset(at.steps == c.path.steps().size()), c.offset) << c.path.text();
      }
      ++documents;
    }
    void on_problem(Problem) override { ++warnings; }
    int documents = 0, warnings = 0;
  } sink;
  const Source source("", "a: {b: [1,2]}\nc: 1  \nc: 2\n");
  base::Arena arena;
  read_yaml(source, {0, static_cast<std::uint32_t>(source.text().size())}, arena, {}, sink);
  EXPECT_EQ(sink.documents, 1);
  EXPECT_EQ(sink.warnings, 1);
}

}  // namespace
}  // namespace bulwark::document

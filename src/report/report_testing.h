// What the tests of all writers share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "document/reader.h"

namespace bulwark::report::sample {

// Fails the test when the text is not that of testdata/NAME.golden; UPDATE_GOLDEN=1 rewrites it.
void expect_golden(const std::string& name, const std::string& text);

// A page without its style and its script: what comes from src/report/html is not what these tests are about.
std::string without_assets(std::string html);

// Keeps the one tree that a JSON text is.
struct Reader : document::DocumentSink {
  void on_document(const document::Node& root) override { read = root; }
  void on_problem(document::Problem problem) override { problems.push_back(problem.message); }
  document::Node read;
  std::vector<std::string> problems;
};

struct Json {
  explicit Json(std::string text) : size(text.size()), padded(std::move(text) + std::string(64, '\0')) {
    const auto length = static_cast<std::uint32_t>(size);
    const document::Source source("report.json", std::string_view(padded).substr(0, size));
    document::read_json(source, {0, length}, 64, arena, {}, reader);
  }
  const document::Node& root() const { return reader.read; }

  std::size_t size;
  std::string padded;
  base::Arena arena;
  Reader reader;
};

// Names of the elements of an XML or HTML text in order; fails the test when tags do not nest, an attribute has no
// quotes, or a character is there that XML 1.0 (2.2) does not allow. `open` are elements that have no end tag.
std::vector<std::string> elements(std::string_view text, const std::vector<std::string>& open = {});

}  // namespace bulwark::report::sample

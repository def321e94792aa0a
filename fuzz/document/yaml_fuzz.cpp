// YAML from foreign bytes, whole and cut into units. Besides crashes this looks for broken promises: spans lie in
// the text, children within bounds, and cutting a stream at its markers changes nothing.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "document/reader.h"

namespace {

using namespace bulwark::document;

void require(bool holds) {
  if (!holds) std::abort();
}

class Checker : public DocumentSink {
 public:
  explicit Checker(const Source& source) : source_(source) {}

  void on_document(const Node& root) override {
    check(root, 0);
    ++documents;
  }
  void on_problem(Problem problem) override {
    require(problem.offset <= source_.text().size() && !problem.message.empty());
    const Position at = source_.position(problem.offset);
    require(at.line >= 1 && at.line <= source_.line_count() && at.column >= 1);
    if (problem.severity == Problem::Severity::error) ++errors;
  }

  std::size_t documents = 0, errors = 0;

 private:
  void check(const Node& node, std::uint32_t depth) {
    require(node.begin() <= node.end() && node.end() <= source_.text().size());
    // Aliases may nest what they repeat deeper than it stands.
    require(depth <= 400'000);
    if (++visited_ > 2'000'000) return;
    for (const Node& item : node.items()) check(item, depth + 1);
    for (const Member& member : node.members()) {
      require(member.key.is_string());
      require(node.find(member.key.text()) != nullptr);
      check(member.value, depth + 1);
    }
    node.boolean();
    node.integer();
  }

  const Source& source_;
  std::size_t visited_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string converted;
  std::string_view text;
  if (!to_utf8({reinterpret_cast<const char*>(data), size}, converted, text)) return 0;
  const Source source("", text);
  bulwark::base::Arena arena;
  Limits limits;
  limits.alias_nodes = 10'000;
  Checker whole(source), pieces(source);
  read_yaml(source, {0, static_cast<std::uint32_t>(text.size())}, arena, limits, whole);
  std::uint32_t at = 0;
  for (const Unit& unit : split_yaml(text, 1)) {
    require(unit.begin == at && unit.end > unit.begin);
    at = unit.end;
    read_yaml(source, unit, arena, limits, pieces);
  }
  require(at == text.size());
  if (whole.errors == 0 && pieces.errors == 0) require(whole.documents <= pieces.documents);
  return 0;
}

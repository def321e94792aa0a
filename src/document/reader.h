#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/arena.h"
#include "document/node.h"
#include "document/source.h"

namespace bulwark::document {

// What keeps hostile input from costing more than it weighs.
struct Limits {
  std::uint32_t depth = 200;            // nesting of collections
  std::uint32_t alias_nodes = 400'000;  // nodes that aliases may repeat within one document (go-yaml's own bound)
};

// Something that a reader found wrong in the text.
struct Problem {
  enum class Severity : std::uint8_t { warning, error };
  Severity severity = Severity::error;
  std::uint32_t offset = 0;
  std::string message;
};

// Receives what a reader finds, in the order of the text.
class DocumentSink {
 public:
  virtual ~DocumentSink() = default;
  // The tree lives in the arena that the reader was given; the sink may reset that arena before it returns, and
  // must copy what it keeps.
  virtual void on_document(const Node& root) = 0;
  // A document with an error problem is not delivered.
  virtual void on_problem(Problem problem) = 0;
};

// A run of whole YAML documents within a source.
using Unit = Span;

// Cuts a YAML stream at its document markers into units of about `target` bytes (a longer document stays whole),
// so that threads can share one file. A line that begins with --- is a marker wherever it stands
// (YAML 1.2, 9.1.2).
std::vector<Unit> split_yaml(std::string_view text, std::uint32_t target);

// Reads the documents of one unit. A document that is malformed is reported, and reading goes on at the next
// marker.
void read_yaml(const Source& source, Unit unit, base::Arena& arena, const Limits& limits, DocumentSink& sink);

// Reads one JSON value from the given bytes of a source. `padding`: how many bytes behind the source's text may be
// looked at (their values do not matter); 16 or more make the end of a text as fast as its middle, 0 is right as
// well.
void read_json(const Source& source, Span span, std::size_t padding, base::Arena& arena, const Limits& limits,
               DocumentSink& sink);

}  // namespace bulwark::document

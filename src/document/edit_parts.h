#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "document/node.h"
#include "document/source.h"

namespace bulwark::document::editing {

// A document as it is written, for edits: unlike the tree of Nodes it keeps aliases, merge keys, anchors and tags,
// and its spans end where the written text ends.
struct Part {
  enum class What : std::uint8_t { scalar, alias, mapping, sequence };
  What what = What::scalar;
  Style style = Style::plain;
  Kind kind = Kind::null;  // of a scalar
  bool tagged = false;
  std::string_view anchor;     // its name in the text, empty when there is none
  std::string text;            // of a scalar; for a key as Kubernetes turns it into a string
  std::uint32_t begin = 0;     // where its anchor or tag stands, or else the same as content
  std::uint32_t content = 0;   // where the value itself begins
  std::uint32_t end = 0;       // behind the last byte of the value; an empty value ends behind its colon or dash
  std::vector<Part> children;  // of a list its items; of a map key, value, key, value

  bool is_collection() const { return what == What::mapping || what == What::sequence; }
  bool is_flow() const { return style == Style::flow || style == Style::json; }
  bool is_empty_scalar() const { return what == What::scalar && content == end && style == Style::plain; }
  bool is_block_scalar() const { return style == Style::literal || style == Style::folded; }
};

// The parts of a text that the YAML reader has accepted as one document.
base::Result<Part> parse_yaml_parts(std::string_view text);

// The parts of a JSON document, from its tree.
Part json_parts(const Node& root);

// Where the comments of a YAML document stand, from the # to the end of the line, in order.
std::vector<Span> find_comments(std::string_view text, const Part& root);

// The next byte from `at` on that is neither white space, line end nor comment; valid between two tokens.
std::uint32_t skip_blank(std::string_view text, std::uint32_t at);

}  // namespace bulwark::document::editing

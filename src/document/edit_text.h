// Helpers of apply_edit: where things stand in a text, and how new ones are written.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "document/edit.h"
#include "document/node.h"

namespace bulwark::document::editing {

// Replaces bytes [begin, end) of the text.
struct Replacement {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::string text;
};

// A document with its tree and the habits of its author.
struct Draft {
  std::string_view text;
  Node root;
  bool json = false;          // strings and keys are always quoted, collections are in flow style
  std::string_view line_end;  // "\n" or "\r\n"
  std::uint32_t step = 2;     // columns that a block mapping is indented by

  std::uint32_t line_begin(std::uint32_t at) const;
  // Where the line ends: at its line end characters, or at the end of the text.
  std::uint32_t line_break(std::uint32_t at) const;
  // The first byte of the next line.
  std::uint32_t next_line(std::uint32_t at) const;
  std::uint32_t column(std::uint32_t at) const { return at - line_begin(at); }
  // Only blanks stand before it on its line.
  bool is_first_on_line(std::uint32_t at) const;
};

Draft make_draft(std::string_view text, const Node& root);

// One past the last byte of what a node says: unlike end(), without the comments and blank lines behind a block.
std::uint32_t content_end(const Draft& draft, const Node& node);

// The comments in [begin, end), each with its # and without its line end; # within scalars is none.
std::vector<std::string_view> comments_in(const Draft& draft, std::uint32_t begin, std::uint32_t end);

bool is_block(const Node& node);

// As a value on one line, in the style of the document: RuntimeDefault, "1.0", [ALL], ["ALL"], {}.
std::string inline_text(const Draft& draft, const Literal& value);
std::string key_text(const Draft& draft, std::string_view key);

// "a: {b: value}" without the outer braces: nested maps on one line, for flow collections.
std::string inline_member(const Draft& draft, std::span<const Step> keys, const Literal& value, bool list_item);

// Lines "a:", "  b: value", each indented by `indent` and more, joined by line ends, without one at the end.
std::string block_member(const Draft& draft, std::span<const Step> keys, const Literal& value, bool list_item,
                         std::uint32_t indent);

}  // namespace bulwark::document::editing

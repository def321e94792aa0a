#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "document/edit.h"
#include "document/edit_parts.h"

namespace bulwark::document::editing {

// One step from a collection to what it holds.
struct Place {
  const Part* part = nullptr;    // the value
  const Part* parent = nullptr;  // nullptr for the root
  std::size_t index = 0;         // of the value among parent->children

  const Part* key() const {
    return parent != nullptr && parent->what == Part::What::mapping ? &parent->children[index - 1] : nullptr;
  }
};

// What an edit adds: the maps named by `keys`, one in another, and in the innermost the literal; `as_item` puts
// the literal into a new list first.
struct Growth {
  std::vector<std::string_view> keys;
  const Literal* literal = nullptr;
  bool as_item = false;
};

// How a document is laid out, as far as new text has to follow it.
struct Layout {
  std::string unit = "  ";      // one level of indentation
  std::size_t list_indent = 2;  // of a block list below its key, in spaces
  std::string_view line_end = "\n";
  bool json = false;   // every string quoted
  bool lines = false;  // JSON with each member on a line of its own
  std::string_view colon = ": ";
  std::string_view comma = ", ";
};

// A text with changes that are not made yet.
class Draft {
 public:
  // `comments` in the order of the text.
  Draft(std::string_view text, const Part& root, std::vector<Span> comments);

  std::string_view text() const { return text_; }
  const Layout& layout() const { return layout_; }
  char at(std::uint32_t offset) const { return offset < text_.size() ? text_[offset] : '\0'; }

  std::uint32_t line_begin(std::uint32_t at) const;
  std::uint32_t line_end(std::uint32_t at) const;   // before the line end's own bytes
  std::uint32_t next_line(std::uint32_t at) const;  // behind them
  std::size_t column(std::uint32_t at) const { return at - line_begin(at); }
  std::string_view indentation(std::uint32_t at) const;  // the white space that begins the line
  bool starts_line(std::uint32_t at) const;              // only white space before it on its line
  bool ends_line(std::uint32_t at) const;                // only white space from it to the end of its line

  std::vector<std::string_view> comments_in(std::uint32_t begin, std::uint32_t end) const;
  // Those comments as whole lines with this indentation.
  std::string comment_lines(std::uint32_t begin, std::uint32_t end, std::string_view indentation) const;

  void replace(std::uint32_t begin, std::uint32_t end, std::string text);
  void insert(std::uint32_t at, std::string text) { replace(at, at, std::move(text)); }
  // New lines behind the line of `at`.
  void insert_lines(std::uint32_t at, const std::string& lines);
  // The text with all changes made; they must not overlap.
  std::string finish() const;

 private:
  struct Change {
    std::uint32_t begin, end;
    std::string text;
  };
  std::string_view text_;
  std::vector<Span> comments_;
  Layout layout_;
  std::vector<Change> changes_;  // in the order of their places
  // Header of a block scalar (|, >) that ends the text without a line end, which its value then lacks as well.
  std::optional<Span> open_scalar_;
};

// Behind the colon of a key; 0 when there is none (a set-like {a, b}).
std::uint32_t behind_colon(const Draft& draft, const Part& key);
// Whether a key is written with its question mark.
bool is_explicit(std::string_view text, const Part& key);
// Where the dash of a block list's item stands.
std::uint32_t dash_of(const Draft& draft, const Part& list, std::size_t index);

// A scalar as text; `like` is the style to keep where it can be kept.
std::string scalar_text(const Draft& draft, const std::string& text, bool verbatim, bool flow, Style like);
std::string key_literal(const Draft& draft, std::string_view key, bool flow);
// A literal on one line (in indented JSON on several, when it is a list): true, "x", [a, b], {}.
std::string inline_text(const Draft& draft, const Literal& literal, bool flow, Style like,
                        std::string_view indentation);
// The value that a growth adds, without the first `from` of its keys, in flow style.
std::string flow_value(const Draft& draft, const Growth& growth, std::size_t from, std::string_view indentation);
// "key: value" of a growth in block style, on lines of which all but the first are indented; `column` is the
// key's.
std::string block_member(const Draft& draft, const Growth& growth, std::size_t column);

// The lines of a block list that holds the literal of a growth (its strings, or as an item the literal itself).
std::string list_lines(const Draft& draft, const Growth& growth, std::size_t dash_column);

// The edits of block collections (edit_block.cpp) and of flow collections and JSON (edit_flow.cpp).
base::Result<> replace_value(Draft& draft, const Place& place, const Literal& literal);
base::Result<> fill_block_value(Draft& draft, const Place& place, const Growth& growth);
base::Result<> add_to_block(Draft& draft, const Part& collection, const Growth& growth);
base::Result<> remove_from_block(Draft& draft, const Place& place, const Place& collection);
base::Result<> add_to_flow(Draft& draft, const Part& collection, const Growth& growth);
base::Result<> remove_from_flow(Draft& draft, const Place& place);

// An error when the second text is anything else than the first with this edit made (edit_verify.cpp).
base::Result<> verify_edit(const Node& before, const Node& after, const Edit& edit);
// Whether a node has exactly the value of a literal.
bool has_value(const Node& node, const Literal& literal);

}  // namespace bulwark::document::editing

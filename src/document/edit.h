#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "document/field_path.h"
#include "document/reader.h"

namespace bulwark::document {

// A value that an edit writes: a scalar, a list of scalars, or an empty map.
struct Literal {
  enum class Shape : std::uint8_t { string, verbatim, strings, empty_mapping };
  Shape shape = Shape::string;
  std::vector<std::string>
      texts;  // one for string and verbatim (true, 1, null: written as it is), any number for strings

  static Literal string(std::string_view text) { return {Shape::string, {std::string(text)}}; }
  static Literal boolean(bool value) { return {Shape::verbatim, {value ? "true" : "false"}}; }
  static Literal integer(std::int64_t value) { return {Shape::verbatim, {std::to_string(value)}}; }
  static Literal strings(std::vector<std::string> values) { return {Shape::strings, std::move(values)}; }
};

// One change to a document.
struct Edit {
  enum class Kind : std::uint8_t {
    set,     // the field gets this value; maps on the way that are missing are made
    remove,  // the member or list item goes away; comments that stand in it stay, as lines of their own
    append,  // the list gets one more item at its end; a missing list is made
  };
  Kind kind = Kind::set;
  FieldPath path;
  Literal value;
};

// The text of one document with one edit made, the smallest that does it: comments, order, quoting, indentation
// and line ends of everything else stay as they are. Works on block and flow YAML and on JSON, compact or
// indented.
//
// `text` holds exactly one document (whatever stands before its first and after its last node is kept). Errors,
// with the reason in one clause: the text does not parse; the path leads through a scalar, or to an item that is
// not there; the place is shared through an anchor, an alias or a merge key, so that the edit would change other
// places too; a key that stands twice; an explicit `? key`; a tagged collection. Setting a field to the value that
// it already has returns the text unchanged.
base::Result<std::string> apply_edit(std::string_view text, const Edit& edit, const Limits& limits = {});

// The same for several edits in turn; each sees what those before it made. The first error ends it.
base::Result<std::string> apply_edits(std::string_view text, std::span<const Edit> edits,
                                      const Limits& limits = {});

}  // namespace bulwark::document

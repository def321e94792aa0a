#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "document/reader.h"
#include "document/source.h"

namespace bulwark::document {

// A JSON object that is a List, cut into pieces that can be read one by one, by several threads if need be.
struct JsonList {
  struct Member {
    Span key;  // with its quotes
    Span value;
  };
  std::vector<Span> items;
  std::vector<Member> envelope;    // all members but items: apiVersion, kind, metadata
  std::optional<Problem> problem;  // the text is broken between items; those before that place are here
};

// Cuts the object in `span` of a text at its items. Nothing when it is no List: no object, no member `items` that
// is an array, or a kind that does not end in List. Keys may come in any order; of several members `items` the
// last counts. Looks at brackets and strings only: whether an item is well-formed is for read_json to say. Offsets
// are those of the whole text.
std::optional<JsonList> split_json_list(std::string_view text, Span span);
inline std::optional<JsonList> split_json_list(std::string_view text) {
  return split_json_list(text, {0, static_cast<std::uint32_t>(text.size())});
}

// The values of a text that holds several, one behind the other ({...} {...}, as kubectl and jq write them). What
// cannot be cut is one last span.
std::vector<Span> split_json_stream(std::string_view text);

}  // namespace bulwark::document

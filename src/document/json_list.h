#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "document/source.h"

namespace bulwark::document {

// The items of a JSON List, found without reading them: `kubectl get pods -A -o json` of a large cluster is
// hundreds of megabytes, of which no tree is made as a whole.
struct JsonList {
  std::vector<Span> items;  // each is one JSON value (if it is JSON at all)
  // Where the text stops to be a List, when it does; the items before it stand.
  std::uint32_t wrong_at = 0;
  std::string wrong;  // empty: nothing is wrong
};

// nullopt when the text is no JSON object with a member `items` that is a list, or has a `kind` that does not end
// in List. Members may stand in any order. Only brackets and strings are looked at, at about a gigabyte a second:
// what is wrong within an item shows when it is read.
std::optional<JsonList> split_json_list(std::string_view text);

}  // namespace bulwark::document

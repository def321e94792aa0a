// Where an edit goes: the way through the tree, checked for everything that would make it unsafe.
#pragma once

#include <vector>

#include "document/edit_text.h"

namespace bulwark::document::editing {

// The nodes on the way to an edit's place.
struct Place {
  std::vector<const Node*> nodes;  // the root and then one for each step that was taken
  std::vector<const Node*> keys;   // of each step: the member's key, nullptr for a list item
  std::size_t taken = 0;           // how many steps exist

  const Node& deepest() const { return *nodes.back(); }
};

// Errors say why the place must not be touched.
base::Result<Place> find_place(const Draft& draft, const Edit& edit);

// The text changes of each kind of edit.
base::Result<Replacement> set_existing(const Draft& draft, const Place& place, const Literal& value);
base::Result<Replacement> insert_member(const Draft& draft, const Place& place, std::span<const Step> missing,
                                        const Literal& value, bool list_item);
base::Result<Replacement> append_item(const Draft& draft, const Place& place, const Literal& value);
base::Result<Replacement> remove_member(const Draft& draft, const Place& place, const Step& last);

}  // namespace bulwark::document::editing

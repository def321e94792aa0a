// How the lists and maps of Kubernetes' own kinds are merged: by which keys the items of a list are told apart.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace bulwark::kube {

enum class ListMerge : std::uint8_t {
  replace,  // the new list takes the place of the old one
  by_key,   // items with the same key are merged
  set,      // values are joined
};

// For strategic merge patches (tags patchStrategy and patchMergeKey) and for server-side apply (markers listType,
// listMapKey, mapType) of a field in k8s.io/api, release 1.32.
struct FieldMerge {
  ListMerge patch = ListMerge::replace;
  std::string_view patch_key = {};
  bool retain_keys = false;  // a patch may name the keys that stay
  bool replace_map = false;  // a map that a patch replaces whole
  ListMerge apply = ListMerge::replace;
  std::array<std::string_view, 2> apply_keys{};  // the second may be empty
  bool atomic_map = false;                       // a map that has one owner
};

// `kind`: of the object; `parent`: the field that the map or the list's item around lies in ("" for the object
// itself); `field`: the member. Custom kinds have plain maps and atomic lists.
FieldMerge field_merge(std::string_view kind, std::string_view parent, std::string_view field);

}  // namespace bulwark::kube

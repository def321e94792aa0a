#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace bulwark::kube {

// One label or annotation. The texts belong to the arena or the source of the object that carries it.
struct Label {
  std::string_view key;
  std::string_view value;

  friend bool operator==(const Label&, const Label&) = default;
};
using Labels = std::span<const Label>;

// Value of a label, of a key that is there twice the last, as in YAML; a null view (data() == nullptr) when it is
// not there.
inline std::string_view find_label(Labels labels, std::string_view key) {
  for (std::size_t i = labels.size(); i-- > 0;) {
    if (labels[i].key == key) return labels[i].value;
  }
  return {};
}

}  // namespace bulwark::kube

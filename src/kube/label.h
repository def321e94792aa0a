#pragma once

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

// Value of a label; a null view (data() == nullptr) when it is not there.
inline std::string_view find_label(Labels labels, std::string_view key) {
  for (const Label& label : labels) {
    if (label.key == key) return label.value;
  }
  return {};
}

}  // namespace bulwark::kube

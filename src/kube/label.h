#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace bulwark::kube {

// A label or an annotation. The texts belong to somebody else (as a rule the arena of the model).
struct Label {
  std::string_view key, value;

  bool operator==(const Label&) const = default;
};

using Labels = std::span<const Label>;

// The value of a label; of a key that is there twice, the last (as in YAML).
inline std::optional<std::string_view> find_label(Labels labels, std::string_view key) {
  for (std::size_t i = labels.size(); i-- > 0;) {
    if (labels[i].key == key) return labels[i].value;
  }
  return std::nullopt;
}

}  // namespace bulwark::kube

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace bulwark::kube {

// A text that a manifest may leave out. Unset and empty differ in Kubernetes, and they differ here.
inline bool is_set(std::string_view text) { return text.data() != nullptr; }

// A whole number, in decimal, or a string, as it was written (intstr.IntOrString).
struct IntOrString {
  std::string_view text;
  bool is_string = false;

  bool set() const { return text.data() != nullptr; }
};

// A quantity: a string, or a number as it is sent in JSON.
struct Scalar {
  std::string_view text;

  bool set() const { return text.data() != nullptr; }
};

// A field of which only the presence is kept.
struct Presence {
  bool present = false;

  explicit operator bool() const { return present; }
};

using OptionalInt = std::optional<std::int64_t>;
using OptionalBool = std::optional<bool>;

}  // namespace bulwark::kube

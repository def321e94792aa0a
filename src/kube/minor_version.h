#pragma once

#include <compare>
#include <cstdint>

namespace bulwark::kube {

// A Kubernetes release without its patch: 1.34.
struct MinorVersion {
  std::uint16_t major = 1;
  std::uint16_t minor = 0;

  friend constexpr auto operator<=>(const MinorVersion&, const MinorVersion&) = default;
};

// The newest release whose rules Bulwark knows.
inline constexpr MinorVersion latest_version{1, 37};

}  // namespace bulwark::kube

#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace bulwark::kube {

// A minor release of Kubernetes: 1.34.
struct Minor {
  std::uint16_t major = 1;
  std::uint16_t number = 0;

  // "1.34", "v1.34" or "latest" (kLatest), as the labels of Pod Security admission have it; numbers without
  // leading zeros. A patch release is an error here: see Version.
  static base::Result<Minor> parse(std::string_view text);

  // "1.34"
  std::string text() const;

  constexpr auto operator<=>(const Minor&) const = default;
};

// The newest release that Bulwark has facts about.
inline constexpr Minor kLatest{1, 37};

// A version of a server, a kubelet or an image: "1.34", "v1.34.2", "1.34.2-alpha.1+build", "v1.29.0-eks-abc". The
// texts belong to somebody else.
struct Version {
  std::uint32_t major = 0, minor_number = 0, patch = 0;
  bool has_patch = false;        // false for "1.34", which compares as 1.34.0
  std::string_view pre_release;  // behind '-': "alpha.1", "eks-abc"
  std::string_view build;        // behind '+'; plays no part in comparisons

  // An optional "v", two or three numbers without leading zeros, and semver's optional parts behind them.
  static base::Result<Version> parse(std::string_view text);

  // "1.34.2-alpha.1+build", without "v".
  std::string text() const;

  Minor minor() const { return {static_cast<std::uint16_t>(major), static_cast<std::uint16_t>(minor_number)}; }

  // Precedence of semver 2.0.0: 1.34.0-alpha.1 comes before 1.34.0, and so do the vendors' "-eks-abc" and
  // "-gke.100"; ask minor() where that matters.
  friend std::weak_ordering operator<=>(const Version& a, const Version& b);
  friend bool operator==(const Version& a, const Version& b) { return (a <=> b) == 0; }
};

// The apiVersion of an object. The texts belong to somebody else.
struct GroupVersion {
  std::string_view group;  // empty for the core group
  std::string_view version;

  // "apps/v1", "v1" (schema.ParseGroupVersion).
  static base::Result<GroupVersion> parse(std::string_view api_version);

  // "apps/v1", "v1"
  std::string text() const;

  bool operator==(const GroupVersion&) const = default;
};

// Order of API versions by what Kubernetes prefers (CompareKubeAwareVersionStrings): v10 > v2 > v1 > v11beta2 >
// v10beta3 > v12alpha1 > foo1 > foo10.
std::strong_ordering compare_api_versions(std::string_view a, std::string_view b);

}  // namespace bulwark::kube

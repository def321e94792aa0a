#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "kube/minor_version.h"

namespace bulwark::posture {

// A month, which ends with its last day.
struct Month {
  std::uint16_t year = 0;
  std::uint8_t month = 0;

  friend constexpr auto operator<=>(const Month&, const Month&) = default;
  std::string text() const;  // "2026-03"
};

// How long AKS supports a minor release: in general, and for clusters with long-term support.
struct AksVersion {
  kube::MinorVersion minor;
  Month community_end;
  Month lts_end;
};

// The release calendar of https://learn.microsoft.com/azure/aks/supported-kubernetes-versions, page of 2026-08-05.
// What is older is out of support altogether.
inline constexpr Month aks_calendar_date{2026, 8};
inline constexpr std::array aks_calendar{
    AksVersion{{1, 29}, {2025, 3}, {2026, 4}},   AksVersion{{1, 30}, {2025, 8}, {2026, 7}},
    AksVersion{{1, 31}, {2025, 11}, {2026, 11}}, AksVersion{{1, 32}, {2026, 3}, {2027, 3}},
    AksVersion{{1, 33}, {2026, 7}, {2027, 7}},   AksVersion{{1, 34}, {2026, 11}, {2027, 11}},
    AksVersion{{1, 35}, {2027, 3}, {2028, 3}},   AksVersion{{1, 36}, {2027, 6}, {2028, 6}},
    AksVersion{{1, 37}, {2027, 10}, {2028, 10}},
};

// What AKS does for a minor release, by the calendar.
enum class AksSupport : std::uint8_t { none, ended, lts, community };
struct AksState {
  AksSupport support = AksSupport::community;  // also of releases that are newer than the calendar
  const AksVersion* row = nullptr;             // nullptr with `none`, and for newer releases
};
AksState aks_state(kube::MinorVersion minor);

// What is wrong with a release that `who` ("kubelet v1.29.1") runs: that AKS supports it no more, or with
// long-term support alone. Empty for what has the support of everybody.
std::string support_fault(std::string_view who, kube::MinorVersion minor);

}  // namespace bulwark::posture

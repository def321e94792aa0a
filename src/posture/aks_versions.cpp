#include "posture/aks_versions.h"

#include <fmt/format.h>

#include <algorithm>

namespace bulwark::posture {

std::string Month::text() const { return fmt::format("{}-{:02}", year, month); }

AksState aks_state(kube::MinorVersion minor) {
  const auto row = std::find_if(aks_calendar.begin(), aks_calendar.end(),
                                [&](const AksVersion& each) { return each.minor == minor; });
  if (row == aks_calendar.end()) {
    return {minor > aks_calendar.back().minor ? AksSupport::community : AksSupport::none, nullptr};
  }
  if (row->lts_end < aks_calendar_date) return {AksSupport::ended, &*row};
  return {row->community_end < aks_calendar_date ? AksSupport::lts : AksSupport::community, &*row};
}

std::string support_fault(std::string_view who, kube::MinorVersion minor) {
  const auto [support, row] = aks_state(minor);
  switch (support) {
    case AksSupport::none:
      return fmt::format("{}: AKS does not support Kubernetes {} any more", who, minor.text());
    case AksSupport::ended:
      return fmt::format("{}: AKS ended all support of Kubernetes {} with {}", who, row->minor.text(),
                         row->lts_end.text());
    case AksSupport::lts:
      return fmt::format("{}: Kubernetes {} has long-term support alone since {}, until {}", who,
                         row->minor.text(), row->community_end.text(), row->lts_end.text());
    case AksSupport::community:
      break;
  }
  return {};
}

}  // namespace bulwark::posture

#include "posture/aks_versions.h"

#include <algorithm>

namespace bulwark::posture {

AksState aks_state(kube::MinorVersion minor) {
  const auto row = std::find_if(aks_calendar.begin(), aks_calendar.end(),
                                [&](const AksVersion& each) { return each.minor == minor; });
  if (row == aks_calendar.end()) {
    return {minor > aks_calendar.back().minor ? AksSupport::community : AksSupport::none, nullptr};
  }
  if (row->lts_end < aks_calendar_date) return {AksSupport::ended, &*row};
  return {row->community_end < aks_calendar_date ? AksSupport::lts : AksSupport::community, &*row};
}

}  // namespace bulwark::posture

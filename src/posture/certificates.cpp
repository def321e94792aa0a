#include "posture/certificates.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/rfc3339.h"
#include "posture/living.h"

namespace bulwark::posture {

std::optional<CertificateFault> fault_of(const kube::CertificateFact& certificate,
                                         const kube::Inventory& inventory, finding::Severity expired) {
  using std::chrono::days, std::chrono::seconds;
  const auto now = read_at(inventory), from = base::parse_rfc3339(certificate.not_before),
             until = base::parse_rfc3339(certificate.not_after);
  if (!now || !from || !until) return std::nullopt;
  if (*until <= *now) return CertificateFault{fmt::format("expired at {}", certificate.not_after), expired};
  if (*from > *now) {
    return CertificateFault{fmt::format("is not valid before {}", certificate.not_before), expired};
  }
  const seconds left = *until - *now;
  if (left >= std::min<seconds>(days(30), (*until - *from) / 3)) return std::nullopt;
  return CertificateFault{fmt::format("expires at {}", certificate.not_after),
                          left < days(7) ? finding::Severity::high : finding::Severity::medium};
}

}  // namespace bulwark::posture

#pragma once

#include <optional>
#include <string>

#include "finding/descriptor.h"
#include "kube/inventory.h"

namespace bulwark::posture {

// What is wrong with a certificate at the time that the cluster was read.
struct CertificateFault {
  std::string text;  // "expired at 2026-11-20T10:00:00Z"
  finding::Severity severity = finding::Severity::medium;
};

// A certificate is due when it ends within 30 days; one that lives shorter than 90 days is renewed by itself, as
// cert-manager does by default when a third of its life is left, and due once that is over. nullopt: all is well,
// or the times cannot be read. `expired` is the severity of one that is no longer valid.
std::optional<CertificateFault> fault_of(const kube::CertificateFact& certificate,
                                         const kube::Inventory& inventory, finding::Severity expired);

}  // namespace bulwark::posture

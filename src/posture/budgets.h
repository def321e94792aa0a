#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/int_or_percent.h"
#include "kube/inventory.h"
#include "posture/workloads.h"

namespace bulwark::posture {

// A whole number, or a text that should be a percentage, as it stands in a field.
base::IntOrPercent number_or_percent(const kube::IntOrString& value);

// Why the API server does not take the value as minAvailable or maxUnavailable (ValidatePositiveIntOrPercent,
// IsNotMoreThan100Percent), in one clause; empty when it does. The value must be set.
std::string_view invalid_amount(const kube::IntOrString& value);

// Whether the pods with these labels are under the budget. In policy/v1 an empty selector covers all pods of the
// namespace, in policy/v1beta1 none; no selector covers none in both.
bool covers(const kube::Object& budget, kube::Labels pod_labels);

// How many pods a budget lets go, in the arithmetic of the disruption controller
// (kubernetes/kubernetes, pkg/controller/disruption): both percentages are rounded up.
struct Allowance {
  std::int64_t expected = 0;  // pods that count
  std::int64_t desired = 0;   // of them, those that must stay healthy
  std::int64_t allowed() const { return expected > desired ? expected - desired : 0; }
};
// With `expected` healthy pods. nullopt when the budget sets both or neither amount, or an invalid one.
std::optional<Allowance> allowance_of(const kube::PodDisruptionBudgetSpec& spec, std::int64_t expected);

}  // namespace bulwark::posture

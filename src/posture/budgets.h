#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/int_or_percent.h"
#include "kube/inventory.h"
#include "posture/workloads.h"

namespace bulwark::posture {

// A whole number, or a text that should be a percentage, as it stands in a field.
base::IntOrPercent number_or_percent(const kube::IntOrString& value);

// Why the API server does not take the value as minAvailable or maxUnavailable (ValidatePositiveIntOrPercent,
// IsNotMoreThan100Percent), in one clause; empty when it does. The value must be set.
std::string_view invalid_amount(const kube::IntOrString& value);

// What the disruption controller says of a budget; a manifest has nothing of it.
struct Verdict {
  enum class What : std::uint8_t {
    untold,
    failed,  // the controller could not judge it: nothing may be evicted
    behind,  // it has not seen the newest generation: the API server puts evictions off
    judged,
  };
  What what = What::untold;
  std::string_view why;     // of `failed`, in the controller's words
  std::size_t condition{};  // of `failed`: where in the list it stands
};
Verdict verdict_of(const kube::Object& budget);

// The selector of a budget; nullptr when it covers no pod at all: in policy/v1 an empty selector covers all pods
// of the namespace, in policy/v1beta1 none; no selector covers none in both.
const kube::LabelSelector* selector_of(const kube::Object& budget);

// Calls visit(workload, its place) for the workloads whose pods are under the budget.
template <class Visit>
void for_each_covered(const kube::Object& budget, const WorkloadIndex& workloads, Visit&& visit) {
  if (const auto* selector = selector_of(budget); selector != nullptr) {
    workloads.for_each_selected(*selector, std::forward<Visit>(visit));
  }
}

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

#include "posture/budgets.h"

#include <algorithm>

namespace bulwark::posture {

base::IntOrPercent number_or_percent(const kube::IntOrString& value) {
  return value.is_string ? base::IntOrPercent::of(value.text) : base::IntOrPercent::parse(value.text);
}

std::string_view invalid_amount(const kube::IntOrString& value) {
  const base::IntOrPercent amount = number_or_percent(value);
  if (!amount.is_text()) return amount.number() < 0 ? "a number must not be negative" : "";
  if (!base::is_valid_percent(amount.percent_text())) return "a text must be a percentage, such as \"50%\"";
  const auto percent = amount.scaled(100, base::Rounding::up);
  if (!percent || *percent > 100) return "a percentage must not be more than 100%";
  return "";
}

Verdict verdict_of(const kube::Object& budget) {
  const auto& status = kube::as<kube::PodDisruptionBudget>(budget)->status;
  for (std::size_t i = 0; i < status.conditions.size(); ++i) {
    const kube::Condition& each = status.conditions[i];
    if (each.type == "DisruptionAllowed" && each.status == "False" && each.reason == "SyncFailed") {
      return {Verdict::What::failed, each.message, i};
    }
  }
  // The API server fills in zeros for a budget that nobody has judged.
  if (!status.disruptions_allowed) return {};
  const bool behind = status.observed_generation.value_or(0) < budget.metadata.generation.value_or(0);
  return {behind ? Verdict::What::behind : Verdict::What::judged, {}, 0};
}

const kube::LabelSelector* selector_of(const kube::Object& budget) {
  const kube::LabelSelector* selector = kube::as<kube::PodDisruptionBudget>(budget)->spec.selector;
  const bool none = selector != nullptr && selector->empty() && budget.version() == "v1beta1";
  return none ? nullptr : selector;
}

std::optional<Allowance> allowance_of(const kube::PodDisruptionBudgetSpec& spec, std::int64_t expected) {
  const bool by_max = spec.max_unavailable.set();
  if (by_max == spec.min_available.set()) return std::nullopt;
  const kube::IntOrString& value = by_max ? spec.max_unavailable : spec.min_available;
  if (!invalid_amount(value).empty()) return std::nullopt;
  const auto amount = number_or_percent(value).scaled(expected, base::Rounding::up);
  if (!amount) return std::nullopt;
  return Allowance{expected, by_max ? std::max<std::int64_t>(expected - *amount, 0) : *amount};
}

}  // namespace bulwark::posture

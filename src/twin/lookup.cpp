#include "twin/lookup.h"

#include <algorithm>

#include "twin/pod_names.h"

namespace bulwark::twin {

namespace {

// Above this a percentage is left to wide arithmetic.
constexpr std::int64_t largest_percent = 1'000'000;

BudgetRule rule_of(const kube::PodDisruptionBudgetSpec& spec) {
  using Kind = BudgetRule::Kind;
  const bool is_max = spec.max_unavailable.set();
  if (!is_max && !spec.min_available.set()) return {};
  const bool is_percent = (is_max ? spec.max_unavailable : spec.min_available).is_string;
  // Of a scale of 100 a percentage is its own number.
  const auto wanted = wanted_by(spec, 0, 100);
  if (!is_percent) {
    // What may be away of so many that the difference is the number itself.
    constexpr std::int64_t many = std::int64_t{1} << 40;
    const auto of_many = wanted_by(spec, many, many);
    if (!of_many) return {.kind = Kind::unusual, .value = 0};
    return {.kind = is_max ? Kind::max_number : Kind::min_number,
            .value = is_max ? many - of_many->healthy : of_many->healthy};
  }
  if (!wanted) return {.kind = Kind::unusual, .value = 0};
  if (!is_max) {
    if (wanted->healthy < 0 || wanted->healthy > largest_percent) return {.kind = Kind::unusual, .value = 0};
    return {.kind = Kind::min_percent, .value = wanted->healthy};
  }
  // More than 100 % and less than none are not told from these two here.
  if (wanted->healthy <= 0 || wanted->healthy > 100) return {.kind = Kind::unusual, .value = 0};
  return {.kind = Kind::max_percent, .value = 100 - wanted->healthy};
}

Index budget_of(const Model& model, const PodClass& pod_class) {
  if (!pod_class.eviction_webhooks.empty() || pod_class.budgets.size() > 1) return Lookup::many;
  if (pod_class.budgets.empty()) return none;
  const Budget& budget = model.budgets[pod_class.budgets.front()];
  return budget.exists && !budget.follows_primary ? pod_class.budgets.front() : Lookup::many;
}

}  // namespace

Wanted BudgetRule::wanted(std::int64_t matching, std::int64_t scale) const {
  const auto percent = [&] { return (value * scale + 99) / 100; };
  switch (kind) {
    case Kind::max_number:
      return {scale, std::max<std::int64_t>(scale - value, 0), true};
    case Kind::max_percent:
      return {scale, std::max<std::int64_t>(scale - percent(), 0), true};
    case Kind::min_number:
      return {matching, value, false};
    case Kind::min_percent:
      return {scale, percent(), true};
    default:
      return {};
  }
}

Lookup::Lookup(const Model& model) : scale_of_class(model.classes.size(), none) {
  rules.reserve(model.budgets.size());
  for (const Budget& budget : model.budgets) {
    rules.push_back(budget.body == nullptr ? BudgetRule{} : rule_of(budget.spec()));
  }
  for (Index i = 0; i < model.classes.size(); ++i) {
    budget_of_class.push_back(budget_of(model, model.classes[i]));
    keeps_object.push_back(has_lasting_finalizer(model.classes[i]) ? 1 : 0);
    const Index owner = scaled_owner(model, model.classes[i].workload);
    if (owner == none) {
      if (model.minor < 22) scale_of_class[i] = no_scale;
      continue;
    }
    const Workload& workload = model.workloads[owner];
    scale_of_class[i] = workload.exists && workload.has_scale ? owner : no_scale;
  }
  for (Index i = 0; i < model.nodes.size(); ++i) node_by_name[model.nodes[i]->name] = i;
}

}  // namespace bulwark::twin

#include "twin/disruption.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <set>
#include <tuple>

#include "twin/lookup.h"

namespace bulwark::twin {

base::IntOrPercent value_of(const kube::IntOrString& text) {
  if (text.is_string) return base::IntOrPercent::of(text.text);
  constexpr auto largest = std::numeric_limits<std::int32_t>::max();
  std::int32_t number = 0;
  const auto [end, error] = std::from_chars(text.text.data(), text.text.data() + text.text.size(), number);
  if (error == std::errc::result_out_of_range) number = text.text.starts_with('-') ? -largest : largest;
  return base::IntOrPercent::of(number);
}

base::Result<Wanted> wanted_by(const kube::PodDisruptionBudgetSpec& spec, std::int64_t matching,
                               std::int64_t scale) {
  if (spec.max_unavailable.set()) {
    const std::int64_t away = TRY(value_of(spec.max_unavailable).scaled(scale, base::Rounding::up));
    return Wanted{scale, std::max<std::int64_t>(scale - away, 0), true};
  }
  if (spec.min_available.set()) {
    const base::IntOrPercent value = value_of(spec.min_available);
    if (!value.is_text()) return Wanted{matching, value.number(), false};
    return Wanted{scale, TRY(value.scaled(scale, base::Rounding::up)), true};
  }
  return Wanted{};
}

Index scaled_owner(const Model& model, Index direct) {
  if (direct == none) return none;
  const Workload& of = model.workloads[direct];
  if (of.kind != WorkloadKind::replica_set || of.parent == none) return direct;
  const Workload& parent = model.workloads[of.parent];
  return parent.kind == WorkloadKind::deployment || !parent.exists ? of.parent : direct;
}

Disruption::Scale Disruption::scale_of(const Engine& engine, const Budget& budget) {
  const Model& model = engine.model();
  const State& state = engine.state();
  Scale sum;
  std::set<Index> seen;
  for (const Index each : budget.classes) {
    if (state.classes[each].pods == 0) continue;
    const PodClass& pod_class = model.classes[each];
    const Index owner = scaled_owner(model, pod_class.workload);
    if (owner == none) {
      // Before 1.22 a pod without a controller failed the whole budget.
      if (model.minor < 22) {
        sum.problem = fmt::format("found no controller ref for pod \"{}\"", pod_class.metadata->name);
        return sum;
      }
      continue;
    }
    const Workload& workload = model.workloads[owner];
    if (!workload.exists) {
      sum.problem =
          fmt::format("found no controllers for pod \"{}\"", engine.pod_name(state.classes[each].first_pod));
      return sum;
    }
    if (!workload.has_scale) {
      sum.problem = fmt::format("{}.{} does not implement the scale subresource", model.workloads[owner].kind_name,
                                model.workloads[owner].api_version);
      return sum;
    }
    if (seen.insert(owner).second) sum.expected += state.workloads[owner].replicas;
  }
  return sum;
}

// The sum alone; negative: there is a problem.
std::int64_t Disruption::simple_scale(const Engine& engine, const Budget& budget) {
  const State& state = engine.state_;
  std::int64_t sum = 0;
  Index first = none;
  std::vector<Index> others;
  for (const Index each : budget.classes) {
    if (state.classes[each].pods == 0) continue;
    const Index owner = engine.lookup_->scale_of_class[each];
    if (owner == Lookup::no_scale) return -1;
    if (owner == none || owner == first || std::ranges::find(others, owner) != others.end()) continue;
    if (first == none) {
      first = owner;
    } else {
      others.push_back(owner);
    }
    sum += state.workloads[owner].replicas;
  }
  return sum;
}

void Disruption::sync(Engine& engine, Index index) {
  const Budget& budget = engine.model_->budgets[index];
  BudgetState& state = engine.state_.budgets[index];
  const auto figures = [&] {
    return std::tuple(state.disruptions_allowed, state.current_healthy, state.desired_healthy, state.expected_pods,
                      state.observed_generation, state.sync_failed);
  };
  const auto before = figures();
  std::int64_t matching = 0, healthy = 0;
  for (const Index each : budget.classes) {
    matching += engine.state_.classes[each].pods;
    healthy += engine.state_.classes[each].healthy;
  }
  // A disruption that is under way is forgotten once its pod is going, or gone, or nothing came of it in time.
  std::erase_if(state.disrupted, [&](const Disrupted& each) {
    const Pod& pod = engine.state_.pods[each.pod];
    return pod.serial != each.serial || !pod.exists() || pod.deleting ||
           each.at + deletion_timeout <= engine.now();
  });
  for (const Disrupted& each : state.disrupted) {
    if (engine.state_.pods[each.pod].phase == PodPhase::ready) --healthy;
  }
  base::Result<Wanted> wanted = Wanted{};
  std::string problem;
  const BudgetRule& rule = engine.lookup_->rules[index];
  const std::int64_t usual_scale = rule.asks_for_scale() ? simple_scale(engine, budget) : 0;
  if (rule.kind != BudgetRule::Kind::unusual && usual_scale >= 0) {
    wanted = rule.wanted(matching, usual_scale);
  } else {
    wanted = wanted_by(budget.spec(), matching, 0);
    if (wanted && wanted->asks_for_scale) {
      const Scale scale = scale_of(engine, budget);
      problem = scale.problem;
      if (problem.empty()) wanted = wanted_by(budget.spec(), matching, scale.expected);
    }
  }
  state.sync_failed = !wanted || !problem.empty();
  if (state.sync_failed) {
    // failSafe: nothing is let pass, and the other figures stay as they are.
    state.disruptions_allowed = 0;
  } else {
    constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
    state.current_healthy = static_cast<std::int32_t>(healthy);
    state.desired_healthy = static_cast<std::int32_t>(std::clamp(wanted->healthy, -most, most));
    state.expected_pods = static_cast<std::int32_t>(std::min(wanted->expected, most));
    const std::int64_t allowed = healthy - state.desired_healthy;
    state.disruptions_allowed =
        wanted->expected <= 0 || allowed <= 0 ? 0 : static_cast<std::int32_t>(std::min(allowed, most));
    state.observed_generation = state.generation;
  }
  if (engine.observer_.to != nullptr && before != figures()) {
    engine.observer_.to->on_budget(index);
  }
}

std::string Disruption::problem(const Engine& engine, Index index) {
  const Budget& budget = engine.model_->budgets[index];
  const auto wanted = wanted_by(budget.spec(), 0, 0);
  if (!wanted) return wanted.error().message;
  return wanted->asks_for_scale ? scale_of(engine, budget).problem : std::string();
}

std::string Engine::budget_problem(Index budget) const { return Disruption::problem(*this, budget); }

}  // namespace bulwark::twin

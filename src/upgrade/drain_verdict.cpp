#include "upgrade/drain_verdict.h"

#include <fmt/format.h>

#include <algorithm>

namespace bulwark::upgrade {

namespace {

class Judge {
 public:
  explicit Judge(std::span<const BudgetStatus> budgets) : budgets_(budgets) {
    for (const BudgetStatus& budget : budgets)
      left_.push_back(std::max<std::int64_t>(budget.disruptions_allowed, 0));
  }

  PodVerdict judge(const DrainPod& pod, std::uint32_t index, DrainVerdict& verdict) {
    PodVerdict result{.pod = index, .budget = {}, .second = {}};
    // What does not run, or goes already, is deleted without asking a budget.
    if (pod.finished || pod.pending || pod.deletion) return result;
    for (std::uint32_t i = 0; i < budgets_.size() && !result.second; ++i) {
      const BudgetStatus& budget = budgets_[i];
      if (budget.selector == nullptr || budget.name_space != pod.name_space) continue;
      if (budget.selector->matches(pod.labels)) (result.budget ? result.second : result.budget) = i;
    }
    if (result.second) {
      result.outlook = EvictionOutlook::two_budgets;
    } else if (result.budget && !passes_unhealthy(pod, budgets_[*result.budget])) {
      result.outlook = take(*result.budget, verdict);
    }
    return result;
  }

 private:
  static bool passes_unhealthy(const DrainPod& pod, const BudgetStatus& budget) {
    if (pod.ready) return false;
    return budget.always_allow || (budget.desired_healthy > 0 && budget.current_healthy >= budget.desired_healthy);
  }

  EvictionOutlook take(std::uint32_t index, DrainVerdict& verdict) {
    const BudgetStatus& budget = budgets_[index];
    const std::int64_t allowed = budget.is_behind ? 0 : std::max<std::int64_t>(budget.disruptions_allowed, 0);
    auto use = std::ranges::find(verdict.budgets, index, &DrainVerdict::BudgetUse::budget);
    if (use == verdict.budgets.end()) use = verdict.budgets.insert(use, {.budget = index, .allowed = allowed});
    ++use->wanted;
    if (!budget.is_behind && left_[index] > 0) {
      --left_[index];
      return EvictionOutlook::now;
    }
    if (allowed > 0) return EvictionOutlook::after_others;
    // Its numbers will change when the controller has caught up.
    return budget.is_behind || budget.allowed_at_best() > 0 ? EvictionOutlook::later : EvictionOutlook::never;
  }

  std::span<const BudgetStatus> budgets_;
  std::vector<std::int64_t> left_;
};

}  // namespace

std::size_t DrainVerdict::count(EvictionOutlook outlook) const {
  return static_cast<std::size_t>(std::ranges::count(pods, outlook, &PodVerdict::outlook));
}

DrainVerdict judge_drain(std::span<const DrainPod> pods, const DrainOptions& options,
                         std::optional<std::span<const BudgetStatus>> budgets, Time now, Pods& cluster) {
  DrainVerdict verdict{.filtered = filter_pods(pods, options, now, cluster), .pods = {}, .budgets = {}};
  Judge judge(budgets.value_or(std::span<const BudgetStatus>()));
  for (const std::uint32_t index : verdict.filtered.removed) {
    if (options.disable_eviction) {
      verdict.pods.push_back({.pod = index, .budget = {}, .second = {}});
    } else if (!budgets) {
      verdict.pods.push_back({.pod = index, .outlook = EvictionOutlook::unknown, .budget = {}, .second = {}});
    } else {
      verdict.pods.push_back(judge.judge(pods[index], index, verdict));
    }
  }
  return verdict;
}

std::string reason_of(const PodVerdict& verdict, std::span<const BudgetStatus> budgets) {
  if (!verdict.budget) return verdict.outlook == EvictionOutlook::unknown ? "budgets could not be read" : "";
  const BudgetStatus& budget = budgets[*verdict.budget];
  const std::string name = fmt::format("budget {}/{}", budget.name_space, budget.name);
  const std::string numbers = fmt::format("{} of {} pods must stay healthy; healthy now: {}",
                                          budget.desired_healthy, budget.expected_pods, budget.current_healthy);
  switch (verdict.outlook) {
    case EvictionOutlook::now:
      return fmt::format("{} allows {}", name, budget.disruptions_allowed);
    case EvictionOutlook::after_others:
      return fmt::format("{} allows {} at a time", name, budget.disruptions_allowed);
    case EvictionOutlook::later:
      if (budget.is_behind) return name + " has changed, and its controller has not judged it yet";
      return fmt::format("{} allows 0 now: {}", name, numbers);
    case EvictionOutlook::never:
      if (!budget.failure.empty()) return fmt::format("{} allows 0: {}", name, budget.failure);
      return fmt::format("{} allows 0, even when all are healthy: {}", name, numbers);
    case EvictionOutlook::two_budgets: {
      const BudgetStatus& second = budgets[*verdict.second];
      return fmt::format("{} and {}/{} select it: the API server refuses its eviction with 500", name,
                         second.name_space, second.name);
    }
    case EvictionOutlook::unknown:
      break;
  }
  return {};
}

}  // namespace bulwark::upgrade

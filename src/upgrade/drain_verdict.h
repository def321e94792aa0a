// What a drain would do now, told before it begins: from the pods of the node and the status of the budgets.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "upgrade/drain_filters.h"
#include "upgrade/drain_options.h"
#include "upgrade/pods.h"

namespace bulwark::upgrade {

// A PodDisruptionBudget as its controller sees it.
struct BudgetStatus {
  std::string name_space, name;
  const kube::LabelSelector* selector = nullptr;  // somebody else's; nullptr: selects no pod
  std::int64_t disruptions_allowed = 0, current_healthy = 0, desired_healthy = 0, expected_pods = 0;
  bool is_behind = false;     // the controller has not seen its newest generation
  bool always_allow = false;  // unhealthyPodEvictionPolicy
  std::string failure;        // why the controller could not judge it

  // How many pods it lets go when all are healthy.
  std::int64_t allowed_at_best() const { return failure.empty() ? expected_pods - desired_healthy : 0; }
};

enum class EvictionOutlook : std::uint8_t {
  now,           // no budget forbids it
  after_others,  // the budget has something to give, but not for all of its pods on the node at once
  later,         // the budget allows none now, and will when its pods are healthy again
  never,         // by its numbers the budget allows none
  two_budgets,   // the API server refuses with 500 what several budgets select, and kubectl does not ask again
  unknown,       // the budgets could not be read
};

struct PodVerdict {
  std::uint32_t pod = 0;  // index
  EvictionOutlook outlook = EvictionOutlook::now;
  std::optional<std::uint32_t> budget;  // index of the one that decides
  std::optional<std::uint32_t> second;  // of two_budgets: another
};

struct DrainVerdict {
  FilteredPods filtered;
  std::vector<PodVerdict> pods;  // those that have to go
  // Of a budget with pods on the node: how many of them would go at once, and how many it lets go. A server-side
  // dry run says yes to each of them, for it takes nothing off the budget.
  struct BudgetUse {
    std::uint32_t budget = 0;
    std::int64_t wanted = 0, allowed = 0;
  };
  std::vector<BudgetUse> budgets;

  bool is_refused() const { return !filtered.errors.empty(); }
  std::size_t count(EvictionOutlook outlook) const;
};

// Judges as the eviction API does (pkg/registry/core/pod/storage/eviction.go), pod by pod in their order. Pods
// need their labels. nullopt: the budgets could not be read.
DrainVerdict judge_drain(std::span<const DrainPod> pods, const DrainOptions& options,
                         std::optional<std::span<const BudgetStatus>> budgets, Time now, Pods& cluster);

// "budget shop/cart allows 0: 1 of 1 healthy pods must stay"; what a pod's outlook rests on, for the reader.
std::string reason_of(const PodVerdict& verdict, std::span<const BudgetStatus> budgets);

}  // namespace bulwark::upgrade

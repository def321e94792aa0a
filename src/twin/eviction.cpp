// The eviction subresource (pkg/registry/core/pod/storage/eviction.go).
#include <fmt/format.h>

#include "twin/disruption.h"
#include "twin/engine.h"

namespace bulwark::twin {

namespace {

constexpr std::size_t most_disrupted = 2'000;

Engine::Eviction refused(Index budget, int code, std::string reason, std::string message, std::string cause = {}) {
  return {.code = code,
          .reason = std::move(reason),
          .message = std::move(message),
          .cause = std::move(cause),
          .retry_after = std::nullopt,
          .budget = budget};
}

}  // namespace

kube::Status Engine::Eviction::status() const {
  kube::Status status{
      .code = code, .reason = reason, .message = message, .causes = {}, .retry_after = retry_after};
  if (!cause.empty()) status.causes.push_back({.reason = "DisruptionBudget", .message = cause, .field = {}});
  return status;
}

// An operator that sees its primary on a cordoned node makes a ready instance elsewhere the primary, and the
// budget of the primary selects that one then.
bool Engine::primary_moves(Index pod, Index budget) const {
  const Pod& of = state_.pods[pod];
  if (!model_->budgets[budget].follows_primary || of.workload == none || of.node == none) return false;
  if (state_.nodes.unschedulable[of.node] == 0) return false;
  for (const Index each : model_->workloads[of.workload].classes) {
    for (Index other = state_.classes[each].first_pod; other != none; other = state_.pods[other].next_of_class) {
      const Pod& to = state_.pods[other];
      if (other != pod && to.phase == PodPhase::ready && !to.deleting && state_.nodes.unschedulable[to.node] == 0)
        return true;
    }
  }
  return false;
}

Engine::Eviction Engine::evict(Index pod, bool dry_run, std::optional<Duration> grace) {
  Pod& of = state_.pods[pod];
  const auto let_pass = [&] {
    if (!dry_run) {
      of.was_evicted = true;
      remove_pod(pod, grace);
    }
    return Eviction{};
  };
  // Admission is asked before the storage looks at the pod.
  if (const Index webhook = silent_webhook(class_of(of).eviction_webhooks); webhook != none) {
    return refused(none, 500, "InternalError", webhook_failure(webhook));
  }
  const bool is_pending = of.phase == PodPhase::pending || of.phase == PodPhase::starting;
  if (of.finished() || is_pending || of.deleting) return let_pass();

  Index budget = none;
  for (const Index each : class_of(of).budgets) {
    if (!model_->budgets[each].exists || primary_moves(pod, each)) continue;
    if (budget != none) {
      return refused(
          budget, 500, "InternalError",
          "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.");
    }
    budget = each;
  }
  if (budget == none) return let_pass();

  BudgetState& state = state_.budgets[budget];
  const std::string_view name = model_->budgets[budget].name;
  // Since 1.22 a pod that is not ready may go when its budget is met without it, and since 1.26 in any case when
  // the budget says so (KEP-3017).
  if (of.phase != PodPhase::ready && model_->minor >= 22) {
    if (model_->budgets[budget].always_allow && model_->minor >= 26) return let_pass();
    if (state.current_healthy >= state.desired_healthy && state.desired_healthy > 0) return let_pass();
  }
  constexpr std::string_view would_violate = "Cannot evict pod as it would violate the pod's disruption budget.";
  if (state.observed_generation < state.generation) {
    Eviction answer =
        refused(budget, 429, "TooManyRequests", std::string(would_violate),
                fmt::format("The disruption budget {} is still being processed by the server.", name));
    answer.retry_after = std::chrono::seconds{10};
    return answer;
  }
  if (state.disruptions_allowed < 0) {
    return refused(
        budget, 403, "Forbidden",
        fmt::format("poddisruptionbudgets.policy \"{}\" is forbidden: pdb disruptions allowed is negative", name));
  }
  if (state.disrupted.size() > most_disrupted) {
    return refused(
        budget, 403, "Forbidden",
        fmt::format("poddisruptionbudgets.policy \"{}\" is forbidden: DisruptedPods map too big - too many "
                    "evictions not confirmed by PDB controller",
                    name));
  }
  if (state.disruptions_allowed == 0) {
    return refused(budget, 429, "TooManyRequests", std::string(would_violate),
                   fmt::format("The disruption budget {} needs {} healthy pods and has {} currently", name,
                               state.desired_healthy, state.current_healthy));
  }
  if (dry_run) return Eviction{};
  --state.disruptions_allowed;
  state.disrupted.push_back({pod, of.serial, state_.now});
  events_.add(state_.now + Disruption::deletion_timeout, Happening::disruption_expires, budget);
  return let_pass();
}

}  // namespace bulwark::twin

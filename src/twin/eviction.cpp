// The eviction subresource (pkg/registry/core/pod/storage/eviction.go).
#include <fmt/format.h>

#include "twin/disruption.h"
#include "twin/engine.h"
#include "twin/lookup.h"

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
  if (!cause.empty()) {
    const std::string_view kind = code == 403 ? "NamespaceTerminating" : code == 500 ? "" : "DisruptionBudget";
    status.causes.push_back({.reason = std::string(kind), .message = cause, .field = {}});
  }
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

// What the eviction API makes of it, in the order in which it looks.
Engine::Judgement Engine::judge(Index pod) const {
  const Pod& of = state_.pods[pod];
  // Admission is asked before the storage looks at the pod, NamespaceLifecycle first: an eviction is made in the
  // pod's namespace like any object (apiserver/pkg/admission/plugin/namespace/lifecycle).
  if (!model_->terminating.empty() && is_terminating(class_of(of).name_space)) return {Ruling::terminating, none};
  Index budget = lookup_->budget_of_class[of.pod_class];
  const bool is_usual = budget != Lookup::many;
  if (!is_usual) {
    const Index webhook = silent_webhook(class_of(of).eviction_webhooks);
    if (webhook != none) return {Ruling::webhook, webhook};
  }
  const bool is_pending = of.phase == PodPhase::pending || of.phase == PodPhase::starting;
  if (of.finished() || is_pending || of.deleting) return {Ruling::passes, none};

  if (!is_usual) {
    budget = none;
    for (const Index each : class_of(of).budgets) {
      if (!model_->budgets[each].exists || primary_moves(pod, each)) continue;
      if (budget != none) return {Ruling::several_budgets, budget};
      budget = each;
    }
  }
  if (budget == none) return {Ruling::passes, none};

  const BudgetState& state = state_.budgets[budget];
  // Since 1.22 a pod that is not ready may go when its budget is met without it, and since 1.26 in any case when
  // the budget says so (KEP-3017).
  if (of.phase != PodPhase::ready && model_->minor >= 22) {
    if (model_->budgets[budget].always_allow && model_->minor >= 26) return {Ruling::passes, none};
    if (state.current_healthy >= state.desired_healthy && state.desired_healthy > 0) return {Ruling::passes, none};
  }
  if (state.observed_generation < state.generation) return {Ruling::not_processed, budget};
  if (state.disruptions_allowed < 0) return {Ruling::negative, budget};
  if (state.disrupted.size() > most_disrupted) return {Ruling::too_many, budget};
  if (state.disruptions_allowed == 0) return {Ruling::used_up, budget};
  return {Ruling::takes_one, budget};
}

bool Engine::is_held(Index pod) const {
  const Ruling ruling = judge(pod).ruling;
  return ruling == Ruling::not_processed || ruling == Ruling::used_up;
}

Engine::Eviction Engine::evict(Index pod, bool dry_run, std::optional<Duration> grace) {
  constexpr std::string_view would_violate = "Cannot evict pod as it would violate the pod's disruption budget.";
  const auto [ruling, subject] = judge(pod);
  const std::string_view name = ruling == Ruling::webhook || subject == none
                                    ? std::string_view()
                                    : std::string_view(model_->budgets[subject].name);
  switch (ruling) {
    case Ruling::terminating: {
      const std::string_view name_space = class_of(state_.pods[pod]).name_space;
      return refused(
          none, 403, "Forbidden",
          fmt::format("pods \"{}\" is forbidden: unable to create new content in namespace {} because it is being "
                      "terminated",
                      pod_name(pod), name_space),
          fmt::format("namespace {} is being terminated", name_space));
    }
    case Ruling::webhook:
      return refused(none, 500, "InternalError", "Internal error occurred: " + webhook_failure(subject),
                     webhook_failure(subject));
    case Ruling::several_budgets:
      return refused(
          subject, 500, "InternalError",
          "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.");
    case Ruling::not_processed: {
      Eviction answer =
          refused(subject, 429, "TooManyRequests", std::string(would_violate),
                  fmt::format("The disruption budget {} is still being processed by the server.", name));
      answer.retry_after = std::chrono::seconds{10};
      return answer;
    }
    case Ruling::negative:
      return refused(
          subject, 403, "Forbidden",
          fmt::format("poddisruptionbudgets.policy \"{}\" is forbidden: pdb disruptions allowed is negative",
                      name));
    case Ruling::too_many:
      return refused(
          subject, 403, "Forbidden",
          fmt::format("poddisruptionbudgets.policy \"{}\" is forbidden: DisruptedPods map too big - too many "
                      "evictions not confirmed by PDB controller",
                      name));
    case Ruling::used_up:
      return refused(
          subject, 429, "TooManyRequests", std::string(would_violate),
          fmt::format("The disruption budget {} needs {} healthy pods and has {} currently", name,
                      state_.budgets[subject].desired_healthy, state_.budgets[subject].current_healthy));
    case Ruling::takes_one:
      if (dry_run) break;
      --state_.budgets[subject].disruptions_allowed;
      state_.budgets[subject].disrupted.push_back({pod, state_.pods[pod].serial, state_.now});
      events_.add(state_.now + Disruption::deletion_timeout, Happening::disruption_expires, subject);
      break;
    case Ruling::passes:
      break;
  }
  if (!dry_run) {
    state_.pods[pod].was_evicted = true;
    remove_pod(pod, grace);
  }
  return {};
}

}  // namespace bulwark::twin

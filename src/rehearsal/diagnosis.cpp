#include "rehearsal/diagnosis.h"

#include <fmt/format.h>

#include <algorithm>

#include "rehearsal/recorder.h"
#include "twin/disruption.h"
#include "twin/pod_names.h"

namespace bulwark::rehearsal {

namespace {

// How long is waited to see whether something ends by itself.
constexpr auto patience = std::chrono::hours(24);

// When the eviction of the pod would be let pass if nobody did anything else; nullopt: never, as far as can be
// seen.
std::optional<Duration> passes_after(const twin::Engine& engine, twin::Index pod) {
  twin::Engine later = engine;
  const std::uint32_t serial = engine.state().pods[pod].serial;
  const Time end = engine.now() + patience;
  for (;;) {
    const twin::Pod& of = later.state().pods[pod];
    if (!of.exists() || of.serial != serial) return later.now() - engine.now();
    if (!of.deleting && later.evict(pod, true).passed()) return later.now() - engine.now();
    if (!later.step(end)) return std::nullopt;
  }
}

std::string rule_text(const kube::PodDisruptionBudgetSpec& spec) {
  if (spec.max_unavailable.set()) return fmt::format("maxUnavailable {}", spec.max_unavailable.text);
  return fmt::format("minAvailable {}", spec.min_available.text);
}

// Pods of the budget that are not healthy, and why.
std::string unhealthy_text(const twin::Engine& engine, twin::Index budget) {
  const twin::State& state = engine.state();
  std::size_t pending = 0, unready = 0, going = 0;
  std::string example;
  for (const twin::Index each : engine.model().budgets[budget].classes) {
    for (twin::Index pod = state.classes[each].first_pod; pod != twin::none; pod = state.pods[pod].next_of_class) {
      const twin::Pod& of = state.pods[pod];
      if (of.deleting) {
        ++going;
      } else if (of.phase == twin::PodPhase::pending) {
        ++pending;
        if (example.empty())
          example =
              fmt::format("{}: {}", engine.pod_name(pod), engine.scheduler().unschedulable_message(state, pod));
      } else if (of.phase != twin::PodPhase::ready && !of.finished()) {
        ++unready;
        if (example.empty()) example = fmt::format("{} is not ready", engine.pod_name(pod));
      }
    }
  }
  std::vector<std::string> parts;
  if (pending > 0) parts.push_back(fmt::format("{} without a node", pending));
  if (unready > 0) parts.push_back(fmt::format("{} not ready", unready));
  if (going > 0) parts.push_back(fmt::format("{} going", going));
  if (parts.empty()) return {};
  return fmt::format("{} ({})", fmt::join(parts, ", "), example);
}

// Pods that are missing because nobody answers the webhook that is asked about them.
bool explain_webhook(const twin::Engine& engine, const twin::Budget& budget, Blocker& blocker) {
  for (const twin::Index each : budget.classes) {
    const twin::PodClass& pod_class = engine.model().classes[each];
    if (pod_class.workload == twin::none) continue;
    const twin::WorkloadState& state = engine.state().workloads[pod_class.workload];
    const twin::Index webhook = engine.silent_webhook(pod_class.creation_webhooks);
    if (state.active >= state.replicas || webhook == twin::none) continue;
    const twin::Webhook& silent = engine.model().webhooks[webhook];
    blocker.kind = BlockerKind::webhook;
    blocker.webhook = silent.name;
    blocker.reason = fmt::format(
        "{} has {} of {} pods and cannot make more: the webhook {} fails closed, and no pod behind its Service "
        "{}/{} is ready",
        name_of(engine.model(), pod_class.workload), state.active, state.replicas, silent.name,
        silent.service_namespace, silent.service);
    return true;
  }
  return false;
}

void explain_budget(const twin::Engine& engine, twin::Index pod, twin::Index budget, Blocker& blocker) {
  const twin::Budget& of = engine.model().budgets[budget];
  const twin::BudgetState& state = engine.state().budgets[budget];
  blocker.budget = fmt::format("{}/{}", of.name_space, of.name);
  if (state.sync_failed || state.observed_generation < state.generation) {
    blocker.kind = BlockerKind::budget_not_synced;
    blocker.reason = fmt::format("the disruption controller cannot work out the budget's status: {}",
                                 engine.budget_problem(budget));
    return;
  }
  std::int64_t matching = 0;
  for (const twin::Index each : of.classes) matching += engine.state().classes[each].pods;
  // With every pod healthy: is there one to spare?
  if (std::max<std::int64_t>(matching, state.expected_pods) <= state.desired_healthy) {
    blocker.kind = BlockerKind::budget_never_allows;
    const std::string rule = rule_text(of.spec());
    const bool is_percent = rule.ends_with('%');
    blocker.reason = fmt::format("{} of {} {} {}, so that no pod may ever be away", rule, state.expected_pods,
                                 is_percent ? "rounds up to" : "keeps", state.desired_healthy);
    return;
  }
  if (explain_webhook(engine, of, blocker)) return;
  blocker.kind = BlockerKind::budget_waits;
  const std::string unhealthy = unhealthy_text(engine, budget);
  blocker.reason =
      fmt::format("the budget needs {} healthy pods and has {}", state.desired_healthy, state.current_healthy);
  if (!unhealthy.empty()) blocker.reason += ": " + unhealthy;
  if (engine.state().pods[pod].phase != twin::PodPhase::ready && !of.always_allow) {
    blocker.reason += "; the pod itself is not ready, and unhealthyPodEvictionPolicy is IfHealthyBudget";
  }
}

}  // namespace

std::vector<Blocker> diagnose(const Run& run) {
  const twin::Engine& engine = run.engine;
  std::vector<Blocker> blockers;
  for (const upgrade::RemainingPod& left : run.outcome.remaining) {
    Blocker blocker;
    blocker.pool = run.outcome.pool;
    blocker.node = left.node;
    blocker.pod = fmt::format("{}/{}", left.name_space, left.name);
    blocker.stops = true;
    blocker.message = left.status.error().message;
    for (const NodeTimeline& node : run.result.timeline) {
      if (node.node != left.node) continue;
      for (const NodeSpan& span : node.spans) {
        if (span.stage == NodeStage::draining) blocker.since = span.from;
      }
    }
    blocker.waited = engine.now() - blocker.since;
    const twin::Index pod = engine.find_pod(left.name_space, left.name);
    if (pod == twin::none) continue;  // gone in the very moment
    const twin::Pod& of = engine.state().pods[pod];
    const twin::PodClass& pod_class = engine.model().classes[of.pod_class];
    blocker.workload = name_of(engine.model(), of.workload);
    if (of.deleting) {
      blocker.message = fmt::format("pod \"{}\" is being deleted and is still there", left.name);
      blocker.kind = of.is_stuck ? BlockerKind::finalizer : BlockerKind::slow_termination;
      blocker.reason = of.is_stuck ? fmt::format("the finalizer {} keeps it: whoever set it has to take it away",
                                                 fmt::join(pod_class.metadata->finalizers, ", "))
                                   : fmt::format("its grace period is {} s", pod_class.grace.count() / 1'000);
      blocker.never_ends = of.is_stuck;
      blockers.push_back(std::move(blocker));
      continue;
    }
    const twin::Engine::Eviction answer = twin::Engine(engine).evict(pod, true);
    const twin::Index silent = engine.silent_webhook(pod_class.eviction_webhooks);
    if (silent != twin::none) {
      const twin::Webhook& webhook = engine.model().webhooks[silent];
      blocker.kind = BlockerKind::webhook;
      blocker.webhook = webhook.name;
      blocker.reason = fmt::format(
          "the webhook {} is asked about evictions and fails closed, and no pod behind its Service {}/{} is ready",
          webhook.name, webhook.service_namespace, webhook.service);
    } else if (answer.code == 500) {
      blocker.kind = BlockerKind::several_budgets;
      std::vector<std::string> names;
      names.reserve(pod_class.budgets.size());
      for (const twin::Index each : pod_class.budgets) names.emplace_back(engine.model().budgets[each].name);
      blocker.budget =
          fmt::format("{}/{}", pod_class.name_space, engine.model().budgets[pod_class.budgets.front()].name);
      blocker.reason = fmt::format("the budgets {} select it, and the eviction API takes one at most",
                                   fmt::join(names, " and "));
    } else if (answer.budget != twin::none) {
      explain_budget(engine, pod, answer.budget, blocker);
    }
    blocker.never_ends = !passes_after(engine, pod).has_value();
    blockers.push_back(std::move(blocker));
  }
  if (blockers.empty()) {
    Blocker blocker;
    blocker.pool = run.outcome.pool;
    blocker.node = run.outcome.node;
    blocker.message = blocker.reason = run.outcome.reason;
    if (run.outcome.lacks_nodes) blocker.kind = BlockerKind::no_node;
    blocker.since = engine.now();
    blocker.stops = true;
    // Not a node but what was asked of the pool, which time does not change.
    blocker.never_ends = blocker.node.empty() && !blocker.reason.empty();
    blockers.push_back(std::move(blocker));
  }
  // What never ends comes first; one budget's pods are told once.
  std::sort(blockers.begin(), blockers.end(), [](const Blocker& a, const Blocker& b) {
    if (a.never_ends != b.never_ends) return a.never_ends;
    return a.node != b.node ? a.node < b.node : a.pod < b.pod;
  });
  std::vector<Blocker> distinct;
  for (Blocker& each : blockers) {
    const bool told = std::any_of(distinct.begin(), distinct.end(), [&](const Blocker& other) {
      return !each.budget.empty() && other.budget == each.budget && other.kind == each.kind;
    });
    if (!told) distinct.push_back(std::move(each));
  }
  return distinct;
}

}  // namespace bulwark::rehearsal

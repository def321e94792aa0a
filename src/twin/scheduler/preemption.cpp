#include "twin/scheduler/preemption.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <unordered_map>

#include "base/rfc3339.h"

namespace bulwark::twin {

bool Nomination::is_valid(const State& state) const {
  const Pod& of = state.pods[pod];
  return of.exists() && of.serial == serial && of.node == none && of.nominated != none && !of.deleting;
}

Refusal Turn::check(Index node, const Changes& changes) {
  std::vector<Index> nominated;
  for (const Nomination& each : nominations_) {
    if (each.pod != cycle_.pod() && each.is_valid(state_) && state_.pods[each.pod].nominated == node &&
        priority_of(each.pod) >= priority_of(cycle_.pod())) {
      nominated.push_back(each.pod);
    }
  }
  if (!nominated.empty()) {
    Changes with = changes;
    for (const Index each : nominated) cycle_.change(state_, each, node, 1, with);
    const Refusal refusal = cycle_.check(state_, node, with);
    for (const Index each : nominated) cycle_.change(state_, each, node, -1, with);
    if (refusal != Refusal::fits) return refusal;
  }
  return cycle_.check(state_, node, changes);
}

// When its kubelet took it up (util.GetPodStartTime), as far as that is known.
Time Turn::start_of(const State& state, const Model& model, Index pod) {
  const Pod& of = state.pods[pod];
  const kube::Object* object = of.loaded != none ? model.pods[of.loaded].object : nullptr;
  const kube::Pod* body = object != nullptr ? kube::as<kube::Pod>(*object) : nullptr;
  const auto told = body != nullptr ? base::parse_rfc3339(body->status.start_time) : std::nullopt;
  return told ? Time(*told) : of.created;
}

bool Turn::is_more_important(Index a, Index b) const {
  const std::int32_t first = priority_of(a), second = priority_of(b);
  if (first != second) return first > second;
  const Time since_a = start_of(state_, context_.model, a), since_b = start_of(state_, context_.model, b);
  if (since_a != since_b) return since_a < since_b;
  return state_.pods[a].serial < state_.pods[b].serial;
}

std::vector<Index> Turn::split_off_violating(std::vector<Index>& pods) const {
  std::unordered_map<Index, std::int64_t> allowed;
  std::vector<Index> violating, others;
  for (const Index pod : pods) {
    bool violates = false;
    const PodClass& of = context_.model.classes[state_.pods[pod].pod_class];
    for (const Index index : of.budgets) {
      const Budget& budget = context_.model.budgets[index];
      // One that selects everything says nothing here (filterPodsWithPDBViolation).
      if (!budget.exists || budget.spec().selector == nullptr || budget.spec().selector->empty()) continue;
      const BudgetState& now = state_.budgets[index];
      if (std::ranges::any_of(now.disrupted, [&](const Disrupted& each) {
            return each.pod == pod && each.serial == state_.pods[pod].serial;
          })) {
        continue;
      }
      violates |= --allowed.try_emplace(index, now.disruptions_allowed).first->second < 0;
    }
    (violates ? violating : others).push_back(pod);
  }
  pods = std::move(others);
  return violating;
}

bool Turn::has_lower(Index node) const {
  const std::int32_t mine = priority_of(cycle_.pod());
  for (Index pod = state_.nodes.first_pod[node]; pod != none; pod = state_.pods[pod].next_on_node) {
    if (state_.pods[pod].holds_resources && priority_of(pod) < mine) return true;
  }
  return false;
}

std::optional<Turn::Victims> Turn::victims_on(Index node, Answer* why_not) {
  const std::int32_t mine = priority_of(cycle_.pod());
  std::vector<Index> lower;
  for (Index pod = state_.nodes.first_pod[node]; pod != none; pod = state_.pods[pod].next_on_node) {
    if (state_.pods[pod].holds_resources && priority_of(pod) < mine) lower.push_back(pod);
  }
  if (lower.empty()) {
    if (why_not != nullptr) *why_not = {Refusal::fits, {"No preemption victims found for incoming pod"}, false};
    return std::nullopt;
  }
  Changes changes;
  for (const Index each : lower) cycle_.change(state_, each, node, -1, changes);
  const Refusal refusal = check(node, changes);
  if (refusal != Refusal::fits) {
    if (why_not != nullptr) *why_not = answer(context_, state_, cycle_, node, refusal, &changes);
    for (const Index each : lower) cycle_.change(state_, each, node, 1, changes);
    return std::nullopt;
  }
  std::ranges::sort(lower, [&](Index a, Index b) { return is_more_important(a, b); });
  const std::vector<Index> violating = split_off_violating(lower);
  Victims out;
  out.node = node;
  const auto spare = [&](Index pod) {
    cycle_.change(state_, pod, node, 1, changes);
    if (check(node, changes) == Refusal::fits) return true;
    cycle_.change(state_, pod, node, -1, changes);
    out.pods.push_back(pod);
    return false;
  };
  for (const Index each : violating) out.violations += spare(each) ? 0 : 1;
  for (const Index each : lower) spare(each);
  for (const Index each : out.pods) cycle_.change(state_, each, node, 1, changes);
  if (out.pods.empty()) return std::nullopt;
  std::ranges::sort(out.pods, [&](Index a, Index b) { return is_more_important(a, b); });
  return out;
}

const Turn::Victims* Turn::best(const State& state, const Model& model, const std::vector<Victims>& candidates) {
  if (candidates.empty()) return nullptr;
  const auto priority_of = [&](Index pod) -> std::int64_t {
    return model.classes[state.pods[pod].pod_class].priority;
  };
  std::vector<const Victims*> left;
  left.reserve(candidates.size());
  for (const Victims& each : candidates) left.push_back(&each);
  const auto keep_least = [&](auto&& measure) {
    auto least = measure(*left.front());
    for (const Victims* each : left) least = std::min(least, measure(*each));
    std::erase_if(left, [&](const Victims* each) { return measure(*each) != least; });
  };
  keep_least([](const Victims& each) { return each.violations; });
  keep_least([&](const Victims& each) { return priority_of(each.pods.front()); });
  keep_least([&](const Victims& each) {
    std::int64_t sum = 0;
    for (const Index pod : each.pods) sum += priority_of(pod) + std::numeric_limits<std::int32_t>::max() + 1LL;
    return sum;
  });
  keep_least([](const Victims& each) { return each.pods.size(); });
  // The one whose most important pods began last.
  keep_least([&](const Victims& each) {
    Time earliest = Time::max();
    for (const Index pod : each.pods) {
      if (priority_of(pod) == priority_of(each.pods.front()))
        earliest = std::min(earliest, start_of(state, model, pod));
    }
    return -earliest.time_since_epoch().count();
  });
  return left.front();
}

}  // namespace bulwark::twin

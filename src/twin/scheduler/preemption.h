// Preemption: which pods of lower priority would have to go so that a pod fits
// (plugins/defaultpreemption, framework/preemption).
#pragma once

#include <optional>
#include <vector>

#include "twin/scheduler/reasons.h"

namespace bulwark::twin {

// A pod for which room was made on a node, and that is not bound yet.
struct Nomination {
  Index pod = none;
  std::uint32_t serial = 0;
  std::uint32_t attempt = 0;  // at which the room was made

  bool is_valid(const State& state) const;
};

// A pod's turn at one scheduler: the filters, with pods that are nominated counted in.
class Turn {
 public:
  Turn(const Context& context, const State& state, Cycle& cycle, const std::vector<Nomination>& nominations)
      : context_(context), state_(state), cycle_(cycle), nominations_(nominations) {}

  // Passes only what fits with and without the nominated pods of at least this priority
  // (RunFilterPluginsWithNominatedPods).
  Refusal check(Index node) { return nominations_.empty() ? cycle_.check(state_, node) : check(node, Changes{}); }
  Refusal check(Index node, const Changes& changes);
  // Whether the node refuses, and may take the pod when others have left it.
  bool may_help(Index node) { return is_resolvable(context_, state_, cycle_, node, check(node)); }
  Answer answer_of(Index node) { return answer(context_, state_, cycle_, node, check(node)); }

  struct Victims {
    Index node = none;
    std::vector<Index> pods;      // the most important first
    std::int64_t violations = 0;  // of budgets
  };
  // The least that has to leave the node. When nothing helps, `why_not` (unless it is nullptr) gets the node's
  // words.
  std::optional<Victims> victims_on(Index node, Answer* why_not = nullptr);
  // Whether a pod of lower priority is on the node.
  bool has_lower(Index node) const;
  // Of candidates the one that hurts least (pickOneNodeForPreemption); none when there is none.
  static const Victims* best(const State& state, const Model& model, const std::vector<Victims>& candidates);

 private:
  std::int32_t priority_of(Index pod) const { return context_.model.classes[state_.pods[pod].pod_class].priority; }
  static Time start_of(const State& state, const Model& model, Index pod);
  bool is_more_important(Index a, Index b) const;
  // Splits off the pods whose going would break a budget.
  std::vector<Index> split_off_violating(std::vector<Index>& pods) const;

  const Context& context_;
  const State& state_;
  Cycle& cycle_;
  const std::vector<Nomination>& nominations_;
};

}  // namespace bulwark::twin

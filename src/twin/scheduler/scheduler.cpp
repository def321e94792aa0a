#include "twin/scheduler/scheduler.h"

#include <algorithm>
#include <array>

#include "base/random.h"
#include "twin/scheduler/preemption.h"
#include "twin/scheduler/scores.h"

namespace bulwark::twin {

namespace {

// How many nodes that fit are enough to choose among (percentageOfNodesToScore: 0, numFeasibleNodesToFind).
std::size_t enough_of(std::size_t nodes) {
  constexpr std::size_t least = 100;
  if (nodes < least) return nodes;
  const std::size_t percent = nodes >= 5'625 ? 5 : 50 - nodes / 125;
  return std::max(nodes * percent / 100, least);
}

// How many candidates for preemption are enough (DefaultPreemptionArgs).
std::size_t enough_candidates(std::size_t nodes) {
  return std::min(nodes, std::max<std::size_t>(nodes / 10, 100));
}

}  // namespace

struct Scheduler::Impl {
  // What a copy takes along.
  struct Kept {
    std::shared_ptr<const Model> model;
    std::shared_ptr<const Programs> programs;
    std::shared_ptr<NodeTables> tables;  // shared until one of the owners writes
    NodeRows rows;
    std::vector<std::vector<std::int32_t>> attached;  // volumes by driver and node
    std::vector<Nomination> nominations;
    // Counts what moves; the last nodes where something did, by that number.
    std::uint64_t generation = 1;
    std::array<Index, 256> moved{};
    std::vector<std::uint64_t> failed_at;  // by class: the generation at which no node took such a pod
    std::size_t start = 0;                 // where the search goes on
  };

  Impl() = default;
  Impl(const Impl& other) : kept(other.kept) {}

  void set_model(std::shared_ptr<const Model> model) {
    kept.programs = std::make_shared<const Programs>(*model);
    kept.tables = std::make_shared<NodeTables>(*kept.programs);
    kept.attached.assign(kept.programs->drivers.size(), {});
    kept.failed_at.assign(model->classes.size(), 0);
    kept.generation += kept.moved.size();
    ++node_version;
    kept.model = std::move(model);
  }
  void note_move(Index node) { kept.moved[++kept.generation % kept.moved.size()] = node; }

  NodeTables& own_tables() {
    if (kept.tables.use_count() > 1) kept.tables = std::make_shared<NodeTables>(*kept.tables);
    return *kept.tables;
  }

  // Makes everything ready that a pod's turn looks at.
  Context prepare(const State& state, Index pod) {
    const PodClass& of = kept.model->classes[state.pods[pod].pod_class];
    const auto complete = [&](Index rule) {
      if (rule != none && !kept.tables->is_complete(rule)) own_tables().complete(*kept.programs, rule);
    };
    complete(kept.programs->of_class[state.pods[pod].pod_class].rule);
    for (const Index claim : of.claims) complete(kept.programs->of_claim[claim].rule);
    return {*kept.model, *kept.programs, *kept.tables, kept.rows, kept.attached, node_version};
  }

  std::int32_t priority_of(const State& state, Index pod) const {
    return kept.model->classes[state.pods[pod].pod_class].priority;
  }
  // Whether there are pods of lower priority.
  bool can_preempt(const State& state, Index pod) const {
    for (const Index each : kept.programs->by_priority) {
      if (kept.model->classes[each].priority >= priority_of(state, pod)) return false;
      if (state.classes[each].pods > 0) return true;
    }
    return false;
  }
  // Whether pods on other nodes make no difference to what one node answers to a pod of the class.
  bool is_local(Index pod_class) const {
    const Program& program = kept.programs->of_class[pod_class];
    return program.affinity.empty() && program.anti_affinity.empty() && program.rivals.empty() &&
           kept.model->classes[pod_class].claims.empty();
  }
  bool is_still_refused(const State& state, Index pod, Turn& turn) const;
  std::vector<Index> potential_nodes(const State& state, const Context& context, Turn& turn);

  void count_volumes(const State& state, Index pod, std::int32_t by, bool is_recount = false);
  void find_feasible(const State& state, const Context& context, Turn& turn);
  Index pick(State& state, const Context& context);
  // Why the pod may not preempt anybody now; empty when it may.
  std::string_view not_eligible(const State& state, const Context& context, Turn& turn) const;
  Choice preempt(State& state, const Context& context, Turn& turn);
  std::string preemption_message(const State& state, const Context& context, Turn& turn);

  Kept kept;
  std::uint64_t node_version = 1;  // of what the memory keeps
  // Memory for a turn.
  Cycle cycle;
  Scores scores;
  std::vector<Index> feasible;
};

Scheduler::Scheduler() : impl_(std::make_unique<Impl>()) {}
Scheduler::Scheduler(std::shared_ptr<const Model> model) : Scheduler() { impl_->set_model(std::move(model)); }
Scheduler::Scheduler(const Scheduler& other) : impl_(std::make_unique<Impl>(*other.impl_)) {}
Scheduler& Scheduler::operator=(const Scheduler& other) {
  if (this != &other) impl_ = std::make_unique<Impl>(*other.impl_);
  return *this;
}
Scheduler::Scheduler(Scheduler&&) noexcept = default;
Scheduler& Scheduler::operator=(Scheduler&&) noexcept = default;
Scheduler::~Scheduler() = default;

void Scheduler::on_model(std::shared_ptr<const Model> model, const State& state, bool anew) {
  static_cast<void>(anew);  // a model comes seldom: all counts are made again in any case
  impl_->set_model(std::move(model));
  for (Index node = 0; node < state.nodes.size(); ++node) on_node(state, node);
  for (Index pod = 0; pod < state.pods.size(); ++pod) {
    if (state.pods[pod].exists() && state.pods[pod].holds_resources) impl_->count_volumes(state, pod, 1, true);
  }
}

void Scheduler::on_node(const State& state, Index node) {
  Impl::Kept& kept = impl_->kept;
  impl_->note_move(node);
  for (auto& attached : kept.attached) attached.resize(state.nodes.size());
  ++impl_->node_version;
  impl_->own_tables().update(*kept.programs, state, node);
  kept.rows.update(state.nodes, node);
}

void Scheduler::on_bound(const State& state, Index pod) {
  impl_->note_move(state.pods[pod].node);
  impl_->kept.rows.update(state.nodes, state.pods[pod].node);
  impl_->count_volumes(state, pod, 1);
}

void Scheduler::on_left(const State& state, Index pod) {
  impl_->note_move(state.pods[pod].node);
  impl_->kept.rows.update(state.nodes, state.pods[pod].node);
  impl_->count_volumes(state, pod, -1);
}

void Scheduler::Impl::count_volumes(const State& state, Index pod, std::int32_t by, bool is_recount) {
  const Pod& of = state.pods[pod];
  for (const Index claim : kept.model->classes[of.pod_class].claims) {
    const ClaimProgram& program = kept.programs->of_claim[claim];
    if (program.driver == none) continue;
    // A volume that another pod of the node uses is attached once.
    bool is_shared = false;
    for_each_bound(state, program.users, [&](const Pod& other, Index node) {
      is_shared |= node == of.node && (is_recount ? other.serial < of.serial : other.serial != of.serial);
    });
    if (!is_shared) kept.attached[program.driver][of.node] += by;
  }
}

void Scheduler::Impl::find_feasible(const State& state, const Context& context, Turn& turn) {
  feasible.clear();
  if (cycle.pinned() != none) {
    if (state.nodes.exists[cycle.pinned()] != 0 && turn.check(cycle.pinned()) == Refusal::fits) {
      feasible.push_back(cycle.pinned());
    }
    return;
  }
  const std::vector<Index>& order = context.tables.order();
  if (order.empty()) return;
  const std::size_t enough = enough_of(order.size());
  std::size_t at = kept.start < order.size() ? kept.start : kept.start % order.size();
  if (kept.nominations.empty()) {
    kept.start = cycle.find(state, order, at, enough, feasible);
    return;
  }
  for (std::size_t looked = 0; looked < order.size() && feasible.size() < enough; ++looked) {
    if (turn.check(order[at]) == Refusal::fits) feasible.push_back(order[at]);
    if (++at == order.size()) at = 0;
  }
  kept.start = at;
}

Index Scheduler::Impl::pick(State& state, const Context& context) {
  if (feasible.size() == 1) return feasible.front();
  const std::span<const std::int64_t> sums = scores.of(context, state, cycle, feasible);
  Index best = feasible.front();
  std::int64_t highest = sums.front();
  std::uint64_t equals = 1;
  for (std::size_t i = 1; i < feasible.size(); ++i) {
    if (sums[i] < highest) continue;
    equals = sums[i] > highest ? 1 : equals + 1;
    highest = sums[i];
    if (equals == 1 || base::next_random(state.random) % equals == 0) best = feasible[i];
  }
  return best;
}

Scheduler::Choice Scheduler::choose(State& state, Index pod) {
  Impl& impl = *impl_;
  Impl::Kept& kept = impl.kept;
  const Index pod_class = state.pods[pod].pod_class;
  std::erase_if(kept.nominations, [&](const Nomination& each) { return !each.is_valid(state); });
  // The spread moves when a pod begins to go, too, which is not noted.
  const Index nominated = state.pods[pod].nominated;
  const bool is_repeatable = kept.nominations.empty() && nominated == none &&
                             kept.programs->of_class[pod_class].hard.empty() &&
                             !kept.programs->of_class[pod_class].is_daemon;
  if (is_repeatable && kept.failed_at[pod_class] == kept.generation) return {};
  const Context context = impl.prepare(state, pod);
  impl.cycle.begin(context, state, pod);
  Turn turn(context, state, impl.cycle, kept.nominations);
  if (is_repeatable && impl.is_still_refused(state, pod, turn)) {
    kept.failed_at[pod_class] = kept.generation;
    return {};
  }
  // Since 1.22 the node on which room was made is looked at first.
  if (kept.model->minor >= 22 && nominated != none && state.nodes.exists[nominated] != 0 &&
      turn.check(nominated) == Refusal::fits) {
    return {.node = nominated, .nominated = none, .victims = {}};
  }
  impl.find_feasible(state, context, turn);
  if (!impl.feasible.empty()) return {.node = impl.pick(state, context), .nominated = none, .victims = {}};
  Choice choice;
  if (impl.can_preempt(state, pod)) {
    if (impl.not_eligible(state, context, turn).empty()) {
      choice = impl.preempt(state, context, turn);
    } else {
      choice.nominated = nominated;
    }
  }
  if (is_repeatable && choice.nominated == none) kept.failed_at[pod_class] = kept.generation;
  return choice;
}

std::string_view Scheduler::Impl::not_eligible(const State& state, const Context& context, Turn& turn) const {
  const Index pod = cycle.pod();
  if (context.model.classes[cycle.pod_class()].never_preempts)
    return "not eligible due to preemptionPolicy=Never.";
  const Index nominated = state.pods[pod].nominated;
  if (nominated == none || state.nodes.exists[nominated] == 0) return {};
  const Answer there = turn.answer_of(nominated);
  if (there.refusal != Refusal::fits && !there.is_resolvable) return {};
  for (Index each = state.nodes.first_pod[nominated]; each != none; each = state.pods[each].next_on_node) {
    const Pod& other = state.pods[each];
    if (other.deleting && other.holds_resources && priority_of(state, each) < priority_of(state, pod)) {
      return "not eligible due to a terminating pod on the nominated node.";
    }
  }
  return {};
}

bool Scheduler::Impl::is_still_refused(const State& state, Index pod, Turn& turn) const {
  const Index pod_class = state.pods[pod].pod_class;
  const std::uint64_t since = kept.failed_at[pod_class];
  if (since == 0 || kept.generation - since >= kept.moved.size() || !is_local(pod_class)) return false;
  const bool preempts = can_preempt(state, pod);
  for (std::uint64_t each = since + 1; each <= kept.generation; ++each) {
    const Index node = kept.moved[each % kept.moved.size()];
    if (state.nodes.exists[node] == 0) continue;
    if (turn.check(node) == Refusal::fits || (preempts && turn.has_lower(node))) return false;
  }
  return true;
}

std::vector<Index> Scheduler::Impl::potential_nodes(const State& state, const Context& context, Turn& turn) {
  std::vector<Index> potential;
  if (cycle.pinned() != none) {
    if (state.nodes.exists[cycle.pinned()] != 0 && turn.may_help(cycle.pinned())) {
      potential.push_back(cycle.pinned());
    }
    return potential;
  }
  for (const Index node : context.tables.order()) {
    if (turn.may_help(node)) potential.push_back(node);
  }
  return potential;
}

Scheduler::Choice Scheduler::Impl::preempt(State& state, const Context& context, Turn& turn) {
  const std::vector<Index> potential = potential_nodes(state, context, turn);
  if (potential.empty()) return {};
  const std::size_t enough = enough_candidates(potential.size());
  const std::size_t offset = base::next_random(state.random) % potential.size();
  std::vector<Turn::Victims> candidates, violating;
  for (std::size_t i = 0; i < potential.size(); ++i) {
    auto found = turn.victims_on(potential[(offset + i) % potential.size()]);
    if (!found) continue;
    (found->violations == 0 ? candidates : violating).push_back(std::move(*found));
    if (!candidates.empty() && candidates.size() + violating.size() >= enough) break;
  }
  std::ranges::move(violating, std::back_inserter(candidates));
  const Turn::Victims* best = Turn::best(state, context.model, candidates);
  if (best == nullptr) return {};
  Choice choice{.node = none, .nominated = best->node, .victims = {}};
  for (const Index victim : best->pods) {
    if (!state.pods[victim].deleting) choice.victims.push_back(victim);
  }
  // Pods of lower priority that were to go there look for another place.
  const Index pod = cycle.pod();
  for (const Nomination& each : kept.nominations) {
    if (each.pod != pod && state.pods[each.pod].nominated == best->node &&
        priority_of(state, each.pod) < priority_of(state, pod)) {
      state.pods[each.pod].nominated = none;
    }
  }
  std::erase_if(kept.nominations, [&](const Nomination& each) { return each.pod == pod; });
  kept.nominations.push_back({pod, state.pods[pod].serial, state.pods[pod].attempts});
  return choice;
}

std::string Scheduler::Impl::preemption_message(const State& state, const Context& context, Turn& turn) {
  if (const std::string_view why = not_eligible(state, context, turn); !why.empty()) return std::string(why);
  Histogram histogram;
  for (const Index node : context.tables.order()) {
    // Before 1.28 the other nodes were tried for the pod of a DaemonSet, too.
    const bool is_left_out = cycle.pinned() != none && cycle.pinned() != node && context.model.minor >= 28;
    Answer why_not = is_left_out ? Answer{} : turn.answer_of(node);
    if (!why_not.is_resolvable) {
      histogram.add({"Preemption is not helpful for scheduling"});
    } else if (!turn.victims_on(node, &why_not)) {
      histogram.add(why_not.words);
    }
  }
  return histogram.text(context.tables.order().size());
}

std::string Scheduler::unschedulable_message(const State& state, Index pod) const {
  Impl& impl = *impl_;
  const Context context = impl.prepare(state, pod);
  const int minor = context.model.minor;
  const std::size_t all = context.tables.order().size();
  if (all == 0) return "no nodes available to schedule pods";
  impl.cycle.begin(context, state, pod);
  Turn turn(context, state, impl.cycle, impl.kept.nominations);

  std::string message;
  const Answer first = turn.answer_of(context.tables.order().front());
  const bool is_everywhere = first.refusal == Refusal::claim_missing || first.refusal == Refusal::claim_unbound;
  if (is_everywhere && minor >= 25) {
    message = "0/" + std::to_string(all) + " nodes are available: " + first.words.front() + '.';
  } else if (first.refusal == Refusal::claim_missing && minor < 22) {
    return first.words.front();
  } else {
    Histogram histogram;
    for (const Index node : context.tables.order()) {
      if (impl.cycle.pinned() == none || impl.cycle.pinned() == node || minor < 24) {
        histogram.add(turn.answer_of(node).words);
      } else if (minor >= 32) {
        histogram.add({"node(s) didn't satisfy plugin(s) [NodeAffinity]"});
      } else if (minor >= 28) {
        histogram.add({"node is filtered out by the prefilter result"});
      }
    }
    message = histogram.text(all);
  }
  // Since 1.24, and with one dot too many before 1.28. The attempt that made room does not say so.
  const bool has_made_room = std::ranges::any_of(impl.kept.nominations, [&](const Nomination& each) {
    return each.pod == pod && each.is_valid(state) && each.attempt == state.pods[pod].attempts;
  });
  if (minor < 24 || has_made_room) return message;
  message += " preemption: " + impl.preemption_message(state, context, turn);
  if (minor >= 25 && minor < 28) message += '.';
  return message;
}

std::vector<std::string> Scheduler::why_not(const State& state, Index pod, Index node) const {
  const Context context = impl_->prepare(state, pod);
  impl_->cycle.begin(context, state, pod);
  return Turn(context, state, impl_->cycle, impl_->kept.nominations).answer_of(node).words;
}

bool Scheduler::fits(const State& state, Index pod, Index node) const {
  const Context context = impl_->prepare(state, pod);
  impl_->cycle.begin(context, state, pod);
  return Turn(context, state, impl_->cycle, impl_->kept.nominations).check(node) == Refusal::fits;
}

bool Scheduler::may_help_when_bound(Index pod_class) const {
  return impl_->kept.programs->helps_others[pod_class];
}

bool Scheduler::wants_daemon(const State& state, Index pod_class, Index node) const {
  const Programs& programs = *impl_->kept.programs;
  const Standing found = standing(programs.rules[programs.of_class[pod_class].rule], *state.nodes.info[node],
                                  state.nodes.ready[node] != 0, state.nodes.unschedulable[node] != 0);
  return found.matches && found.taint == 0;
}

}  // namespace bulwark::twin

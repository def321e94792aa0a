#include "twin/scheduler/cycle.h"

#include <algorithm>
#include <limits>

namespace bulwark::twin {

void Cycle::begin(const Context& context, const State& state, Index pod) {
  context_ = &context;
  pod_ = pod;
  class_ = state.pods[pod].pod_class;
  of_ = &context.model.classes[class_];
  program_ = &context.programs.of_class[class_];
  row_ = context.tables.row(program_->rule);
  shapes_ = context.tables.shapes().data();
  pinned_ =
      program_->is_daemon && state.pods[pod].ordinal >= 0 ? static_cast<Index>(state.pods[pod].ordinal) : none;
  everywhere_ = Refusal::fits;
  missing_claim_ = none;
  port_rivals_.clear();
  if (program_->port_rivals != nullptr) {
    port_rivals_.assign(state.nodes.size(), 0);
    for_each_bound(state, *program_->port_rivals, [&](const Pod&, Index node) { ++port_rivals_[node]; });
  }
  begin_claims(state);
  begin_spread(state);
  begin_peers(state);
}

bool reaches_volume_of(const State& state, Index node, Index made_on, bool is_local) {
  if (node == made_on) return true;
  return !is_local && state.nodes.info[node]->zone == state.nodes.info[made_on]->zone;
}

void Cycle::begin_claims(const State& state) {
  volumes_.clear();
  drivers_.clear();
  attached_here_.clear();
  other_users_ = 0;
  for (const Index index : of_->claims) {
    const Claim& claim = context_->model.claims[index];
    const ClaimProgram& program = context_->programs.of_claim[index];
    if (!claim.exists) {
      everywhere_ = Refusal::claim_missing;
      missing_claim_ = index;
      return;
    }
    const Index made_on = state.bound_claims[index];
    if (!claim.is_bound && !claim.waits_for_pod && made_on == none) everywhere_ = Refusal::claim_unbound;
    if (claim.is_bound && program.rule != none) {
      volumes_.push_back({.row = context_->tables.row(program.rule)});
    } else if (!claim.is_bound && made_on != none) {
      volumes_.push_back({.like = made_on, .is_local = claim.is_local});
    }
    if (program.driver != none) {
      auto use = std::ranges::find(drivers_, program.driver, &DriverUse::driver);
      if (use == drivers_.end()) use = drivers_.insert(use, {program.driver, 0});
      ++use->volumes;
      const auto slot = static_cast<std::size_t>(use - drivers_.begin());
      std::vector<Index> nodes;
      for_each_bound(state, program.users, [&](const Pod&, Index node) { nodes.push_back(node); });
      std::ranges::sort(nodes);
      nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
      for (const Index node : nodes) attached_here_.emplace_back(node, slot);
    }
    if (claim.once_per_pod) for_each_bound(state, program.users, [&](const Pod&, Index) { ++other_users_; });
  }
}

bool Cycle::has_all_keys(Index node) const {
  return std::ranges::all_of(program_->hard,
                             [&](const SpreadTerm& each) { return context_->tables.domain(each.key, node) >= 0; });
}

bool Cycle::counts(const SpreadTerm& term, Index node) const {
  const Standing& node_standing = standing(node);
  const bool fits_affinity = node_standing.matches && (pinned_ == none || pinned_ == node);
  return (!term.honors_affinity || fits_affinity) && (!term.honors_taints || node_standing.taint == 0) &&
         has_all_keys(node);
}

void Cycle::find_least(Count& count) const {
  count.least = std::numeric_limits<std::int32_t>::max();
  count.domains = 0;
  for (const std::int32_t each : count.of_domain) {
    if (each < 0) continue;
    ++count.domains;
    count.least = std::min(count.least, each);
  }
}

void Cycle::begin_domains(const SpreadTerm& term, Count& count) {
  const NodeTables& tables = context_->tables;
  const bool is_kept = pinned_ == none && term.group != none;
  if (is_kept && known_domains_.size() <= term.group) known_domains_.resize(term.group + 1);
  if (is_kept && known_domains_[term.group].version == context_->version) {
    count.of_domain = known_domains_[term.group].of_domain;
    return;
  }
  count.of_domain.assign(tables.domain_count(term.key), -1);
  for (const Index node : tables.order()) {
    if (counts(term, node)) count.of_domain[static_cast<std::size_t>(tables.domain(term.key, node))] = 0;
  }
  if (is_kept) known_domains_[term.group] = {context_->version, count.of_domain};
}

void Cycle::begin_spread(const State& state) {
  hard_.resize(program_->hard.size());
  for (std::size_t i = 0; i < hard_.size(); ++i) {
    const SpreadTerm& term = program_->hard[i];
    Count& count = hard_[i];
    begin_domains(term, count);
    for_each_bound(state, *term.classes, [&](const Pod& each, Index node) {
      if (each.deleting || !counts(term, node)) return;
      ++count.of_domain[static_cast<std::size_t>(context_->tables.domain(term.key, node))];
    });
    find_least(count);
  }
}

void Cycle::count(const PeerTerm& term, Count& into, const State& state, std::int64_t& total) const {
  into.of_domain.assign(context_->tables.domain_count(term.key), 0);
  for_each_bound(state, *term.classes, [&](const Pod&, Index node) {
    const std::int32_t domain = context_->tables.domain(term.key, node);
    if (domain < 0) return;
    ++into.of_domain[static_cast<std::size_t>(domain)];
    ++total;
  });
}

void Cycle::begin_peers(const State& state) {
  friends_ = foes_ = rivals_count_ = 0;
  affinity_.resize(program_->affinity.size());
  anti_affinity_.resize(program_->anti_affinity.size());
  rivals_.resize(program_->rivals.size());
  for (std::size_t i = 0; i < affinity_.size(); ++i) count(program_->affinity[i], affinity_[i], state, friends_);
  for (std::size_t i = 0; i < anti_affinity_.size(); ++i) {
    count(program_->anti_affinity[i], anti_affinity_[i], state, foes_);
  }
  for (std::size_t i = 0; i < rivals_.size(); ++i) count(program_->rivals[i], rivals_[i], state, rivals_count_);
}

void Cycle::change(const State& state, Index other, Index node, int by, Changes& changes) {
  const Pod& pod = state.pods[other];
  const PodClass& theirs = context_->model.classes[pod.pod_class];
  changes.requested.resize(std::max(changes.requested.size(), theirs.requests.size()));
  for (std::size_t i = 0; i < theirs.requests.size(); ++i) changes.requested[i] += by * theirs.requests[i];
  const auto picks = [&](const Classes& classes) { return std::ranges::binary_search(*classes, pod.pod_class); };
  if (program_->port_rivals != nullptr && picks(program_->port_rivals)) changes.port_rivals += by;
  changes.attached.resize(drivers_.size());
  for (const Index claim : theirs.claims) {
    const Index driver = context_->programs.of_claim[claim].driver;
    const auto use = std::ranges::find(drivers_, driver, &DriverUse::driver);
    if (use != drivers_.end()) changes.attached[static_cast<std::size_t>(use - drivers_.begin())] += by;
    if (context_->model.claims[claim].once_per_pod && std::ranges::find(of_->claims, claim) != of_->claims.end()) {
      other_users_ += by;
    }
  }
  for (std::size_t i = 0; i < hard_.size(); ++i) {
    const SpreadTerm& term = program_->hard[i];
    if (pod.deleting || theirs.name_space != of_->name_space || !picks(term.classes) || !counts(term, node))
      continue;
    hard_[i].of_domain[static_cast<std::size_t>(context_->tables.domain(term.key, node))] += by;
    find_least(hard_[i]);
  }
  const auto change_peers = [&](const std::vector<PeerTerm>& terms, std::vector<Count>& counts,
                                std::int64_t& total) {
    for (std::size_t i = 0; i < terms.size(); ++i) {
      const std::int32_t domain = context_->tables.domain(terms[i].key, node);
      if (domain < 0 || !picks(terms[i].classes)) continue;
      counts[i].of_domain[static_cast<std::size_t>(domain)] += by;
      total += by;
    }
  };
  change_peers(program_->affinity, affinity_, friends_);
  change_peers(program_->anti_affinity, anti_affinity_, foes_);
  change_peers(program_->rivals, rivals_, rivals_count_);
}

Refusal Cycle::check(const State& state, Index node, const Changes* changes) const {
  if (everywhere_ != Refusal::fits) return everywhere_;
  const Standing& node_standing = standing(node);
  if (!node_standing.passes()) {
    if (node_standing.is_cordoned) return Refusal::cordoned;
    return node_standing.taint != 0 ? Refusal::taint : Refusal::node_affinity;
  }
  if (pinned_ != none && pinned_ != node) return Refusal::node_affinity;
  if (!port_rivals_.empty() && port_rivals_[node] + (changes != nullptr ? changes->port_rivals : 0) > 0) {
    return Refusal::ports;
  }
  const Nodes& nodes = state.nodes;
  const auto changed = [&](Index column) {
    return changes != nullptr && column < changes->requested.size() ? changes->requested[column] : 0;
  };
  if (nodes.requested[Column::pods][node] + changed(Column::pods) >= nodes.allocatable[Column::pods][node]) {
    return Refusal::resources;
  }
  for (const auto& [column, amount] : program_->asks) {
    if (amount > nodes.allocatable[column][node] - nodes.requested[column][node] - changed(column)) {
      return Refusal::resources;
    }
  }
  if (!of_->claims.empty()) {
    const Refusal refusal = check_volumes(state, node, changes);
    if (refusal != Refusal::fits) return refusal;
  }
  for (std::size_t i = 0; i < hard_.size(); ++i) {
    const SpreadTerm& term = program_->hard[i];
    const std::int32_t domain = context_->tables.domain(term.key, node);
    if (domain < 0) return Refusal::spread_label;
    const std::int64_t least = hard_[i].domains < term.min_domains ? 0 : hard_[i].least;
    const std::int64_t there = std::max(hard_[i].of_domain[static_cast<std::size_t>(domain)], 0);
    if (there + (term.counts_itself ? 1 : 0) - least > term.max_skew) return Refusal::spread;
  }
  return check_peers(node);
}

inline bool Cycle::passes_rest(Index node) const {
  for (const Ask& each : asks_) {
    if (each.amount > each.allocatable[node] - each.requested[node]) return false;
  }
  for (const SpreadLimit& each : limits_) {
    const std::int32_t domain = each.domain[node];
    if (domain < 0 || std::max(each.count[domain], 0) > each.most) return false;
  }
  return !has_peers_ || check_peers(node) == Refusal::fits;
}

std::size_t Cycle::find(const State& state, const std::vector<Index>& nodes, std::size_t start, std::size_t enough,
                        std::vector<Index>& fitting) {
  // What few pods ask for, of few clusters, is left to check().
  bool is_usual = everywhere_ == Refusal::fits && pinned_ == none && port_rivals_.empty() && of_->claims.empty() &&
                  context_->rows.are_usual();
  // Of what the pod does not ask for there may be too little.
  constexpr double nothing = std::numeric_limits<double>::lowest();
  double cpu = nothing, memory = nothing;
  asks_.clear();
  limits_.clear();
  for (const auto& [column, amount] : program_->asks) {
    if (column == Column::cpu || column == Column::memory) {
      is_usual = is_usual && is_exact(amount);
      (column == Column::cpu ? cpu : memory) = static_cast<double>(amount);
    } else {
      asks_.push_back({state.nodes.allocatable[column].data(), state.nodes.requested[column].data(), amount});
    }
  }
  for (std::size_t i = 0; i < hard_.size(); ++i) {
    const SpreadTerm& term = program_->hard[i];
    const std::int64_t least = hard_[i].domains < term.min_domains ? 0 : hard_[i].least;
    limits_.push_back({context_->tables.domains(term.key).data(), hard_[i].of_domain.data(),
                       term.max_skew + least - (term.counts_itself ? 1 : 0)});
  }
  has_peers_ = !affinity_.empty() || !anti_affinity_.empty() || !rivals_.empty();
  const std::size_t all = nodes.size();
  const Index* const node_at = nodes.data();
  fitting.resize(std::min(enough, all));
  Index* const fit = fitting.data();
  const std::size_t most = fitting.size();
  std::size_t at = start, found = 0;
  // Without a branch: which nodes fit is not to be foretold.
  const auto look_up_to = [&](std::size_t end, auto&& fits) {
    for (; at < end && found < most; ++at) {
      fit[found] = node_at[at];
      found += fits(node_at[at]) ? 1 : 0;
    }
  };
  const auto look = [&](auto&& fits) {
    look_up_to(all, fits);
    if (at < all) return;
    at = 0;
    look_up_to(start, fits);
  };
  const NodeRow* const rows = context_->rows.data();
  const std::uint8_t* const passes = context_->tables.passes(program_->rule);
  const Index* const shapes = shapes_;
  const auto has_room = [=](Index node) {
    const Pair free = rows[node].free;
    return (passes[shapes[node]] != 0) & (cpu <= free[0]) & (memory <= free[1]);
  };
  if (!is_usual) {
    look([&](Index node) { return check(state, node) == Refusal::fits; });
  } else if (asks_.empty() && limits_.empty() && !has_peers_) {
    look(has_room);
  } else {
    look([&](Index node) { return has_room(node) && passes_rest(node); });
  }
  fitting.resize(found);
  return at;
}

Refusal Cycle::check_volumes(const State& state, Index node, const Changes* changes) const {
  if (other_users_ > 0) return Refusal::volume_in_use;
  for (std::size_t i = 0; i < drivers_.size(); ++i) {
    const std::int32_t limit = context_->tables.limit(drivers_[i].driver, node);
    if (limit < 0) continue;
    std::int32_t more = drivers_[i].volumes;
    for (const auto& [at, slot] : attached_here_) more -= at == node && slot == i ? 1 : 0;
    if (more <= 0) continue;
    const std::int32_t changed = changes != nullptr && i < changes->attached.size() ? changes->attached[i] : 0;
    if (context_->attached[drivers_[i].driver][node] + changed + more > limit) return Refusal::volume_count;
  }
  for (const VolumeNeed& each : volumes_) {
    const bool is_reached = each.row != nullptr ? each.row[shapes_[node]].matches
                                                : reaches_volume_of(state, node, each.like, each.is_local);
    if (!is_reached) return Refusal::volume_conflict;
  }
  return Refusal::fits;
}

Refusal Cycle::check_peers(Index node) const {
  const auto there = [&](const PeerTerm& term, const Count& count) {
    const std::int32_t domain = context_->tables.domain(term.key, node);
    return domain < 0 ? -1 : count.of_domain[static_cast<std::size_t>(domain)];
  };
  bool has_friends = true;
  for (std::size_t i = 0; i < affinity_.size(); ++i) {
    const std::int32_t count = there(program_->affinity[i], affinity_[i]);
    if (count < 0) return Refusal::affinity;
    has_friends &= count > 0;
  }
  // The first pod of a group that wants its own company may go anywhere.
  if (!has_friends && (friends_ != 0 || !program_->is_own_friend)) return Refusal::affinity;
  for (std::size_t i = 0; foes_ > 0 && i < anti_affinity_.size(); ++i) {
    if (there(program_->anti_affinity[i], anti_affinity_[i]) > 0) return Refusal::anti_affinity;
  }
  for (std::size_t i = 0; rivals_count_ > 0 && i < rivals_.size(); ++i) {
    if (there(program_->rivals[i], rivals_[i]) > 0) return Refusal::existing_anti_affinity;
  }
  return Refusal::fits;
}

std::vector<Index> Cycle::lacking(const State& state, Index node, const Changes* changes) const {
  const Nodes& nodes = state.nodes;
  const auto changed = [&](Index column) {
    return changes != nullptr && column < changes->requested.size() ? changes->requested[column] : 0;
  };
  std::vector<Index> out;
  if (nodes.requested[Column::pods][node] + changed(Column::pods) >= nodes.allocatable[Column::pods][node]) {
    out.push_back(Column::pods);
  }
  for (const auto& [column, amount] : program_->asks) {
    if (amount > nodes.allocatable[column][node] - nodes.requested[column][node] - changed(column)) {
      out.push_back(column);
    }
  }
  return out;
}

bool Cycle::could_ever_fit(const State& state, Index node) const {
  return std::ranges::all_of(
      program_->asks, [&](const auto& each) { return each.second <= state.nodes.allocatable[each.first][node]; });
}

}  // namespace bulwark::twin

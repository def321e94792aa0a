#include "twin/scheduler/scores.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace bulwark::twin {

namespace {

constexpr std::int64_t most = 100;  // MaxNodeScore

// a / b, rounded down, of 0 <= a <= 200 b. Where both are exact a quotient of doubles is never rounded up to the
// next whole number, and their division is the faster one.
std::int64_t quotient(std::int64_t a, std::int64_t b) {
  if (b >= exact_below) return a / b;
  return static_cast<std::int64_t>(static_cast<double>(a) / static_cast<double>(b));
}

// noderesources/least_allocated.go: the share that stays free.
std::int64_t free_share(std::int64_t requested, std::int64_t allocatable) {
  if (allocatable == 0 || requested > allocatable) return 0;
  return quotient((allocatable - requested) * most, allocatable);
}

// noderesources/balanced_allocation.go.
std::int64_t balance(double cpu, double memory) {
  const double deviation = std::abs((std::min(cpu, 1.0) - std::min(memory, 1.0)) / 2);
  return static_cast<std::int64_t>((1 - deviation) * static_cast<double>(most));
}
// Before 1.22 a full node scored nothing, and the difference of the two fractions counted in full.
std::int64_t old_balance(double cpu, double memory) {
  if (cpu >= 1 || memory >= 1) return 0;
  return static_cast<std::int64_t>((1 - std::abs(cpu - memory)) * static_cast<double>(most));
}

// As std::round has it, of what is not negative.
std::int64_t rounded(double value) {
  const auto whole = static_cast<std::int64_t>(value);
  return whole + (value - static_cast<double>(whole) >= 0.5 ? 1 : 0);
}

double fraction(std::int64_t requested, std::int64_t allocatable) {
  return allocatable == 0 ? 1 : static_cast<double>(requested) / static_cast<double>(allocatable);
}

}  // namespace

std::span<const std::int64_t> Scores::of(const Context& context, const State& state, const Cycle& cycle,
                                         std::span<const Index> nodes) {
  sums_.assign(nodes.size(), 0);
  raw_.resize(nodes.size());
  add_images(context, state, cycle, nodes);
  add_standing(context, cycle, nodes);
  add_spread(context, state, cycle, nodes);
  add_peers(context, state, cycle, nodes);
  add_resources(context, state, cycle, nodes);
  return sums_;
}

void Scores::add_resources(const Context& context, const State& state, const Cycle& cycle,
                           std::span<const Index> nodes) {
  const PodClass& of = context.model.classes[cycle.pod_class()];
  const Nodes& columns = state.nodes;
  const int minor = context.model.minor;
  const auto asked = [&](Column column) { return column < of.requests.size() ? of.requests[column] : 0; };
  const std::int64_t cpu_asked = asked(Column::cpu), memory_asked = asked(Column::memory);
  // Pods that ask for nothing would all be drawn to the node that is out of balance (kubernetes#129138).
  const bool balances = minor < 33 || cpu_asked != 0 || memory_asked != 0;
  // Since 1.23 the balance is that of the requests themselves, without those that are supposed.
  const bool counts_requests = minor >= 23;
  if (counts_requests && balances && context.rows.are_usual() && is_exact(of.score_cpu) &&
      is_exact(of.score_memory) && is_exact(cpu_asked) && is_exact(memory_asked)) {
    const auto pair = [](std::int64_t a, std::int64_t b) {
      return Pair{static_cast<double>(a), static_cast<double>(b)};
    };
    return add_usual_resources(context.rows, pair(cpu_asked, memory_asked), pair(of.score_cpu, of.score_memory),
                               nodes);
  }
  std::int64_t* const sums = sums_.data();
  const std::int64_t* const all_cpu = columns.allocatable[Column::cpu].data();
  const std::int64_t* const all_memory = columns.allocatable[Column::memory].data();
  const std::int64_t* const score_cpu = columns.score_cpu.data();
  const std::int64_t* const score_memory = columns.score_memory.data();
  const std::int64_t* const exact_cpu = columns.requested[Column::cpu].data();
  const std::int64_t* const exact_memory = columns.requested[Column::memory].data();
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const Index node = nodes[i];
    const std::int64_t cpu = all_cpu[node], memory = all_memory[node];
    const std::int64_t cpu_used = score_cpu[node] + of.score_cpu;
    const std::int64_t memory_used = score_memory[node] + of.score_memory;
    std::int64_t score = (free_share(cpu_used, cpu) + free_share(memory_used, memory)) / 2;
    if (balances && counts_requests) {
      score +=
          balance(fraction(exact_cpu[node] + cpu_asked, cpu), fraction(exact_memory[node] + memory_asked, memory));
    } else if (balances && minor >= 22) {
      score += balance(fraction(cpu_used, cpu), fraction(memory_used, memory));
    } else if (balances) {
      score += old_balance(fraction(cpu_used, cpu), fraction(memory_used, memory));
    }
    sums[i] += score;
  }
}

// The same for amounts that rows hold, as the last of all scores: what cannot be the highest is not worked out.
void Scores::add_usual_resources(const NodeRows& all, Pair asked, Pair scored, std::span<const Index> nodes) {
  const NodeRow* const rows = all.data();
  const std::int32_t* const most_of = all.most();
  const std::int64_t more = all.more_for(asked);
  std::int64_t* const sums = sums_.data();
  std::int64_t highest = std::numeric_limits<std::int64_t>::min();
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const Index node = nodes[i];
    const std::int64_t bound = sums[i] + most_of[node] + more;
    if (bound < highest) {
      sums[i] = bound;
      continue;
    }
    const NodeRow& row = rows[node];
    const auto [free, balance] = ResourceScores::of(row.allocatable, row.scored + scored, row.requested + asked);
    sums[i] += free + balance;
    highest = std::max(highest, sums[i]);
  }
}

void Scores::add_images(const Context& context, const State& state, const Cycle& cycle,
                        std::span<const Index> nodes) {
  constexpr std::int64_t megabyte = 1024 * 1024, least = 23 * megabyte;
  const std::int64_t largest = 1000 * megabyte * cycle.program().containers;
  bool is_first = true;
  const double all = static_cast<double>(context.tables.order().size());
  for (const Index number : cycle.program().images) {
    const NodeTables::Image& image = context.tables.image(number);
    if (image.nodes.empty()) continue;
    if (is_first) raw_.assign(state.nodes.size(), 0);
    is_first = false;
    // An image counts the less, the fewer nodes have it: nodes would be overrun.
    const double spread = static_cast<double>(image.nodes.size()) / all;
    const auto size = static_cast<std::int64_t>(static_cast<double>(image.size) * spread);
    for (const Index node : image.nodes) raw_[node] += size;
  }
  if (is_first) return;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    sums_[i] += most * (std::clamp(raw_[nodes[i]], least, largest) - least) / (largest - least);
  }
}

void Scores::add_standing(const Context& context, const Cycle& cycle, std::span<const Index> nodes) {
  if (context.tables.is_indifferent(cycle.program().rule)) return;
  const bool is_later = context.model.minor >= 23;
  const std::int64_t taint_weight = is_later ? 3 : 1, affinity_weight = is_later ? 2 : 1;
  std::int64_t disliked = 0, preference = 0;
  for (const Index node : nodes) {
    disliked = std::max<std::int64_t>(disliked, cycle.standing(node).disliked);
    preference = std::max<std::int64_t>(preference, cycle.standing(node).preference);
  }
  if (disliked == 0 && preference == 0) return;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const Standing& standing = cycle.standing(nodes[i]);
    if (disliked != 0) sums_[i] += taint_weight * (most - most * standing.disliked / disliked);
    if (preference != 0) sums_[i] += affinity_weight * (most * standing.preference / preference);
  }
}

void Scores::add_spread(const Context& context, const State& state, const Cycle& cycle,
                        std::span<const Index> nodes) {
  const Program& program = cycle.program();
  const std::vector<SpreadTerm>& terms = program.soft;
  if (terms.empty()) return;
  const NodeTables& tables = context.tables;
  // Nodes without one of the keys count nowhere, unless the constraints are those that the scheduler supposes
  // (since 1.21).
  const bool takes_all = program.soft_by_default && context.model.minor >= 21;
  const auto has_all_keys = [&](Index node) {
    return takes_all ||
           std::ranges::all_of(terms, [&](const SpreadTerm& each) { return tables.domain(each.key, node) >= 0; });
  };
  std::size_t scored = nodes.size();
  if (!takes_all) scored = static_cast<std::size_t>(std::ranges::count_if(nodes, has_all_keys));
  if (by_domain_.size() < terms.size()) {
    by_domain_.resize(terms.size());
    values_.resize(terms.size());
  }
  const bool rounds = context.model.minor >= 24;
  if (takes_all && add_usual_spread(context, state, cycle, nodes, rounds)) return;
  parts_.clear();
  const Classes* counted = nullptr;  // whose pods are in bound_
  for (std::size_t t = 0; t < terms.size(); ++t) {
    const SpreadTerm& term = terms[t];
    if (counted == nullptr || counted->get() != term.classes.get()) {
      find_bound(state, term);
      counted = &term.classes;
    }
    const double surplus = static_cast<double>(term.max_skew - 1);
    std::vector<std::int32_t>& counts = by_domain_[t];
    if (term.is_hostname) {
      counts.assign(state.nodes.size(), 0);
      for (const Index node : bound_) ++counts[node];
      parts_.push_back({.domains = tables.domains(term.key).data(),
                        .counts = counts.data(),
                        .factor = std::log(static_cast<double>(scored + 2)),
                        .surplus = surplus});
      continue;
    }
    // Domains of nodes that are in question; nodes without the label are one more.
    counts.assign(tables.domain_count(term.key), -1);
    std::size_t domains = 0;
    bool some_without = false;
    const std::int32_t* const domain_of = tables.domains(term.key).data();
    std::int32_t* const count_of = counts.data();
    for (const Index node : nodes) {
      const std::int32_t domain = domain_of[node];
      if (!takes_all && !has_all_keys(node)) continue;
      if (domain < 0) {
        some_without = true;
      } else if (count_of[domain] < 0) {
        count_of[domain] = 0;
        ++domains;
      }
    }
    for (const Index node : bound_) {
      const std::int32_t domain = tables.domain(term.key, node);
      if (domain < 0 || counts[static_cast<std::size_t>(domain)] < 0) continue;
      const Standing& standing = cycle.standing(node);
      if ((term.honors_affinity && !standing.matches) || (term.honors_taints && standing.taint != 0)) continue;
      if (has_all_keys(node)) ++counts[static_cast<std::size_t>(domain)];
    }
    const double factor = std::log(static_cast<double>(domains + (some_without ? 1 : 0) + 2));
    std::vector<double>& values = values_[t];
    values.resize(counts.size());
    for (std::size_t i = 0; i < counts.size(); ++i) values[i] = counts[i] * factor + surplus;
    parts_.push_back({.domains = tables.domains(term.key).data(), .values = values.data()});
  }

  constexpr std::int64_t ignored = -1;
  std::int64_t lowest = std::numeric_limits<std::int64_t>::max(), highest = 0;
  std::int64_t* const raw = raw_.data();
  const std::span<const Part> parts = parts_;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const Index node = nodes[i];
    raw[i] = ignored;
    if (!takes_all && !has_all_keys(node)) continue;
    double score = 0;
    for (const Part& part : parts) {
      const std::int32_t domain = part.domains[node];
      if (domain < 0) continue;
      score += part.values != nullptr ? part.values[domain] : part.counts[node] * part.factor + part.surplus;
    }
    const std::int64_t whole = rounds ? rounded(score) : static_cast<std::int64_t>(score);
    raw[i] = whole;
    lowest = std::min(lowest, whole);
    highest = std::max(highest, whole);
  }
  constexpr std::int64_t weight = 2;
  std::int64_t* const sums = sums_.data();
  // Most nodes have the raw score of the one before.
  std::int64_t last = ignored, last_score = 0;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (raw[i] == ignored) continue;
    if (raw[i] != last) {
      last = raw[i];
      last_score = weight * (highest == 0 ? most : quotient(most * (highest + lowest - last), highest));
    }
    sums[i] += last_score;
  }
}

// Where the pods of a term's classes are.
void Scores::find_bound(const State& state, const SpreadTerm& term) {
  bound_.clear();
  for_each_bound(state, *term.classes, [&](const Pod& pod, Index node) {
    if (!pod.deleting) bound_.push_back(node);
  });
}

// Of a node's own pods and one domain, as the scheduler supposes: there are few different scores, each of which is
// worked out once. False: the terms are others, or there are too many scores.
bool Scores::add_usual_spread(const Context& context, const State& state, const Cycle& cycle,
                              std::span<const Index> nodes, bool rounds) {
  const std::vector<SpreadTerm>& terms = cycle.program().soft;
  if (terms.size() != 2 || !terms[0].is_hostname || terms[1].is_hostname || terms[0].classes != terms[1].classes)
    return false;
  const SpreadTerm& term = terms[1];
  const NodeTables& tables = context.tables;
  find_bound(state, term);
  std::vector<std::int32_t>& counts = by_domain_[0];
  counts.assign(state.nodes.size(), 0);
  std::int32_t most_pods = 0;
  for (const Index node : bound_) most_pods = std::max(most_pods, ++counts[node]);
  // A row for nodes without the label of their own name, and one for each number of pods; a column for nodes
  // without a domain, and one for each domain.
  constexpr std::size_t most_scores = 1'024;
  const std::size_t columns = tables.domain_count(term.key) + 1, rows = static_cast<std::size_t>(most_pods) + 2;
  if (columns * rows > most_scores) return false;
  few_.assign(columns * rows, {});
  Few* const few = few_.data();
  std::int64_t* const raw = raw_.data();  // where in few_
  const std::int32_t* const count_of = counts.data();
  const std::int32_t* const own = tables.domains(terms[0].key).data();
  const std::int32_t* const other = tables.domains(term.key).data();
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const Index node = nodes[i];
    const std::int32_t row = own[node] < 0 ? 0 : count_of[node] + 1, column = other[node] + 1;
    const std::size_t at = static_cast<std::size_t>(row) * columns + static_cast<std::size_t>(column);
    few[at].is_used = true;
    raw[i] = static_cast<std::int64_t>(at);
  }
  // The pods of each domain that is in question; nodes without one are one more.
  std::vector<std::int32_t>& in_domain = by_domain_[1];
  in_domain.assign(columns, -1);
  std::int64_t domains = 0;
  for (std::size_t column = 0; column < columns; ++column) {
    bool is_used = false;
    for (std::size_t row = 0; row < rows; ++row) is_used |= few[row * columns + column].is_used;
    if (!is_used) continue;
    in_domain[column] = 0;
    ++domains;
  }
  for (const Index node : bound_) {
    const auto column = static_cast<std::size_t>(other[node]) + 1;  // 0 for -1
    if (column == 0 || in_domain[column] < 0) continue;
    const Standing& standing = cycle.standing(node);
    if ((term.honors_affinity && !standing.matches) || (term.honors_taints && standing.taint != 0)) continue;
    ++in_domain[column];
  }
  const double own_factor = std::log(static_cast<double>(nodes.size() + 2));
  const double own_surplus = static_cast<double>(terms[0].max_skew - 1);
  const double factor = std::log(static_cast<double>(domains + 2));
  const double surplus = static_cast<double>(term.max_skew - 1);
  std::int64_t lowest = std::numeric_limits<std::int64_t>::max(), highest = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < columns; ++column) {
      Few& each = few[row * columns + column];
      if (!each.is_used) continue;
      double score = 0;
      if (row > 0) score += static_cast<std::int32_t>(row - 1) * own_factor + own_surplus;
      if (column > 0) score += in_domain[column] * factor + surplus;
      each.score = rounds ? rounded(score) : static_cast<std::int64_t>(score);
      lowest = std::min(lowest, each.score);
      highest = std::max(highest, each.score);
    }
  }
  constexpr std::int64_t weight = 2;
  for (Few& each : few_) {
    if (!each.is_used) continue;
    each.score = weight * (highest == 0 ? most : quotient(most * (highest + lowest - each.score), highest));
  }
  std::int64_t* const sums = sums_.data();
  for (std::size_t i = 0; i < nodes.size(); ++i) sums[i] += few[raw[i]].score;
  return true;
}

void Scores::add_peers(const Context& context, const State& state, const Cycle& cycle,
                       std::span<const Index> nodes) {
  const NodeTables& tables = context.tables;
  keys_.clear();
  bool is_any = false;
  for (const PeerTerm& term : cycle.program().preferences) {
    auto key = std::ranges::find(keys_, term.key);
    if (key == keys_.end()) {
      key = keys_.insert(keys_.end(), term.key);
      weights_.resize(std::max(weights_.size(), keys_.size()));
      weights_[keys_.size() - 1].assign(tables.domain_count(term.key), 0);
    }
    std::vector<std::int64_t>& weights = weights_[static_cast<std::size_t>(key - keys_.begin())];
    for_each_bound(state, *term.classes, [&](const Pod&, Index node) {
      const std::int32_t domain = tables.domain(term.key, node);
      if (domain < 0) return;
      weights[static_cast<std::size_t>(domain)] += term.weight;
      is_any = true;
    });
  }
  if (!is_any) return;
  // Zero is one of the bounds before 1.21.
  const bool from_zero = context.model.minor < 21;
  std::int64_t lowest = from_zero ? 0 : std::numeric_limits<std::int64_t>::max();
  std::int64_t highest = from_zero ? 0 : std::numeric_limits<std::int64_t>::min();
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    raw_[i] = 0;
    for (std::size_t k = 0; k < keys_.size(); ++k) {
      const std::int32_t domain = tables.domain(keys_[k], nodes[i]);
      if (domain >= 0) raw_[i] += weights_[k][static_cast<std::size_t>(domain)];
    }
    lowest = std::min(lowest, raw_[i]);
    highest = std::max(highest, raw_[i]);
  }
  if (highest == lowest) return;
  const std::int64_t weight = context.model.minor >= 23 ? 2 : 1;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const double share = static_cast<double>(raw_[i] - lowest) / static_cast<double>(highest - lowest);
    sums_[i] += weight * static_cast<std::int64_t>(static_cast<double>(most) * share);
  }
}

}  // namespace bulwark::twin

#include "twin/scheduler/scores.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace bulwark::twin {

namespace {

constexpr std::int64_t most = 100;  // MaxNodeScore

// noderesources/least_allocated.go: the share that stays free.
std::int64_t free_share(std::int64_t requested, std::int64_t allocatable) {
  if (allocatable == 0 || requested > allocatable) return 0;
  return (allocatable - requested) * most / allocatable;
}

// noderesources/balanced_allocation.go. Before 1.22 a full node scored nothing, and the difference of the two
// fractions counted in full.
std::int64_t balance(double cpu, double memory, int minor) {
  if (minor < 22) {
    if (cpu >= 1 || memory >= 1) return 0;
    return static_cast<std::int64_t>((1 - std::abs(cpu - memory)) * static_cast<double>(most));
  }
  const double deviation = std::abs((std::min(cpu, 1.0) - std::min(memory, 1.0)) / 2);
  return static_cast<std::int64_t>((1 - deviation) * static_cast<double>(most));
}

double fraction(std::int64_t requested, std::int64_t allocatable) {
  return allocatable == 0 ? 1 : static_cast<double>(requested) / static_cast<double>(allocatable);
}

}  // namespace

std::span<const std::int64_t> Scores::of(const Context& context, const State& state, const Cycle& cycle,
                                         std::span<const Index> nodes) {
  sums_.assign(nodes.size(), 0);
  raw_.resize(nodes.size());
  add_resources(context, state, cycle, nodes);
  add_images(context, state, cycle, nodes);
  add_standing(context, cycle, nodes);
  add_spread(context, state, cycle, nodes);
  add_peers(context, state, cycle, nodes);
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
  const bool is_exact = minor >= 23;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const Index node = nodes[i];
    const std::int64_t cpu = columns.allocatable[Column::cpu][node];
    const std::int64_t memory = columns.allocatable[Column::memory][node];
    const std::int64_t cpu_used = columns.score_cpu[node] + of.score_cpu;
    const std::int64_t memory_used = columns.score_memory[node] + of.score_memory;
    std::int64_t score = (free_share(cpu_used, cpu) + free_share(memory_used, memory)) / 2;
    if (balances && is_exact) {
      score += balance(fraction(columns.requested[Column::cpu][node] + cpu_asked, cpu),
                       fraction(columns.requested[Column::memory][node] + memory_asked, memory), minor);
    } else if (balances) {
      score += balance(fraction(cpu_used, cpu), fraction(memory_used, memory), minor);
    }
    sums_[i] += score;
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

void Scores::count_by_node(const State& state, const std::vector<Index>& classes) {
  by_node_.assign(state.nodes.size(), 0);
  with_pods_.clear();
  for_each_bound(state, classes, [&](const Pod& pod, Index node) {
    if (!pod.deleting && by_node_[node]++ == 0) with_pods_.push_back(node);
  });
}

void Scores::add_spread(const Context& context, const State& state, const Cycle& cycle,
                        std::span<const Index> nodes) {
  const Program& program = cycle.program();
  const std::vector<SpreadTerm>& terms = program.soft;
  if (terms.empty()) return;
  const NodeTables& tables = context.tables;
  // Nodes without one of the keys count nowhere, unless the constraints are those that the scheduler supposes
  // (since 1.21).
  const bool needs_no_keys = program.soft_by_default && context.model.minor >= 21;
  const auto has_all_keys = [&](Index node) {
    return needs_no_keys ||
           std::ranges::all_of(terms, [&](const SpreadTerm& each) { return tables.domain(each.key, node) >= 0; });
  };
  std::size_t scored = 0;
  for (const Index node : nodes) scored += has_all_keys(node) ? 1 : 0;
  by_domain_.resize(std::max(by_domain_.size(), terms.size()));
  factors_.resize(terms.size());
  const Classes* counted = nullptr;
  for (std::size_t t = 0; t < terms.size(); ++t) {
    const SpreadTerm& term = terms[t];
    if (counted == nullptr || *counted != term.classes) count_by_node(state, *term.classes);
    counted = &term.classes;
    std::vector<std::int32_t>& counts = by_domain_[t];
    if (term.is_hostname) {
      counts.assign(by_node_.begin(), by_node_.end());
      factors_[t] = std::log(static_cast<double>(scored + 2));
      continue;
    }
    // Domains of nodes that are in question; nodes without the label are one more.
    counts.assign(tables.domain_count(term.key), -1);
    const std::vector<std::int32_t>& domain_of = tables.domains(term.key);
    std::size_t domains = 0;
    bool some_without = false;
    for (const Index node : nodes) {
      const std::int32_t domain = domain_of[node];
      if (!has_all_keys(node)) continue;
      if (domain < 0) {
        some_without = true;
      } else if (counts[static_cast<std::size_t>(domain)] < 0) {
        counts[static_cast<std::size_t>(domain)] = 0;
        ++domains;
      }
    }
    for (const Index node : with_pods_) {
      const std::int32_t domain = domain_of[node];
      if (domain < 0 || counts[static_cast<std::size_t>(domain)] < 0 || !has_all_keys(node)) continue;
      const Standing& standing = cycle.standing(node);
      if ((term.honors_affinity && !standing.matches) || (term.honors_taints && standing.taint != 0)) continue;
      counts[static_cast<std::size_t>(domain)] += by_node_[node];
    }
    factors_[t] = std::log(static_cast<double>(domains + (some_without ? 1 : 0) + 2));
  }

  constexpr std::int64_t ignored = -1;
  const bool rounds = context.model.minor >= 24;
  std::int64_t lowest = std::numeric_limits<std::int64_t>::max(), highest = 0;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const Index node = nodes[i];
    raw_[i] = ignored;
    if (!has_all_keys(node)) continue;
    double score = 0;
    for (std::size_t t = 0; t < terms.size(); ++t) {
      const std::int32_t domain = tables.domain(terms[t].key, node);
      if (domain < 0) continue;
      const std::size_t at = terms[t].is_hostname ? node : static_cast<std::size_t>(domain);
      score += by_domain_[t][at] * factors_[t] + static_cast<double>(terms[t].max_skew - 1);
    }
    raw_[i] = static_cast<std::int64_t>(score);
    // Rounded since 1.24.
    if (rounds && score - static_cast<double>(raw_[i]) >= 0.5) ++raw_[i];
    lowest = std::min(lowest, raw_[i]);
    highest = std::max(highest, raw_[i]);
  }
  constexpr std::int64_t weight = 2;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (raw_[i] == ignored) continue;
    sums_[i] += weight * (highest == 0 ? most : most * (highest + lowest - raw_[i]) / highest);
  }
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

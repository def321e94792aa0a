#include "twin/scheduler/node_rows.h"

#include <algorithm>

namespace bulwark::twin {

void NodeRows::update(const Nodes& nodes, Index node) {
  if (rows_.size() < nodes.size()) {
    rows_.resize(nodes.size());
    most_.resize(nodes.size());
    is_usual_.resize(nodes.size(), true);
  }
  NodeRow& row = rows_[node];
  const std::int64_t all_cpu = nodes.allocatable[Column::cpu][node];
  const std::int64_t all_memory = nodes.allocatable[Column::memory][node];
  const std::int64_t cpu = nodes.requested[Column::cpu][node], memory = nodes.requested[Column::memory][node];
  const std::int64_t score_cpu = nodes.score_cpu[node], score_memory = nodes.score_memory[node];
  const auto pair = [](std::int64_t a, std::int64_t b) {
    return Pair{static_cast<double>(a), static_cast<double>(b)};
  };
  row.allocatable = pair(all_cpu, all_memory);
  row.requested = pair(cpu, memory);
  row.scored = pair(score_cpu, score_memory);
  const bool is_full = nodes.requested[Column::pods][node] >= nodes.allocatable[Column::pods][node];
  row.free = is_full ? Pair{full, full} : row.allocatable - row.requested;
  const bool is_usual = all_cpu > 0 && all_memory > 0 && is_exact(all_cpu) && is_exact(all_memory) &&
                        is_exact(cpu) && is_exact(memory) && is_exact(score_cpu) && is_exact(score_memory);
  if (is_usual) {
    const auto [free, balance] = ResourceScores::of(row.allocatable, row.scored, row.requested);
    most_[node] = free + balance;
    const Pair least = least_allocatable_;
    least_allocatable_ = row.allocatable < least ? row.allocatable : least;
  }
  if (is_usual == is_usual_[node]) return;
  is_usual_[node] = is_usual;
  unusual_ += is_usual ? std::size_t{0} - 1 : 1;
}

// The deviation of the two fractions changes by half of what the pod adds to one of them, and each score is
// rounded down.
std::int64_t NodeRows::more_for(Pair asked) const {
  const Pair shares = asked / least_allocatable_;
  return static_cast<std::int64_t>(std::min(std::max(shares[0], shares[1]), 4.0) * 50) + 3;
}

}  // namespace bulwark::twin

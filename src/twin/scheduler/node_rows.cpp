#include "twin/scheduler/node_rows.h"

#include <algorithm>
#include <limits>

namespace bulwark::twin {

void NodeRows::update(const Nodes& nodes, Index node) {
  if (rows_.size() < nodes.size()) rows_.resize(nodes.size());
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
  constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
  row.free_pods = static_cast<std::int32_t>(
      std::clamp(nodes.allocatable[Column::pods][node] - nodes.requested[Column::pods][node], -most, most));
  const bool is_usual = all_cpu > 0 && all_memory > 0 && is_exact(all_cpu) && is_exact(all_memory) &&
                        is_exact(cpu) && is_exact(memory) && is_exact(score_cpu) && is_exact(score_memory);
  if (is_usual != row.is_usual) unusual_ += is_usual ? std::size_t{0} - 1 : 1;
  row.is_usual = is_usual;
}

}  // namespace bulwark::twin

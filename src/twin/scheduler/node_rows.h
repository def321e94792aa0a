// What of a node moves with its pods, as the filters and scores that all pods need want it: a node stands in one
// line of the processor's cache, cpu beside memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "twin/state.h"

namespace bulwark::twin {

// Cpu (in thousandths) and memory (in bytes), reckoned with at once: whole numbers, which doubles hold exactly, so
// that their quotients are those that kube-scheduler comes to.
using Pair = double __attribute__((vector_size(16)));

// Amounts below this are exact in doubles, and so is a hundred times as much.
inline constexpr std::int64_t exact_below = std::int64_t{1} << 44;
inline constexpr bool is_exact(std::int64_t amount) { return amount >= 0 && amount < exact_below; }

struct alignas(64) NodeRow {
  Pair allocatable{}, requested{};
  Pair scored{};  // requested, with what is supposed for pods that ask for nothing
  Pair free{};    // allocatable, without what is requested; where no pod has a place any more, `full`
};

class NodeRows {
 public:
  // The node's columns may have changed.
  void update(const Nodes& nodes, Index node);

  // Less than nothing: no pod fits, whatever it asks for.
  static constexpr double full = -std::numeric_limits<double>::infinity();

  const NodeRow* data() const { return rows_.data(); }
  // Whether the rows say all about all nodes; else the columns have to be asked.
  bool are_usual() const { return unusual_ == 0; }

 private:
  std::vector<NodeRow> rows_;
  std::vector<bool> is_usual_;  // all amounts are exact, and there is some cpu and memory
  std::size_t unusual_ = 0;
};

}  // namespace bulwark::twin

// What of a node moves with its pods, as the filters and scores that all pods need want it: a node stands in one
// line of the processor's cache, cpu beside memory.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "twin/state.h"

namespace bulwark::twin {

// Cpu (in thousandths) and memory (in bytes), reckoned with at once: whole numbers, which doubles hold exactly, so
// that their quotients are those that kube-scheduler comes to.
using Pair = double __attribute__((vector_size(16)));

// NodeResourcesFit (LeastAllocated) and NodeResourcesBalancedAllocation, of which 100 is the best.
struct ResourceScores {
  std::int32_t free = 0, balance = 0;

  // `scored` and `requested` with the pod in question; some of each is allocatable.
  static ResourceScores of(Pair allocatable, Pair scored, Pair requested) {
    constexpr Pair zero = {0, 0}, one = {1, 1};
    const Pair left = allocatable - scored, shares = (left > zero ? left : zero) * 100.0 / allocatable;
    const Pair used = requested / allocatable, bounded = used < one ? used : one;
    const double deviation = std::abs((bounded[0] - bounded[1]) / 2);
    return {(static_cast<std::int32_t>(shares[0]) + static_cast<std::int32_t>(shares[1])) / 2,
            static_cast<std::int32_t>((1 - deviation) * 100)};
  }
};

// Amounts below this are exact in doubles, and so is a hundred times as much.
inline constexpr std::int64_t exact_below = std::int64_t{1} << 44;
constexpr bool is_exact(std::int64_t amount) { return amount >= 0 && amount < exact_below; }

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
  // What the resources score at most on each node, for a pod that asks for nothing; one that asks for `asked` may
  // score `more_for(asked)` more, because it restores the balance.
  const std::int32_t* most() const { return most_.data(); }
  std::int64_t more_for(Pair asked) const;
  // Whether the rows say all about all nodes; else the columns have to be asked.
  bool are_usual() const { return unusual_ == 0; }

 private:
  std::vector<NodeRow> rows_;
  std::vector<std::int32_t> most_;
  Pair least_allocatable_{static_cast<double>(exact_below), static_cast<double>(exact_below)};
  std::vector<bool> is_usual_;  // all amounts are exact, and there is some cpu and memory
  std::size_t unusual_ = 0;
};

}  // namespace bulwark::twin

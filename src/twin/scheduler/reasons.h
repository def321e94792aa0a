// The scheduler's own words, which differ between its versions.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "twin/scheduler/cycle.h"

namespace bulwark::twin {

// What one node's filter answers.
struct Answer {
  Refusal refusal = Refusal::fits;
  std::vector<std::string> words;
  bool is_resolvable = false;
};
// Whether a node may take the pod once other pods have left it (Unschedulable, and not
// UnschedulableAndUnresolvable).
bool is_resolvable(const Context& context, const State& state, const Cycle& cycle, Index node, Refusal refusal);
Answer answer(const Context& context, const State& state, const Cycle& cycle, Index node, Refusal refusal,
              const Changes* changes = nullptr);

// How many nodes gave each reason.
class Histogram {
 public:
  void add(const std::vector<std::string>& reasons, std::size_t nodes = 1) {
    for (const std::string& each : reasons) count_[each] += nodes;
  }
  // "0/5 nodes are available: 2 Insufficient cpu, 3 node(s) were unschedulable."
  std::string text(std::size_t all) const;

 private:
  std::map<std::string, std::size_t> count_;
};

}  // namespace bulwark::twin

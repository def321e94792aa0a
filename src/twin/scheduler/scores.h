// The scores of kube-scheduler's default profile: NodeResourcesFit (LeastAllocated),
// NodeResourcesBalancedAllocation, ImageLocality, TaintToleration, NodeAffinity, PodTopologySpread and
// InterPodAffinity with their weights.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "twin/scheduler/cycle.h"

namespace bulwark::twin {

class Scores {
 public:
  // The sum for each of the nodes, which all passed the filters. Valid until the next call.
  std::span<const std::int64_t> of(const Context& context, const State& state, const Cycle& cycle,
                                   std::span<const Index> nodes);

 private:
  void add_resources(const Context& context, const State& state, const Cycle& cycle, std::span<const Index> nodes);
  void add_images(const Context& context, const State& state, const Cycle& cycle, std::span<const Index> nodes);
  void add_standing(const Context& context, const Cycle& cycle, std::span<const Index> nodes);
  void add_spread(const Context& context, const State& state, const Cycle& cycle, std::span<const Index> nodes);
  void add_peers(const Context& context, const State& state, const Cycle& cycle, std::span<const Index> nodes);

  // Pods that are not going, by node.
  void count_by_node(const State& state, const std::vector<Index>& classes);

  std::vector<std::int64_t> sums_, raw_;
  std::vector<std::int32_t> by_node_;
  std::vector<Index> with_pods_;                      // nodes where there are some
  std::vector<std::vector<std::int32_t>> by_domain_;  // of each term
  std::vector<std::vector<std::int64_t>> weights_;    // of each topology key
  std::vector<Index> keys_;
  std::vector<double> factors_;
};

}  // namespace bulwark::twin

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
  // The sum for each of the nodes, which all passed the filters; of a node that is below one before it perhaps a
  // higher sum, which is below it, too. Valid until the next call.
  std::span<const std::int64_t> of(const Context& context, const State& state, const Cycle& cycle,
                                   std::span<const Index> nodes);

 private:
  void add_resources(const Context& context, const State& state, const Cycle& cycle, std::span<const Index> nodes);
  void add_usual_resources(const NodeRows& all, Pair asked, Pair scored, std::span<const Index> nodes);
  void add_images(const Context& context, const State& state, const Cycle& cycle, std::span<const Index> nodes);
  void add_standing(const Context& context, const Cycle& cycle, std::span<const Index> nodes);
  void add_spread(const Context& context, const State& state, const Cycle& cycle, std::span<const Index> nodes);
  void add_peers(const Context& context, const State& state, const Cycle& cycle, std::span<const Index> nodes);

  std::vector<std::int64_t> sums_, raw_;
  std::vector<std::vector<std::int32_t>> by_domain_;  // of each term
  std::vector<std::vector<std::int64_t>> weights_;    // of each topology key
  std::vector<Index> keys_;
  // How a term of the spread scores a node: by its domain, or by the pods that the node itself has.
  struct Part {
    const std::int32_t* domains = nullptr;
    const double* values = nullptr;  // by domain
    const std::int32_t* counts = nullptr;
    double factor = 0, surplus = 0;
  };
  void find_bound(const State& state, const SpreadTerm& term);
  bool add_usual_spread(const Context& context, const State& state, const Cycle& cycle,
                        std::span<const Index> nodes, bool rounds);

  struct Few {
    std::int64_t score = 0;
    bool is_used = false;
  };
  std::vector<Few> few_;
  std::vector<Part> parts_;
  std::vector<std::vector<double>> values_;
  std::vector<Index> bound_;
};

}  // namespace bulwark::twin

// One pod's turn: what kube-scheduler's PreFilter plugins work out, and the filters that follow.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "twin/scheduler/node_rows.h"
#include "twin/scheduler/node_tables.h"

namespace bulwark::twin {

// Why a node does not take a pod, in the order of the filters.
enum class Refusal : std::uint8_t {
  fits,
  claim_missing,  // a PersistentVolumeClaim that is not there: no node takes the pod
  claim_unbound,  // one that should be bound at once and is not
  cordoned,
  taint,
  node_affinity,
  ports,
  resources,
  volume_in_use,  // ReadWriteOncePod
  volume_count,
  volume_conflict,
  spread_label,
  spread,
  affinity,
  anti_affinity,
  existing_anti_affinity,
};

// What a scheduler is made of, for the time of a turn.
struct Context {
  const Model& model;
  const Programs& programs;
  const NodeTables& tables;
  const NodeRows& rows;
  const std::vector<std::vector<std::int32_t>>& attached;  // volumes by driver and node
  std::uint64_t version = 0;                               // of the nodes: another one after each change of one
};

// Pods that are thought away from one node, or onto it.
struct Changes {
  std::vector<std::int64_t> requested;  // by column
  std::vector<std::int32_t> attached;   // by the drivers of the pod whose turn it is
  std::int32_t port_rivals = 0;
};

class Cycle {
 public:
  // The rule of the pod's class must be complete in the tables.
  void begin(const Context& context, const State& state, Index pod);

  // The first filter that refuses.
  Refusal check(const State& state, Index node) const { return check(state, node, nullptr); }
  // Adds those of the nodes that pass all filters, from `start` on and around, until there are `enough`. Returns
  // where it has ended.
  std::size_t find(const State& state, const std::vector<Index>& nodes, std::size_t start, std::size_t enough,
                   std::vector<Index>& fitting);
  Refusal check(const State& state, Index node, const Changes& changes) const {
    return check(state, node, &changes);
  }
  // Thinks another pod onto a node (by = 1) or away from it (-1).
  void change(const State& state, Index other, Index node, int by, Changes& changes);
  // Columns of which the node has too little.
  std::vector<Index> lacking(const State& state, Index node, const Changes* changes = nullptr) const;
  // Whether an empty node would take what the pod asks of these columns.
  bool could_ever_fit(const State& state, Index node) const;

  Index pod() const { return pod_; }
  Index pod_class() const { return class_; }
  const Program& program() const { return *program_; }
  const Standing& standing(Index node) const { return row_[shapes_[node]]; }
  // The claim that is missing.
  Index missing_claim() const { return missing_claim_; }
  // The node that the pod of a DaemonSet is for; none: any.
  Index pinned() const { return pinned_; }

 private:
  // Pods by domain. -1: the domain does not count.
  struct Count {
    std::vector<std::int32_t> of_domain;
    std::int32_t least = 0;    // of spread: in the domain with the fewest
    std::int32_t domains = 0;  // that count
  };
  struct VolumeNeed {
    const Standing* row = nullptr;  // nodes that reach it
    Index like = none;              // or those in the zone of this one; of a local volume, it alone
    bool is_local = false;
  };
  struct DriverUse {
    Index driver = 0;
    std::int32_t volumes = 0;  // of the pod
  };

  // A column of the nodes that is none of their rows, and what the pod wants of it.
  struct Ask {
    const std::int64_t* allocatable;
    const std::int64_t* requested;
    std::int64_t amount;
  };
  // A hard spread: how many pods a domain may have so that one more fits.
  struct SpreadLimit {
    const std::int32_t* domain;
    const std::int32_t* count;
    std::int64_t most;
  };

  Refusal check(const State& state, Index node, const Changes* changes) const;
  bool passes_rest(Index node) const;
  Refusal check_volumes(const State& state, Index node, const Changes* changes) const;
  Refusal check_peers(Index node) const;
  void begin_claims(const State& state);
  void begin_spread(const State& state);
  void begin_domains(const SpreadTerm& term, Count& count);
  void begin_peers(const State& state);
  bool counts(const SpreadTerm& term, Index node) const;
  bool has_all_keys(Index node) const;
  void find_least(Count& count) const;
  void count(const PeerTerm& term, Count& into, const State& state, std::int64_t& total) const;

  const Context* context_ = nullptr;
  const PodClass* of_ = nullptr;
  const Program* program_ = nullptr;
  const Standing* row_ = nullptr;
  const Index* shapes_ = nullptr;
  Index pod_ = none, class_ = none, pinned_ = none, missing_claim_ = none;
  Refusal everywhere_ = Refusal::fits;
  std::vector<std::int32_t> port_rivals_;  // by node; empty when the pod has no ports
  std::vector<VolumeNeed> volumes_;
  std::vector<DriverUse> drivers_;
  std::vector<std::pair<Index, std::size_t>>
      attached_here_;             // nodes that have a volume of the pod's, and its driver
  std::int32_t other_users_ = 0;  // of claims that one pod may use
  std::vector<Count> hard_, affinity_, anti_affinity_, rivals_;
  std::int64_t friends_ = 0, foes_ = 0, rivals_count_ = 0;
  // Of find().
  std::vector<Ask> asks_;
  std::vector<SpreadLimit> limits_;
  bool has_peers_ = false;
  // Which domains count for a spread, of classes that ask alike; good as long as the tables are.
  struct Domains {
    std::uint64_t version = 0;
    std::vector<std::int32_t> of_domain;
  };
  std::vector<Domains> known_domains_;
};

// Calls visit(pod, node) for the pods of the classes that are bound and not finished.
template <class Visit>
void for_each_bound(const State& state, const std::vector<Index>& classes, Visit&& visit) {
  for (const Index each : classes) {
    for (Index pod = state.classes[each].first_pod; pod != none; pod = state.pods[pod].next_of_class) {
      const Pod& of = state.pods[pod];
      if (of.holds_resources && of.node != none) visit(of, of.node);
    }
  }
}

// As the twin supposes: a volume made for a pod on one node is reached from all nodes of its zone.
bool reaches_volume_of(const State& state, Index node, Index made_on, bool is_local);

}  // namespace bulwark::twin

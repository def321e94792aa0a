// What moves in a twin. Flat vectors of small things without pointers: a copy is a few block copies, and a search
// over many rehearsals makes thousands of them.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "twin/model.h"

namespace bulwark::twin {

enum class PodPhase : std::uint8_t {
  free,      // no pod has this place
  pending,   // not bound to a node
  starting,  // bound, its containers do not run yet: the API's phase is still Pending
  running,   // Running, and not Ready
  ready,     // Running and Ready
  succeeded,
  failed,
};

struct Pod {
  Index pod_class = none;
  Index workload = none;
  Index node = none;
  Index loaded = none;       // into Model::pods, for its name; none: made here, named after `serial`
  std::uint32_t serial = 0;  // unique among all pods of a twin, as a uid is
  Index next_on_node = none, previous_on_node = none;
  Index next_of_class = none, previous_of_class = none;
  std::int32_t ordinal =
      -1;                  // of a StatefulSet's pod; of a DaemonSet's the index of the one node that may take it
  Index nominated = none;  // node that preemption made room on
  std::uint32_t attempts = 0;  // of the scheduler
  PodPhase phase = PodPhase::free;
  bool deleting = false;         // deletionTimestamp is set
  bool was_evicted = false;      // by the eviction API
  bool holds_resources = false;  // counts in what is asked of its node
  bool is_stuck = false;         // its containers have ended, and a finalizer keeps the object
  Time created{};
  Time since{};     // of its phase
  Time deadline{};  // of its deletion: when it will be gone

  bool exists() const { return phase != PodPhase::free; }
  bool finished() const { return phase == PodPhase::succeeded || phase == PodPhase::failed; }
  // As controllers count: neither finished nor going.
  bool active() const { return exists() && !finished() && !deleting; }
};

// Nodes, a vector for each property: the scheduler runs along them.
struct Nodes {
  std::vector<std::shared_ptr<const NodeInfo>> info;
  std::vector<std::uint8_t> exists, ready, unschedulable;
  std::vector<Index> first_pod;
  std::vector<std::uint32_t> pods;      // on it, finished ones too
  std::vector<std::uint32_t> silences;  // how often its kubelet has fallen silent, or spoken again
  std::vector<Time> tainted_since;      // when its taints last changed
  // [column][node]; what is asked for counts every pod that is bound and not finished, going ones too.
  std::vector<std::vector<std::int64_t>> allocatable, requested;
  std::vector<std::int64_t> score_cpu, score_memory;

  std::size_t size() const { return info.size(); }
};

struct WorkloadState {
  std::int32_t replicas = 0;  // asked for now
  std::int32_t active = 0;    // pods that are neither finished nor going
  std::int32_t ready = 0;     // of the active ones
  std::int32_t succeeded = 0, failed = 0;
  Time not_before{};        // of a Job: no pod is made earlier, after one has failed
  bool is_rolling = false;  // pods of an older template are being replaced
  bool has_failed = false;  // of a Job: more pods failed than backoffLimit allows
  bool is_dirty = false;    // its controller has it in its queue
};

struct ClassState {
  Index first_pod = none;
  std::int32_t pods = 0;     // that exist, in whatever phase
  std::int32_t healthy = 0;  // Ready and not going
};

// A pod whose eviction was let pass and whose deletion the controller has not seen.
struct Disrupted {
  Index pod = none;
  std::uint32_t serial = 0;
  Time at{};
};

// Status of a PodDisruptionBudget.
struct BudgetState {
  std::int32_t current_healthy = 0, desired_healthy = 0, expected_pods = 0, disruptions_allowed = 0;
  std::int64_t generation = 0, observed_generation = 0;
  bool sync_failed = false;  // and why: Engine::budget_problem
  bool is_dirty = false;
  std::vector<Disrupted> disrupted;
};

struct State {
  Time now{};
  std::uint64_t random = 1;
  bool asks_webhooks = true;  // false while what stands in files is put up for the first time
  std::uint32_t next_serial = 0;
  std::vector<Index> place_of_serial;           // into pods; none once it is gone
  std::vector<std::uint32_t> serial_of_loaded;  // of Model::pods
  std::vector<Pod> pods;
  std::vector<Index> free_pods;
  std::vector<Index> waiting_daemons;  // pods of DaemonSets that are not bound
  Nodes nodes;
  std::vector<ClassState> classes;
  std::vector<WorkloadState> workloads;
  std::vector<BudgetState> budgets;
  std::vector<Index> bound_claims;  // node that a claim which waited was bound on; none
};

}  // namespace bulwark::twin

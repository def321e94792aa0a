// kube-scheduler's default profile on the twin's state.
//
// A Scheduler is a value: a copy goes on where the original stood, and is cheap beside a rehearsal. Everything
// that depends on classes and node shapes alone is worked out once and shared by the copies; counts that move with
// the pods (spread, affinity, ports, volumes) are kept up by on_bound and on_left, so that choosing a node runs
// along the columns of State::nodes and nothing else.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "twin/state.h"

namespace bulwark::twin {

class Scheduler {
 public:
  // The node for a pod, or why there is none.
  struct Choice {
    Index node = none;
    // Preemption: with node == none, the pods to delete so that the pod fits on `nominated` later.
    Index nominated = none;
    std::vector<Index> victims;
  };

  Scheduler();
  explicit Scheduler(std::shared_ptr<const Model> model);
  Scheduler(const Scheduler&);
  Scheduler& operator=(const Scheduler&);
  Scheduler(Scheduler&&) noexcept;
  Scheduler& operator=(Scheduler&&) noexcept;
  ~Scheduler();

  // The model was replaced by one that begins with the same classes, claims and so on, and may have more; or, with
  // `anew`, by any other: counts are made again from the state.
  void on_model(std::shared_ptr<const Model> model, const State& state, bool anew);
  // A node was added, or its labels, taints, readiness or cordon changed.
  void on_node(const State& state, Index node);
  // A pod has got its node (state.pods[pod].node is set, requested amounts are counted), or has left it for good
  // (finished or gone; called before its node is cleared).
  void on_bound(const State& state, Index pod);
  void on_left(const State& state, Index pod);

  // Which node the pod goes to. Ties are broken by state.random, which advances. Pods that are nominated elsewhere
  // count there, as upstream counts them.
  Choice choose(State& state, Index pod);
  // "0/5 nodes are available: 2 Insufficient cpu, ..." as the scheduler of Model::minor words it, preemption's
  // part included. For a pod for which choose() just found none.
  std::string unschedulable_message(const State& state, Index pod) const;
  // Why one node does not take the pod: the reasons of the first filter that refuses, as upstream; empty when it
  // fits.
  std::vector<std::string> why_not(const State& state, Index pod, Index node) const;
  // Whether the pod passes all filters on the node as things stand.
  bool fits(const State& state, Index pod, Index node) const;
  // Whether a pod that waits may become schedulable when one of this class is bound: it wants the company of such
  // pods, or wants to be spread among them.
  bool may_help_when_bound(Index pod_class) const;
  // Whether a DaemonSet wants a pod of this class on the node: node selector and affinity, and taints with the
  // tolerations that its pods are given (pkg/controller/daemon: NodeShouldRunDaemonPod). Resources do not count.
  bool wants_daemon(const State& state, Index pod_class, Index node) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace bulwark::twin

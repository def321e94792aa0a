// The upgrade of a cluster's node pools, one after the other: the code that is rehearsed on the twin, and that
// runs on living clusters.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "upgrade/drain.h"
#include "upgrade/log.h"
#include "upgrade/node_pools.h"
#include "upgrade/pods.h"
#include "upgrade/progress.h"

namespace bulwark::upgrade {

// What the run sets otherwise than the pools have it.
struct SettingsOverride {
  std::optional<std::string> max_surge, max_unavailable, max_blocked_nodes;
  std::optional<std::chrono::minutes> drain_timeout, node_soak;
  std::optional<UndrainableNodeBehavior> undrainable;
  std::optional<UpgradeStrategy> strategy;
  std::optional<BlueGreenSettings> blue_green;

  void apply(UpgradeSettings& settings) const;
};

// The nodes of a pool in the order of work; those that it does not name come after, by name.
struct NodeOrder {
  std::string pool;
  std::vector<std::string> nodes;
};

struct RolloutOptions {
  std::string version;         // that nodes get
  bool control_plane = false;  // is upgraded first
  bool force = false;          // pods are deleted, past all budgets (--enable-force-upgrade)
  bool all_nodes = false;      // those that have the version, too, as for a new node image
  std::int64_t parallel = 0;   // nodes drained at once, at most; 1: one at a time; 0: as the surge allows
  // Surge nodes take the pods of a set of nodes, and the next set begins when the whole set is upgraded; else a
  // node begins as soon as another has ended.
  bool sets = true;
  std::vector<std::string> pools;  // which, in this order; empty: all, as the cloud lists them
  std::vector<NodeOrder> orders;
  SettingsOverride settings;
  DrainOptions drain = DrainOptions::of_upgrade();  // but for the timeout, which is the pool's
  DrainRules rules;                                 // what they point to must outlive the rollout
};

struct Outcome {
  enum class State : std::uint8_t { running, completed, stopped } state = State::running;
  kube::Time end{};
  // Of one that stopped: where, and why.
  std::string pool, node, reason;
  bool lacks_nodes = false;                // no surge or green node could be had
  std::size_t node_number = 0, nodes = 0;  // the 7th of 40 nodes; 0: it was no node
  std::vector<RemainingPod> remaining;     // of all drains that were under way
  std::size_t quarantined = 0;             // nodes that were left behind, in all pools
};

class PoolRun;

// A rollout that goes on step by step. A value: a copy goes on by itself, on another cluster.
class Rollout {
 public:
  explicit Rollout(RolloutOptions options);
  // Takes up one that was stopped or killed. What was done is not done again, what was begun is begun again.
  Rollout(RolloutOptions options, Progress progress);
  ~Rollout();
  Rollout(const Rollout& other);
  Rollout& operator=(const Rollout& other);
  Rollout(Rollout&&) noexcept;
  Rollout& operator=(Rollout&&) noexcept;

  // Does what can be done now; `changed` are the tokens that Pods::wait told. When it wants to be called next;
  // nullopt: it is over.
  std::optional<kube::Time> step(Pods& pods, NodePools& cloud, Log& log, std::span<const Pods::Token> changed);

  const Outcome& outcome() const { return outcome_; }
  const Progress& progress() const { return progress_; }

 private:
  bool begin(NodePools& cloud, kube::Time now, Log& log);
  std::optional<kube::Time> step_control_plane(NodePools& cloud, kube::Time now, Log& log);
  void complete(kube::Time now, Log& log);
  void stop(std::string pool, std::string reason, kube::Time now, Log& log);

  std::shared_ptr<const RolloutOptions> options_;
  Progress progress_;
  Outcome outcome_;
  std::vector<NodePool> pools_;  // as they were at the start
  std::size_t current_ = 0;      // pool
  std::unique_ptr<PoolRun> run_;
  std::optional<OperationId> control_plane_;
};

// Steps and waits until the rollout is over or `goes_on` says no, which it is asked after each step.
const Outcome& run(
    Rollout& rollout, Pods& pods, NodePools& cloud, Log& log,
    const std::function<bool()>& goes_on = [] { return true; });

}  // namespace bulwark::upgrade

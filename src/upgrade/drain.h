// One node's drain, as `kubectl drain` does it, on a living cluster or on the twin.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "upgrade/drain_options.h"
#include "upgrade/log.h"
#include "upgrade/pods.h"

namespace bulwark::upgrade {

// A pod that a drain has not got rid of.
struct RemainingPod {
  std::string node, name_space, name;
  bool evicted = false;     // its eviction was accepted, but it is still there
  bool completing = false;  // waited for until it has finished
  std::uint32_t refusals = 0;
  kube::Status status;  // the last refusal; code 0: never refused
};

// Cordons the node; asks the filters, which may refuse the drain before one eviction; evicts all pods at once,
// those of a lower order first; asks again after each refusal that may pass (429, a namespace that terminates)
// until the timeout; waits until the pods are gone. A value: a copy goes on by itself.
class Drain {
 public:
  enum class State : std::uint8_t { not_started, draining, drained, timed_out, failed };

  // Options and rules must outlive the drain, which has the token of its node for `Pods::wait`.
  Drain(std::string node, const DrainOptions& options, const DrainRules& rules, Pods::Token token);

  // Does what can be done now. When it wants to be called next, if its token is not told before; nullopt: it is
  // over.
  std::optional<Time> step(Pods& cluster, Log& log, std::string_view pool = {});

  State state() const { return state_; }
  bool is_over() const { return state_ > State::draining; }
  const std::string& node() const { return node_; }
  // Why it failed or what was left at the timeout, as kubectl tells it.
  const std::string& error() const { return error_; }
  Time started() const { return started_; }
  // How many pods had to go at the start, and how many of them have gone.
  std::size_t pods() const { return pods_.size(); }
  std::size_t gone() const;
  // The pods that are still there, with the server's last word on each.
  std::vector<RemainingPod> remaining() const;

 private:
  enum class Stage : std::uint8_t { to_evict, to_complete, terminating, gone, failed };
  struct Pod {
    PodId id = 0;
    std::string name_space, name;
    std::int32_t order = 0;
    Stage stage = Stage::to_evict;
    std::uint32_t refusals = 0;
    Time next{};  // of stage to_evict: when it is asked for next
    kube::Status status;

    bool is_over() const { return stage >= Stage::gone; }
  };
  struct Told;  // whom to tell, and of what node

  bool start(Pods& cluster, Told& told);
  bool remove(Pods& cluster, Told& told);
  void evict(Pods& cluster, Pod& pod, Told& told);
  bool evict_all(Pods& cluster, Told& told);
  bool delete_all(Pods& cluster, Told& told);
  void look(Pods& cluster, Told& told);
  void time_out();
  void end(Pods& cluster, State state, Told& told);
  Time next_step(Pods& cluster, Time now) const;
  Time deadline() const;

  std::string node_, error_;
  const DrainOptions* options_;
  DrainRules rules_;
  Pods::Token token_;
  State state_ = State::not_started;
  bool polls_ = false;    // the cluster does not tell changes
  bool deleted_ = false;  // of disable_eviction: all were asked for
  Time started_{};
  std::vector<Pod> pods_;
  std::vector<std::string> errors_;
};

}  // namespace bulwark::upgrade

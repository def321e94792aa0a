#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "rehearsal/rehearsal.h"
#include "twin/engine.h"
#include "upgrade/log.h"

namespace bulwark::rehearsal {

// "Deployment shop/web": what a workload belongs to in the end, as people know it.
std::string name_of(const twin::Model& model, twin::Index workload);
// The workload that people change: a ReplicaSet's Deployment, a Job's CronJob.
twin::Index top_of(const twin::Model& model, twin::Index workload);

// Writes down what happens on a twin while a rollout goes over it.
class Recorder final : public twin::Observer, public upgrade::Log {
 public:
  explicit Recorder(const twin::Engine& engine);

  void on_event(const upgrade::Event& event) override;
  void on_pod(twin::Index pod, twin::PodChange change) override;
  void on_creation_refused(twin::Index workload, twin::Index webhook) override;

  // Puts what was seen into the result; time has stopped.
  void finish(Rehearsal& result);

 private:
  struct Workload {
    std::int32_t ready = 0, baseline = 0, worst = 0, evicted = 0;
    Time changed{};
    Duration degraded{}, outage{}, longest{}, current{};
  };
  // A drain that was refused something.
  struct Held {
    std::string pod;
    std::string message;
    Time first{}, last{};
  };

  NodeTimeline& timeline_of(const upgrade::Event& event);
  void end_span(NodeTimeline& node, Time at);
  void begin_span(NodeTimeline& node, NodeStage stage, Time at);
  void pass_time(Workload& workload);
  std::int32_t ready_of(twin::Index top) const;

  const twin::Engine& engine_;
  std::vector<NodeTimeline> nodes_;
  std::unordered_map<std::string, std::size_t> node_index_;
  std::map<std::string, std::deque<Time>, std::less<>> surge_requested_;  // by pool
  std::vector<Workload> workloads_;
  std::vector<std::vector<twin::Index>> children_;       // of each workload, itself included
  std::unordered_map<std::uint32_t, Unplaced> waiting_;  // by the pod's serial
  std::vector<Unplaced> placed_late_;
  std::map<std::string, Held, std::less<>> held_;  // by node
  std::vector<Blocker> slow_;
  std::uint64_t evictions_ = 0, refusals_ = 0, placements_ = 0;
  std::size_t starts_learned_ = 0, starts_supposed_ = 0, nodes_added_ = 0, nodes_reimaged_ = 0;
  std::vector<std::string> quarantined_;
  std::set<std::pair<twin::Index, twin::Index>> refused_creations_;  // workload and webhook
};

}  // namespace bulwark::rehearsal

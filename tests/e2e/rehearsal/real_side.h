// Reality's side of a scenario: a real control plane with played nodes.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "e2e/rehearsal/paced_pods.h"
#include "e2e/rehearsal/played_pools.h"
#include "e2e/rehearsal/recorder.h"
#include "e2e/rehearsal/side.h"
#include "e2e/support/node_player.h"
#include "upgrade/cluster_pods.h"

namespace bulwark::e2e {

// Pods of it all start in this time and end in this time, in reality's own.
inline NodePlayerOptions player_options() {
  NodePlayerOptions options;
  options.start_delay = Figures{}.pod_start;
  options.stop_delay = Figures{}.pod_stop;
  return options;
}

class RealSide final : public Side {
 public:
  RealSide(kube::Cluster& cluster, NodePlayer& player, Recorder& recorder, int minor, const Scenario& scenario);
  // Leaves the cluster as it was before: without nodes, and without the scenario's objects.
  ~RealSide() override;

  // Makes the scenario's cluster, and waits until it is at rest. Error: what does not come about.
  base::Result<> set_up();
  // As it is now. To be read at rest, before `perform`.
  const ApiObjects& objects() const { return objects_; }
  const std::string& name_space() const { return name_space_; }
  std::vector<upgrade::NodePool> node_pools() const { return node_pools_; }

  Story& story() override { return story_; }
  upgrade::Pods& pods() override { return paced_; }
  upgrade::NodePools& pools() override { return pools_; }
  void begin_chapter() override;
  void rest() override;
  void end_chapter() override;

 private:
  base::Result<> create(const Manifest& manifest);
  base::Result<> prepare(const Preparation& preparation);
  base::Result<> crash(const std::string& controller);
  void tell_lives();
  bool have_controllers_acted();
  bool is_at_rest(kube::Time now, bool& asked);
  void wait(std::chrono::milliseconds time);
  void remove_all();

  kube::Cluster& cluster_;
  NodePlayer& player_;
  Recorder& recorder_;
  int minor_;
  const Scenario& scenario_;
  std::string name_space_;
  std::vector<kube::Resource> resources_;
  ApiObjects objects_;
  Story story_;
  upgrade::ClusterPods cluster_pods_;
  PacedPods paced_;
  std::vector<upgrade::NodePool> node_pools_;
  PlayedPools pools_;
  bool namespace_goes_ = false;  // and all in it, once the first drain has begun
  std::size_t told_ = 0;         // of the recorder's steps
  std::set<std::string> was_ready_;
};

}  // namespace bulwark::e2e

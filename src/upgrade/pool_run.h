// The upgrade of one pool, rolling or blue-green. Of use to Rollout alone.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "upgrade/rollout.h"
#include "upgrade/surge.h"

namespace bulwark::upgrade {

// What a step works with.
struct Site {
  Pods& pods;
  NodePools& cloud;
  Log& log;
  std::string_view pool;
  kube::Time now;

  void tell(EventKind kind, std::string_view node = {}, std::string_view text = {}, std::int64_t number = 0,
            int code = 0) const;
};

class PoolRun {
 public:
  // Begins, or takes up again, as `progress` has it. Error: the pool's settings, or the cloud.
  static base::Result<PoolRun> begin(const Site& site, std::shared_ptr<const RolloutOptions> options,
                                     const NodePool& pool, PoolProgress& progress);

  // As Rollout::step; it is over when the stage is upgraded or stopped.
  std::optional<kube::Time> step(const Site& site, PoolProgress& progress, std::span<const Pods::Token> changed);

  // Why and at which node it stopped; no node when it was something else.
  const std::string& reason() const { return reason_; }
  bool lacks_nodes() const { return lacks_nodes_; }
  const std::string& stopped_at() const { return stopped_at_; }
  const std::vector<RemainingPod>& remaining() const { return remaining_; }

 private:
  // Something under way with a node, of which its stage tells what.
  struct Work {
    bool is_added = false;
    std::size_t index = 0;  // in the progress' nodes or added
    Pods::Token token = 0;
    kube::Time next{};
    std::optional<Drain> drain;
    std::optional<OperationId> operation;
    bool is_over = false;
  };

  PoolRun(std::shared_ptr<const RolloutOptions> options, NodePool pool);

  base::Result<> plan(const Site& site, PoolProgress& progress);
  void take_up(const Site& site, PoolProgress& progress, std::span<const PoolNode> present);

  // Work with one node.
  void start(const Site& site, PoolProgress& progress, bool is_added, std::size_t index, NodeStage stage);
  void add_node(const Site& site, PoolProgress& progress);
  void advance(const Site& site, PoolProgress& progress, Work& work);
  void advance_request(const Site& site, PoolProgress& progress, NodeProgress& node, Work& work);
  void advance_drain(const Site& site, PoolProgress& progress, NodeProgress& node, Work& work);
  void advance_reimage(const Site& site, PoolProgress& progress, NodeProgress& node, Work& work);
  void advance_removal(const Site& site, PoolProgress& progress, NodeProgress& node, Work& work);
  void quarantine(const Site& site, PoolProgress& progress, NodeProgress& node, Work& work);
  void stop(const Site& site, PoolProgress& progress, std::string reason, NodeProgress* node);
  bool has_work(bool is_added) const;

  // What comes next when something has ended. True: something has begun, or another stage.
  bool next_rolling(const Site& site, PoolProgress& progress);
  bool begin_nodes(const Site& site, PoolProgress& progress);
  bool add_missing(const Site& site, PoolProgress& progress, std::int64_t wanted);
  bool fall_back(const Site& site, PoolProgress& progress);
  bool remove_added(const Site& site, PoolProgress& progress);
  bool next_blue_green(const Site& site, PoolProgress& progress);
  bool begin_batch(const Site& site, PoolProgress& progress);
  bool add_green(const Site& site, PoolProgress& progress);
  bool finish(const Site& site, PoolProgress& progress);
  // When a stage of the whole pool is over, which does not depend on a node.
  std::optional<kube::Time> soak_end(const PoolProgress& progress) const;

  std::shared_ptr<const RolloutOptions> options_;
  NodePool pool_;  // with what the run sets otherwise
  std::shared_ptr<const DrainOptions> drain_options_;
  std::vector<Work> works_;
  Pods::Token last_token_ = 0;
  bool looks_ = true;                    // something has ended, or the run has just begun
  std::int64_t fallback_ = 0;            // nodes at once without surge nodes, when none can be had
  std::optional<kube::Status> refusal_;  // of a surge node
  bool tried_one_ = false;               // after all could not be had
  std::string reason_, stopped_at_;
  bool lacks_nodes_ = false;
  std::vector<RemainingPod> remaining_;
};

}  // namespace bulwark::upgrade

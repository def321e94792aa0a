// The blue-green upgrade: green nodes beside the blue ones, batches, soaks (blue-green-node-pool-upgrade.md).
#include <fmt/format.h>

#include <algorithm>

#include "upgrade/pool_run.h"

namespace bulwark::upgrade {

bool PoolRun::next_blue_green(const Site& site, PoolProgress& progress) {
  const auto has = [&](NodeStage stage) {
    return std::ranges::find(progress.nodes, stage, &NodeProgress::stage) != progress.nodes.end();
  };
  const auto begin = [&](PoolStage stage) {
    progress.stage = stage;
    progress.since = site.now;
    return true;
  };
  if (!works_.empty()) return false;
  switch (progress.stage) {
    case PoolStage::adding:
      return add_green(site, progress);
    case PoolStage::working:
      if (!has(NodeStage::waiting)) {
        begin(PoolStage::final_soak);
      } else if (has(NodeStage::drained)) {
        begin(PoolStage::batch_soak);
      } else {
        return begin_batch(site, progress);
      }
      site.tell(EventKind::soak_started, {}, progress.stage == PoolStage::final_soak ? "final" : "batch");
      return true;
    case PoolStage::batch_soak:
      if (*soak_end(progress) > site.now) return false;
      begin(PoolStage::working);
      return begin_batch(site, progress);
    case PoolStage::final_soak:
      if (*soak_end(progress) > site.now) return false;
      for (std::size_t i = 0; i < progress.nodes.size(); ++i) {
        if (progress.nodes[i].stage == NodeStage::drained) start(site, progress, false, i, NodeStage::removing);
      }
      return begin(PoolStage::removing);
    default:
      return finish(site, progress);
  }
}

// The blue nodes take no more pods before the green ones come.
bool PoolRun::add_green(const Site& site, PoolProgress& progress) {
  if (refusal_) {
    const std::string why = refusal_->message;
    for (const NodeProgress& node : progress.nodes) {
      const auto uncordoned = site.pods.set_unschedulable(node.name, false, false);
      if (uncordoned && *uncordoned) site.tell(EventKind::uncordoned, node.name);
    }
    lacks_nodes_ = true;
    stop(site, progress, "the green nodes could not be added: " + why, nullptr);
    return true;
  }
  for (const NodeProgress& node : progress.nodes) {
    if (node.stage != NodeStage::waiting) continue;
    const auto cordoned = site.pods.set_unschedulable(node.name, true, false);
    if (!cordoned) {
      stop(site, progress, fmt::format("unable to cordon node \"{}\": {}", node.name, cordoned.error().message),
           nullptr);
      return true;
    }
    if (*cordoned) site.tell(EventKind::cordoned, node.name);
  }
  if (add_missing(site, progress, progress.surge)) return true;
  progress.stage = PoolStage::working;
  progress.since = site.now;
  return true;
}

bool PoolRun::begin_batch(const Site& site, PoolProgress& progress) {
  std::int64_t free = progress.parallel;
  for (std::size_t i = 0; i < progress.nodes.size() && free > 0; ++i) {
    if (progress.nodes[i].stage != NodeStage::waiting) continue;
    start(site, progress, false, i, NodeStage::draining);
    --free;
  }
  return true;
}

}  // namespace bulwark::upgrade

// The rolling upgrade: surge nodes, sets of old nodes, quarantine (upgrade-aks-node-pools-rolling.md).
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "upgrade/pool_run.h"

namespace bulwark::upgrade {

namespace {

std::int64_t count(const std::vector<NodeProgress>& nodes, NodeStage stage) {
  return std::ranges::count(nodes, stage, &NodeProgress::stage);
}

// Old nodes that are not done with.
std::int64_t left_in(const PoolProgress& progress) {
  return std::ranges::count_if(progress.nodes, [](const NodeProgress& node) {
    return node.stage == NodeStage::waiting || node.stage == NodeStage::draining ||
           node.stage == NodeStage::soaking || node.stage == NodeStage::reimaging;
  });
}

// From 1.35 on a pool that cannot have all its surge nodes goes on with one.
bool surges_with_one(std::string_view version) {
  if (version.starts_with('v')) version.remove_prefix(1);
  if (!version.starts_with("1.")) return false;
  int minor = 0;
  std::from_chars(version.data() + 2, version.data() + version.size(), minor);
  return minor >= 35;
}

}  // namespace

bool PoolRun::next_rolling(const Site& site, PoolProgress& progress) {
  switch (progress.stage) {
    case PoolStage::adding:
      if (has_work(true)) return false;
      if (refusal_) return fall_back(site, progress);
      if (add_missing(site, progress, std::min(progress.surge, left_in(progress)))) return true;
      progress.stage = PoolStage::working;
      progress.since = site.now;
      return true;
    case PoolStage::working:
      if (refusal_ && !has_work(true)) return fall_back(site, progress);
      return begin_nodes(site, progress);
    default:
      return remove_added(site, progress);
  }
}

bool PoolRun::begin_nodes(const Site& site, PoolProgress& progress) {
  const std::int64_t left = left_in(progress), waiting = count(progress.nodes, NodeStage::waiting);
  if (left == 0) {
    progress.stage = PoolStage::removing;
    progress.since = site.now;
    return true;
  }
  if (waiting == 0 || (options_->sets && has_work(false))) return false;
  std::int64_t free = progress.parallel - (left - waiting);
  if (progress.surge > 0) {
    // Each node under way has a buffer: a surge node, or one that was reimaged in its place. A surge node that
    // became permanent is missing.
    const std::int64_t wanted = std::min(progress.parallel, left);
    if (add_missing(site, progress, wanted)) return true;
    free = std::min(free, count(progress.added, NodeStage::ready) - (left - waiting));
  }
  bool began = false;
  for (std::size_t i = 0; i < progress.nodes.size() && free > 0; ++i) {
    if (progress.nodes[i].stage != NodeStage::waiting) continue;
    start(site, progress, false, i, NodeStage::draining);
    began = true;
    --free;
  }
  return began;
}

bool PoolRun::add_missing(const Site& site, PoolProgress& progress, std::int64_t wanted) {
  const std::int64_t have = count(progress.added, NodeStage::ready) + count(progress.added, NodeStage::requested);
  for (std::int64_t i = have; i < wanted; ++i) add_node(site, progress);
  return have < wanted;
}

// Not all surge nodes could be had.
bool PoolRun::fall_back(const Site& site, PoolProgress& progress) {
  const kube::Status why = *std::exchange(refusal_, std::nullopt);
  const std::int64_t ready = count(progress.added, NodeStage::ready);
  const bool one = surges_with_one(pool_.version);
  if (one && (ready > 0 || !tried_one_)) {
    tried_one_ = true;
    progress.surge = progress.parallel = 1;
    site.tell(EventKind::surge_fallback, {}, "goes on with one surge node");
    return true;
  }
  if (fallback_ > 0) {
    progress.surge = 0;
    progress.parallel = options_->parallel > 0 ? std::min(fallback_, options_->parallel) : fallback_;
    progress.stage = PoolStage::working;
    site.tell(EventKind::surge_fallback, {}, fmt::format("goes on in place, {} at a time", progress.parallel));
    return true;
  }
  lacks_nodes_ = true;
  stop(site, progress,
       fmt::format("surge nodes could not be added, {} of {} are there: {}", ready, progress.surge, why.message),
       nullptr);
  return true;
}

// What is left of the surge nodes is drained, and removed.
bool PoolRun::remove_added(const Site& site, PoolProgress& progress) {
  std::int64_t free = progress.parallel - static_cast<std::int64_t>(works_.size());
  bool began = false;
  for (std::size_t i = 0; i < progress.added.size(); ++i) {
    if (progress.added[i].stage != NodeStage::ready) continue;
    if (free <= 0) return began;
    start(site, progress, true, i, NodeStage::draining);
    began = true;
    --free;
  }
  if (began || !works_.empty()) return began;
  return finish(site, progress);
}

}  // namespace bulwark::upgrade

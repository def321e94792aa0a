// How a pool's upgrade begins, and how it is taken up again.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "upgrade/pool_run.h"

namespace bulwark::upgrade {

namespace {

// Where a node stands in the order of work: as the order names it, then by name.
void sort(std::vector<PoolNode>& nodes, const std::vector<NodeOrder>& orders, std::string_view pool) {
  const auto order = std::ranges::find(orders, pool, &NodeOrder::pool);
  const auto rank = [&](const PoolNode& node) {
    if (order == orders.end()) return std::size_t{0};
    return static_cast<std::size_t>(std::ranges::find(order->nodes, node.name) - order->nodes.begin());
  };
  std::ranges::sort(nodes, [&](const PoolNode& a, const PoolNode& b) {
    const std::size_t rank_a = rank(a), rank_b = rank(b);
    return rank_a != rank_b ? rank_a < rank_b : a.name < b.name;
  });
}

}  // namespace

PoolRun::PoolRun(std::shared_ptr<const RolloutOptions> options, NodePool pool)
    : options_(std::move(options)), pool_(std::move(pool)) {
  options_->settings.apply(pool_.upgrade);
  auto drain = std::make_shared<DrainOptions>(options_->drain);
  drain->timeout = pool_.upgrade.strategy == UpgradeStrategy::rolling ? pool_.upgrade.drain_timeout
                                                                      : pool_.upgrade.blue_green.drain_timeout;
  drain->disable_eviction |= options_->force;
  drain_options_ = std::move(drain);
}

base::Result<PoolRun> PoolRun::begin(const Site& site, std::shared_ptr<const RolloutOptions> options,
                                     const NodePool& pool, PoolProgress& progress) {
  PoolRun run(std::move(options), pool);
  std::vector<PoolNode> present;
  if (const auto answer = site.cloud.list_nodes(pool.name, present); !answer) {
    return base::fail("its nodes cannot be listed: " + answer.error().message);
  }
  if (run.pool_.count == 0) run.pool_.count = static_cast<std::int32_t>(present.size());
  if (progress.stage != PoolStage::waiting) {
    run.take_up(site, progress, present);
    return run;
  }
  sort(present, run.options_->orders, pool.name);
  progress.strategy = run.pool_.upgrade.strategy;
  for (PoolNode& node : present) {
    const bool has_version = node.version == run.options_->version && !run.options_->all_nodes;
    progress.nodes.push_back({.name = std::move(node.name),
                              .stage = has_version ? NodeStage::upgraded : NodeStage::waiting,
                              .since = site.now});
  }
  TRY(run.plan(site, progress));
  return run;
}

base::Result<> PoolRun::plan(const Site& site, PoolProgress& progress) {
  const std::int64_t remaining = std::ranges::count(progress.nodes, NodeStage::waiting, &NodeProgress::stage);
  progress.since = site.now;
  std::string how;
  if (progress.strategy == UpgradeStrategy::blue_green) {
    progress.parallel = TRY(plan_batch(pool_.upgrade.blue_green, remaining));
    progress.surge = remaining;
    how = fmt::format("blue-green, {} at a time", progress.parallel);
  } else {
    const SurgePlan plan = TRY(plan_surge(pool_, remaining));
    progress.surge = plan.surge;
    progress.parallel = plan.parallel();
    progress.blocked = plan.blocked;
    fallback_ = plan.fallback ? plan.unavailable : 0;
    for (const std::string& note : plan.notes) site.tell(EventKind::warning, {}, note);
    how = plan.surge > 0 ? fmt::format("rolling, {} surge nodes", plan.surge)
                         : fmt::format("in place, {} at a time", plan.unavailable);
  }
  if (options_->parallel > 0) progress.parallel = std::min(progress.parallel, options_->parallel);
  site.tell(EventKind::pool_started, {}, how, remaining);
  progress.stage = progress.surge > 0 ? PoolStage::adding : PoolStage::working;
  return {};
}

// What an earlier run had begun is begun again; the cloud knows how far it has come.
void PoolRun::take_up(const Site& site, PoolProgress& progress, std::span<const PoolNode> present) {
  const auto found = [&](const NodeProgress& node) {
    return std::ranges::find(present, std::string_view(node.name), &PoolNode::name);
  };
  if (const auto plan = plan_surge(pool_, progress.parallel); plan && plan->fallback)
    fallback_ = plan->unavailable;
  for (NodeProgress& node : progress.nodes) {
    const auto here = found(node);
    if (here == present.end()) {
      node.stage = NodeStage::removed;
    } else if (node.stage == NodeStage::stuck) {
      node.stage = NodeStage::waiting;
    } else if (node.stage == NodeStage::reimaging && here->version == options_->version && here->ready &&
               !options_->all_nodes) {
      node.stage = NodeStage::upgraded;
      static_cast<void>(site.pods.set_unschedulable(node.name, false, false));
    }
  }
  for (NodeProgress& node : progress.added) {
    if (node.stage == NodeStage::stuck) node.stage = NodeStage::ready;
    if (!node.name.empty() && found(node) == present.end()) node.stage = NodeStage::removed;
  }
  if (progress.stage == PoolStage::stopped) {
    progress.stage = progress.surge > 0 ? PoolStage::adding : PoolStage::working;
    progress.since = site.now;
  }
  const auto works = [](NodeStage stage) {
    return stage == NodeStage::draining || stage == NodeStage::soaking || stage == NodeStage::reimaging ||
           stage == NodeStage::requested || stage == NodeStage::removing;
  };
  for (const bool is_added : {false, true}) {
    const std::vector<NodeProgress>& nodes = is_added ? progress.added : progress.nodes;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      if (works(nodes[i].stage)) start(site, progress, is_added, i, nodes[i].stage);
    }
  }
}

}  // namespace bulwark::upgrade

#include "upgrade/pool_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/rfc3339.h"

namespace bulwark::upgrade {

namespace {

constexpr std::string_view quarantine_label = "kubernetes.azure.com/upgrade-status";
constexpr std::string_view quarantined_value = "Quarantined";
constexpr std::chrono::seconds look_again_after{10};
// A node that was asked for and has not come by then will not come.
constexpr std::chrono::minutes lost_after{15};

std::string text_of(kube::Time time) { return base::rfc3339(std::chrono::floor<std::chrono::seconds>(time)); }

bool is_known(const PoolProgress& progress, std::string_view name) {
  const auto has = [&](const std::vector<NodeProgress>& nodes) {
    return std::ranges::find(nodes, name, &NodeProgress::name) != nodes.end();
  };
  return has(progress.nodes) || has(progress.added);
}

// A moment to look again at an operation that runs, which is never now.
kube::Time look_again(const Operation& operation, kube::Time now) {
  return operation.look_again > now ? operation.look_again : now + std::chrono::seconds(1);
}

}  // namespace

void Site::tell(EventKind kind, std::string_view node, std::string_view text, std::int64_t number,
                int code) const {
  log.on_event({.kind = kind,
                .time = now,
                .pool = pool,
                .node = node,
                .name_space = {},
                .pod = {},
                .number = number,
                .code = code,
                .text = text});
}

std::optional<kube::Time> PoolRun::step(const Site& site, PoolProgress& progress,
                                        std::span<const Pods::Token> changed) {
  const auto is_over = [&] {
    return progress.stage == PoolStage::upgraded || progress.stage == PoolStage::stopped;
  };
  while (!is_over()) {
    for (Work& work : works_) {
      if (work.next > site.now && std::ranges::find(changed, work.token) == changed.end()) continue;
      advance(site, progress, work);
      if (is_over()) return std::nullopt;  // and `work` is no more
      looks_ |= work.is_over;
    }
    changed = {};
    if (const auto end = soak_end(progress)) looks_ |= *end <= site.now;
    if (!std::exchange(looks_, false)) break;
    std::erase_if(works_, [](const Work& work) { return work.is_over; });
    const bool rolls = progress.strategy == UpgradeStrategy::rolling;
    looks_ = rolls ? next_rolling(site, progress) : next_blue_green(site, progress);
    if (!looks_) break;
  }
  if (is_over()) return std::nullopt;
  kube::Time next = soak_end(progress).value_or(kube::Time::max());
  for (const Work& work : works_) next = std::min(next, work.next);
  return next;
}

bool PoolRun::has_work(bool is_added) const {
  return std::ranges::any_of(works_, [&](const Work& work) { return !work.is_over && work.is_added == is_added; });
}

void PoolRun::start(const Site& site, PoolProgress& progress, bool is_added, std::size_t index, NodeStage stage) {
  NodeProgress& node = (is_added ? progress.added : progress.nodes)[index];
  if (node.stage != stage) {
    node.stage = stage;
    node.since = site.now;
  }
  works_.push_back({.is_added = is_added,
                    .index = index,
                    .token = ++last_token_,
                    .next = site.now,
                    .drain = {},
                    .operation = {}});
}

void PoolRun::add_node(const Site& site, PoolProgress& progress) {
  progress.added.push_back({.name = {}, .stage = NodeStage::requested, .since = site.now});
  const auto answer = site.cloud.add_node(site.pool, options_->version);
  if (!answer) {
    progress.added.back().stage = NodeStage::failed;
    refusal_ = answer.error();
    site.tell(EventKind::surge_failed, {}, answer.error().message, 0, answer.error().code);
    return;
  }
  site.tell(EventKind::surge_requested);
  start(site, progress, true, progress.added.size() - 1, NodeStage::requested);
  works_.back().operation = *answer;
}

void PoolRun::advance(const Site& site, PoolProgress& progress, Work& work) {
  NodeProgress& node = (work.is_added ? progress.added : progress.nodes)[work.index];
  switch (node.stage) {
    case NodeStage::requested:
      return advance_request(site, progress, node, work);
    case NodeStage::draining:
      return advance_drain(site, progress, node, work);
    case NodeStage::soaking:
      work.next = node.since + pool_.upgrade.node_soak;
      if (work.next > site.now) return;
      node.stage = NodeStage::reimaging;
      node.since = site.now;
      return advance_reimage(site, progress, node, work);
    case NodeStage::reimaging:
      return advance_reimage(site, progress, node, work);
    case NodeStage::removing:
      return advance_removal(site, progress, node, work);
    default:
      work.is_over = true;
  }
}

void PoolRun::advance_request(const Site& site, PoolProgress& progress, NodeProgress& node, Work& work) {
  const auto is_ready = [&](std::string name) {
    node = {.name = std::move(name), .stage = NodeStage::ready, .since = site.now};
    work.is_over = true;
    site.tell(EventKind::surge_ready, node.name);
  };
  if (!work.operation) {
    // Asked for by an earlier run, which may not have learnt its name: it is a new one that nobody knows.
    std::vector<PoolNode> present;
    static_cast<void>(site.cloud.list_nodes(site.pool, present));
    const auto found = std::ranges::find_if(present, [&](const PoolNode& each) {
      if (!node.name.empty()) return each.name == node.name;
      return each.version == options_->version && !is_known(progress, each.name);
    });
    if (found != present.end() && found->ready) return is_ready(found->name);
    if (found != present.end()) node.name = found->name;
    work.next = site.now + look_again_after;
    // Then it will be asked for again.
    work.is_over = node.name.empty() && site.now >= node.since + lost_after;
    if (work.is_over) node.stage = NodeStage::failed;
    return;
  }
  Operation operation = site.cloud.operation(*work.operation);
  if (operation.state == Operation::State::running) {
    work.next = look_again(operation, site.now);
  } else if (operation.state == Operation::State::succeeded) {
    is_ready(std::move(operation.node));
  } else {
    node.stage = NodeStage::failed;
    work.is_over = true;
    refusal_ = operation.status;
    site.tell(EventKind::surge_failed, operation.node, operation.status.message, 0, operation.status.code);
  }
}

void PoolRun::advance_drain(const Site& site, PoolProgress& progress, NodeProgress& node, Work& work) {
  if (!work.drain) work.drain.emplace(node.name, *drain_options_, options_->rules, work.token);
  if (const auto next = work.drain->step(site.pods, site.log, site.pool)) {
    work.next = *next;
    return;
  }
  const bool rolls = progress.strategy == UpgradeStrategy::rolling;
  if (work.drain->state() != Drain::State::drained) {
    // A forced upgrade takes no heed of what the pool wants for undrainable nodes.
    const bool cordons = pool_.upgrade.undrainable == UndrainableNodeBehavior::cordon && !options_->force;
    if (cordons && rolls && !work.is_added) return quarantine(site, progress, node, work);
    return stop(site, progress, work.drain->error(), &node);
  }
  work.drain.reset();
  work.next = site.now;
  node.since = site.now;
  if (work.is_added) {
    node.stage = NodeStage::removing;
    return advance_removal(site, progress, node, work);
  }
  if (!rolls) {
    node.stage = NodeStage::drained;
    work.is_over = true;
    return;
  }
  if (pool_.upgrade.node_soak.count() > 0) {
    node.stage = NodeStage::soaking;
    work.next = site.now + pool_.upgrade.node_soak;
    site.tell(EventKind::soak_started, node.name, text_of(work.next));
    return;
  }
  node.stage = NodeStage::reimaging;
  advance_reimage(site, progress, node, work);
}

void PoolRun::advance_reimage(const Site& site, PoolProgress& progress, NodeProgress& node, Work& work) {
  if (!work.operation) {
    const auto answer = site.cloud.reimage(site.pool, node.name, options_->version);
    if (!answer) return stop(site, progress, "it cannot be reimaged: " + answer.error().message, &node);
    work.operation = *answer;
    site.tell(EventKind::reimage_started, node.name, options_->version);
  }
  const Operation operation = site.cloud.operation(*work.operation);
  if (operation.state == Operation::State::running) {
    work.next = look_again(operation, site.now);
    return;
  }
  if (operation.state == Operation::State::failed) {
    return stop(site, progress, "it could not be reimaged: " + operation.status.message, &node);
  }
  site.tell(EventKind::reimaged, node.name, options_->version);
  const auto uncordoned = site.pods.set_unschedulable(node.name, false, false);
  if (!uncordoned) return stop(site, progress, "it cannot be uncordoned: " + uncordoned.error().message, &node);
  if (*uncordoned) site.tell(EventKind::uncordoned, node.name);
  node.stage = NodeStage::upgraded;
  node.since = site.now;
  work.is_over = true;
}

void PoolRun::advance_removal(const Site& site, PoolProgress& progress, NodeProgress& node, Work& work) {
  if (!work.operation) {
    const auto answer = site.cloud.remove_node(site.pool, node.name);
    if (!answer) return stop(site, progress, "it cannot be removed: " + answer.error().message, &node);
    work.operation = *answer;
  }
  const Operation operation = site.cloud.operation(*work.operation);
  if (operation.state == Operation::State::running) {
    work.next = look_again(operation, site.now);
  } else if (operation.state == Operation::State::failed) {
    stop(site, progress, "it could not be removed: " + operation.status.message, &node);
  } else {
    node.stage = NodeStage::removed;
    node.since = site.now;
    work.is_over = true;
    site.tell(EventKind::node_removed, node.name);
  }
}

// The node is left as it is, cordoned; a surge node stays in its place.
void PoolRun::quarantine(const Site& site, PoolProgress& progress, NodeProgress& node, Work& work) {
  const auto before = std::ranges::count(progress.nodes, NodeStage::quarantined, &NodeProgress::stage);
  if (before >= progress.blocked) {
    return stop(site, progress,
                fmt::format("{} (nodes that may be blocked: {})", work.drain->error(), progress.blocked), &node);
  }
  // The label tells people; the run does not depend on it.
  static_cast<void>(site.pods.label_node(node.name, quarantine_label, quarantined_value));
  for (RemainingPod& pod : work.drain->remaining()) remaining_.push_back(std::move(pod));
  node.stage = NodeStage::quarantined;
  node.since = site.now;
  work.is_over = true;
  site.tell(EventKind::quarantined, node.name, work.drain->error());
  const auto spare = std::ranges::find(progress.added, NodeStage::ready, &NodeProgress::stage);
  if (spare == progress.added.end()) return;
  spare->stage = NodeStage::permanent;
  spare->since = site.now;
  site.tell(EventKind::permanent_replacement, spare->name, node.name);
}

void PoolRun::stop(const Site& site, PoolProgress& progress, std::string reason, NodeProgress* node) {
  if (node != nullptr) {
    stopped_at_ = node->name;
    node->stage = NodeStage::stuck;
    node->since = site.now;
  }
  for (const Work& work : works_) {
    if (!work.drain) continue;
    if (!work.drain->is_over()) site.pods.unwatch_node(work.drain->node());
    for (RemainingPod& pod : work.drain->remaining()) remaining_.push_back(std::move(pod));
  }
  works_.clear();
  reason_ = std::move(reason);
  progress.stage = PoolStage::stopped;
  progress.since = site.now;
  site.tell(EventKind::pool_stopped, stopped_at_, reason_);
}

bool PoolRun::finish(const Site& site, PoolProgress& progress) {
  progress.stage = PoolStage::upgraded;
  progress.since = site.now;
  site.tell(EventKind::pool_upgraded);
  return true;
}

std::optional<kube::Time> PoolRun::soak_end(const PoolProgress& progress) const {
  if (progress.stage == PoolStage::batch_soak) return progress.since + pool_.upgrade.blue_green.batch_soak;
  if (progress.stage == PoolStage::final_soak) return progress.since + pool_.upgrade.blue_green.final_soak;
  return std::nullopt;
}

}  // namespace bulwark::upgrade

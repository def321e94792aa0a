#include "upgrade/rollout.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "upgrade/pool_run.h"

namespace bulwark::upgrade {

void SettingsOverride::apply(UpgradeSettings& settings) const {
  if (max_surge) settings.max_surge = *max_surge;
  if (max_unavailable) settings.max_unavailable = *max_unavailable;
  if (max_blocked_nodes) settings.max_blocked_nodes = *max_blocked_nodes;
  if (node_soak) settings.node_soak = *node_soak;
  if (undrainable) settings.undrainable = *undrainable;
  if (strategy) settings.strategy = *strategy;
  if (blue_green) settings.blue_green = *blue_green;
  if (drain_timeout) settings.drain_timeout = settings.blue_green.drain_timeout = *drain_timeout;
}

Rollout::Rollout(RolloutOptions options) : options_(std::make_shared<const RolloutOptions>(std::move(options))) {
  progress_.version = options_->version;
  if (options_->control_plane) progress_.control_plane = ControlPlaneStage::waiting;
}
Rollout::Rollout(RolloutOptions options, Progress progress)
    : options_(std::make_shared<const RolloutOptions>(std::move(options))), progress_(std::move(progress)) {}
Rollout::~Rollout() = default;
Rollout::Rollout(Rollout&&) noexcept = default;
Rollout& Rollout::operator=(Rollout&&) noexcept = default;
Rollout::Rollout(const Rollout& other)
    : options_(other.options_),
      progress_(other.progress_),
      outcome_(other.outcome_),
      pools_(other.pools_),
      current_(other.current_),
      run_(other.run_ ? std::make_unique<PoolRun>(*other.run_) : nullptr),
      control_plane_(other.control_plane_) {}
Rollout& Rollout::operator=(const Rollout& other) {
  if (this != &other) *this = Rollout(other);
  return *this;
}

std::optional<kube::Time> Rollout::step(Pods& pods, NodePools& cloud, Log& log,
                                        std::span<const Pods::Token> changed) {
  const kube::Time now = pods.now();
  if (outcome_.state != Outcome::State::running) return std::nullopt;
  if (pools_.empty() && !begin(cloud, now, log)) return std::nullopt;
  if (progress_.control_plane == ControlPlaneStage::waiting ||
      progress_.control_plane == ControlPlaneStage::upgrading) {
    if (const auto next = step_control_plane(cloud, now, log)) return next;
    if (outcome_.state != Outcome::State::running) return std::nullopt;
  }
  for (; current_ < progress_.pools.size(); ++current_, run_.reset()) {
    PoolProgress& pool = progress_.pools[current_];
    if (pool.stage == PoolStage::upgraded) continue;
    const Site site{.pods = pods, .cloud = cloud, .log = log, .pool = pool.name, .now = now};
    if (!run_) {
      const auto found = std::ranges::find(pools_, pool.name, &NodePool::name);
      auto run = found == pools_.end() ? base::fail("there is no such pool")
                                       : PoolRun::begin(site, options_, *found, pool);
      if (!run) {
        stop(pool.name, run.error().message, now, log);
        return std::nullopt;
      }
      run_ = std::make_unique<PoolRun>(*std::move(run));
    }
    if (const auto next = run_->step(site, pool, changed)) return next;
    changed = {};
    for (const RemainingPod& pod : run_->remaining()) outcome_.remaining.push_back(pod);
    outcome_.quarantined +=
        static_cast<std::size_t>(std::ranges::count(pool.nodes, NodeStage::quarantined, &NodeProgress::stage));
    if (pool.stage != PoolStage::stopped) continue;
    outcome_.node = run_->stopped_at();
    const auto node = std::ranges::find(pool.nodes, outcome_.node, &NodeProgress::name);
    outcome_.node_number = node == pool.nodes.end() ? 0 : static_cast<std::size_t>(node - pool.nodes.begin()) + 1;
    outcome_.nodes = pool.nodes.size();
    outcome_.state = Outcome::State::stopped;
    outcome_.end = now;
    outcome_.pool = pool.name;
    outcome_.reason = run_->reason();
    outcome_.lacks_nodes = run_->lacks_nodes();
    return std::nullopt;
  }
  complete(now, log);
  return std::nullopt;
}

bool Rollout::begin(NodePools& cloud, kube::Time now, Log& log) {
  if (const auto answer = cloud.list_pools(pools_); !answer) {
    stop({}, "the node pools cannot be listed: " + answer.error().message, now, log);
    return false;
  }
  if (!progress_.pools.empty()) return true;
  if (options_->pools.empty()) {
    for (const NodePool& pool : pools_) progress_.pools.push_back({.name = pool.name, .nodes = {}, .added = {}});
  } else {
    for (const std::string& name : options_->pools) {
      progress_.pools.push_back({.name = name, .nodes = {}, .added = {}});
    }
  }
  return true;
}

std::optional<kube::Time> Rollout::step_control_plane(NodePools& cloud, kube::Time now, Log& log) {
  const auto tell = [&](EventKind kind) {
    log.on_event({.kind = kind,
                  .time = now,
                  .pool = {},
                  .node = {},
                  .name_space = {},
                  .pod = {},
                  .text = options_->version});
  };
  const auto fail = [&](const kube::Status& status) {
    progress_.control_plane = ControlPlaneStage::failed;
    stop({}, "the control plane could not be upgraded: " + status.message, now, log);
  };
  if (!control_plane_) {
    const auto answer = cloud.upgrade_control_plane(options_->version);
    if (!answer) {
      fail(answer.error());
      return std::nullopt;
    }
    control_plane_ = *answer;
    progress_.control_plane = ControlPlaneStage::upgrading;
    tell(EventKind::control_plane_started);
  }
  const Operation operation = cloud.operation(*control_plane_);
  if (operation.state == Operation::State::running) {
    return operation.look_again > now ? operation.look_again : now + std::chrono::seconds(1);
  }
  if (operation.state == Operation::State::failed) {
    fail(operation.status);
    return std::nullopt;
  }
  progress_.control_plane = ControlPlaneStage::upgraded;
  tell(EventKind::control_plane_upgraded);
  return std::nullopt;
}

void Rollout::complete(kube::Time now, Log& log) {
  outcome_.state = Outcome::State::completed;
  outcome_.end = now;
  log.on_event({.kind = EventKind::rollout_completed,
                .time = now,
                .pool = {},
                .node = {},
                .name_space = {},
                .pod = {},
                .text = {}});
}

void Rollout::stop(std::string pool, std::string reason, kube::Time now, Log& log) {
  outcome_.state = Outcome::State::stopped;
  outcome_.end = now;
  outcome_.pool = std::move(pool);
  outcome_.reason = std::move(reason);
  log.on_event({.kind = EventKind::pool_stopped,
                .time = now,
                .pool = outcome_.pool,
                .node = {},
                .name_space = {},
                .pod = {},
                .text = outcome_.reason});
}

const Outcome& run(Rollout& rollout, Pods& pods, NodePools& cloud, Log& log,
                   const std::function<bool()>& goes_on) {
  std::vector<Pods::Token> changed;
  while (const auto next = rollout.step(pods, cloud, log, changed)) {
    if (!goes_on()) break;
    changed.clear();
    pods.wait(*next, changed);
  }
  return rollout.outcome();
}

}  // namespace bulwark::upgrade

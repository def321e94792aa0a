// What the node player does when its time has come.
#include <algorithm>
#include <utility>

#include "e2e/support/node_player.h"
#include "e2e/support/object_keys.h"

namespace bulwark::e2e {
namespace {

using kube::PatchType;
using std::chrono::milliseconds;
using Stage = PlayedPod::Stage;

const kube::WriteOptions writing{.field_manager = "node-player"};

}  // namespace

void NodePlayer::play_until(kube::Time end) {
  while (true) {
    run_posted();
    run_due();
    const kube::Time now = cluster_.now();
    if (now >= end) return;
    const kube::Time next = timers_.empty() ? end : std::clamp(timers_.top().due, now + milliseconds(1), end);
    // (While the API server is away no watch is left; a list is tried when its timer is due.)
    cluster_.run_until(next);
  }
}

void NodePlayer::play(const std::stop_token& stop) {
  // What other threads post is seen within this time.
  while (!stop.stop_requested()) play_until(cluster_.now() + milliseconds(50));
}

void NodePlayer::post(std::function<void()> what) {
  const std::lock_guard lock(posted_mutex_);
  posted_.push_back(std::move(what));
}

void NodePlayer::run_posted() {
  std::vector<std::function<void()>> posted;
  {
    const std::lock_guard lock(posted_mutex_);
    posted.swap(posted_);
  }
  for (const auto& what : posted) what();
}

void NodePlayer::run_due() {
  // A burst of pods must not keep the watches waiting for long.
  constexpr int at_once = 100;
  for (int i = 0; i < at_once && !timers_.empty() && timers_.top().due <= cluster_.now(); ++i) {
    const Timer timer = timers_.top();
    timers_.pop();
    run(timer);
  }
}

void NodePlayer::run(const Timer& timer) {
  using enum Timer::What;
  if (timer.what == list_pods || timer.what == list_nodes) {
    static_cast<void>(timer.what == list_pods ? this->list_pods() : this->list_nodes());
  } else if (timer.what == create) {
    if (const auto found = nodes_.find(timer.of); found != nodes_.end()) make(found->second);
  } else if (timer.what == renew || timer.what == report) {
    PlayedNode* node = alive_node(timer.of);
    if (node != nullptr && timer.what == report) this->report(*node);
    if (node != nullptr && timer.what == renew && timer.plan == node->plan) this->renew(*node);
  } else if (const auto found = pods_.find(timer.of); found != pods_.end()) {
    PlayedPod& pod = found->second;
    if (alive_node(pod.node) == nullptr) return;  // they wait for it to boot
    if (timer.what == end_pod) end(pod);
    if (timer.what == tell_pod) tell(pod);
    if (timer.what == move_pod && timer.plan == pod.plan) move(pod);
  }
}

bool NodePlayer::is_passing(const kube::Status& status, kube::Time& later) {
  later = cluster_.now() + std::max(std::chrono::seconds(1), status.retry_after.value_or(std::chrono::seconds(0)));
  // Gone, or another of that name: what was planned for it is void.
  if (status.is_not_found() || status.is_conflict()) return false;
  ++tally_.failed_calls;
  tally_.last_failure = status.error().text();
  return true;
}

NodePlayer::PlayedNode* NodePlayer::alive_node(const std::string& name) {
  const auto found = nodes_.find(name);
  if (found == nodes_.end() || !found->second.alive || found->second.uid.empty()) return nullptr;
  return &found->second;
}

void NodePlayer::plan_renewal(PlayedNode& node, kube::Time when) {
  node.plan = ++last_plan_;
  wake_at({when, Timer::What::renew, node.shape.name, node.plan});
}

void NodePlayer::make(PlayedNode& node) {
  if (!node.uid.empty()) return;
  if (const base::Result<> made = create(node); !made) {
    ++tally_.failed_calls;
    tally_.last_failure = made.error().text();
    return wake_at({cluster_.now() + milliseconds(1000), Timer::What::create, node.shape.name});
  }
  plan_renewal(node, cluster_.now() + options_.renew_interval);
}

void NodePlayer::renew(PlayedNode& node) {
  const std::string& name = node.shape.name;
  const kube::Time now = cluster_.now();
  kube::Answer<std::string> answer =
      cluster_.patch(lease_key(name), PatchType::merge, lease_patch(name, now), "", writing);
  if (!answer && answer.error().is_not_found()) {
    answer =
        cluster_.create(lease_key(name), lease_json(name, node.uid, options_.lease_duration, now), "", writing);
  }
  kube::Time next = now + options_.renew_interval;
  if (answer) {
    ++tally_.renewals;
  } else if (kube::Time later; is_passing(answer.error(), later)) {
    next = later;
  }
  plan_renewal(node, next);
}

void NodePlayer::report(PlayedNode& node) {
  const kube::Answer<std::string> answer =
      cluster_.patch(node_key(node.shape.name), PatchType::strategic_merge,
                     node_status_patch(node.shape, node.number, cluster_.now()), "status", writing);
  if (kube::Time later; !answer && is_passing(answer.error(), later)) {
    wake_at({later, Timer::What::report, node.shape.name});
  }
}

// When the pod moves to its next stage by itself.
void NodePlayer::plan(PlayedPod& pod) {
  std::optional<milliseconds> after;
  if (pod.stage == Stage::scheduled) after = options_.start_delay;
  if (pod.stage == Stage::started) after = pod.ready_after;
  if (pod.stage == Stage::ready) after = pod.exits_after;
  pod.plan = ++last_plan_;
  if (after) wake_at({cluster_.now() + *after, Timer::What::move_pod, pod.uid, pod.plan});
}

void NodePlayer::move(PlayedPod& pod) {
  const kube::Time now = cluster_.now();
  if (pod.stage == Stage::scheduled) {
    // A pod that is deleted before it was started never is.
    if (pod.ends_at) return;
    if (!give_address(pod, nodes_.at(pod.node))) {
      return wake_at({now + milliseconds(1000), Timer::What::move_pod, pod.uid, pod.plan});
    }
    pod.started_at = now;
    pod.stage = pod.ready_after == milliseconds(0) ? Stage::ready : Stage::started;
  } else {
    pod.stage = pod.stage == Stage::started ? Stage::ready : Stage::completed;
  }
  plan(pod);
  tell(pod);
}

void NodePlayer::tell(PlayedPod& pod) {
  const PlayedNode& node = nodes_.at(pod.node);
  const std::string host = node_address(node.number);
  const std::string address = pod.host_network ? host : pod_address(node.number, pod.host);
  const kube::Answer<std::string> answer =
      cluster_.patch(pod_key(pod.name_space, pod.name), PatchType::strategic_merge,
                     pod_status_patch(pod, host, address, cluster_.now()), "status", writing);
  kube::Time later;
  if (answer) {
    pod.ready_told = pod.is_ready();
  } else if (is_passing(answer.error(), later)) {
    wake_at({later, Timer::What::tell_pod, pod.uid});
  }
}

void NodePlayer::end(PlayedPod& pod) {
  if (!pod.ends_at || cluster_.now() < *pod.ends_at) return;
  const kube::Answer<> answer = cluster_.remove(pod_key(pod.name_space, pod.name),
                                                {.grace_period_seconds = 0, .propagation = {}, .uid = pod.uid});
  if (kube::Time later; !answer && is_passing(answer.error(), later)) {
    wake_at({later, Timer::What::end_pod, pod.uid});
  }
}

// Addresses are taken in turn, so that one that was just given back is not another pod's at once.
bool NodePlayer::give_address(PlayedPod& pod, PlayedNode& node) {
  constexpr std::uint8_t first = 2, last = 254;
  if (pod.host_network || pod.host != 0) return true;
  for (int i = first; i <= last; ++i) {
    node.last_host = node.last_host >= last ? first : static_cast<std::uint8_t>(node.last_host + 1);
    if (!node.hosts.insert(node.last_host).second) continue;
    pod.host = node.last_host;
    return true;
  }
  return false;
}

void NodePlayer::add(NodeShape shape) {
  post([this, shape = std::move(shape)] {
    const auto [place, is_new] = nodes_.try_emplace(shape.name);
    if (!is_new) return;
    place->second.shape = shape;
    place->second.number = next_number_++;
    make(place->second);
  });
}

void NodePlayer::change(std::string name, std::function<void(NodeShape&)> how) {
  post([this, name = std::move(name), how = std::move(how)] {
    const auto found = nodes_.find(name);
    if (found == nodes_.end()) return;
    how(found->second.shape);
    if (found->second.alive) report(found->second);
  });
}

void NodePlayer::kill(std::string name) {
  post([this, name = std::move(name)] {
    if (PlayedNode* node = alive_node(name)) node->alive = false;
  });
}

void NodePlayer::boot(std::string name, std::function<void(NodeShape&)> how) {
  post([this, name = std::move(name), how = std::move(how)] {
    const auto found = nodes_.find(name);
    if (found == nodes_.end() || found->second.alive) return;
    PlayedNode& node = found->second;
    node.alive = true;
    node.shape.boot_id = uuid_of("boot " + std::to_string(++node.boots) + ' ' + name);
    if (how) how(node.shape);
    report(node);
    renew(node);
    const kube::Time now = cluster_.now();
    for (auto& [uid, pod] : pods_) {
      if (pod.node != name) continue;
      if (pod.ends_at) {
        // Its containers went with the machine.
        pod.ends_at = std::min(*pod.ends_at, now);
        wake_at({now, Timer::What::end_pod, uid});
      } else if (pod.stage == Stage::completed) {
        wake_at({now, Timer::What::tell_pod, uid});
      } else {
        if (pod.stage != Stage::scheduled) ++pod.restarts;
        pod.stage = Stage::scheduled;
        plan(pod);
      }
    }
  });
}

void NodePlayer::remove(std::string name) {
  post([this, name = std::move(name)] {
    if (nodes_.erase(name) == 0) return;
    const kube::Answer<> answer = cluster_.remove(node_key(name), {.propagation = {}, .uid = {}});
    if (!answer && !answer.error().is_not_found()) {
      ++tally_.failed_calls;
      tally_.last_failure = answer.error().error().text();
    }
  });
}

}  // namespace bulwark::e2e

// A cluster and its cloud in memory for tests: a clock, nodes, pods that leave and come back where the test says,
// and evictions that are answered as the test says.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "upgrade/log.h"
#include "upgrade/node_pools.h"
#include "upgrade/pods.h"

namespace bulwark::upgrade {

inline kube::Status status_of(int code, std::string message) {
  kube::Status status;
  status.code = code;
  status.message = std::move(message);
  return status;
}

// Keeps what it is told as lines: "12s cordoned n1", "20s eviction_refused n1 shop/a 429 no".
class LinesLog : public Log {
 public:
  explicit LinesLog(Time start) : start_(start) {}
  void on_event(const Event& event) override {
    std::string line = std::to_string((event.time - start_).count() / 1000) + "s " + std::string(name(event.kind));
    for (const std::string_view part : {event.pool, event.node}) {
      if (!part.empty()) line.append(" ").append(part);
    }
    if (!event.pod.empty()) line.append(" ").append(event.name_space).append("/").append(event.pod);
    if (event.number != 0) line += " " + std::to_string(event.number);
    if (event.code != 0) line += " " + std::to_string(event.code);
    if (!event.text.empty()) line.append(" ").append(event.text);
    lines.push_back(std::move(line));
  }
  std::vector<std::string> lines;

 private:
  Time start_;
};

class ScriptedCluster : public Pods, public NodePools {
 public:
  struct ScriptedPod {
    std::string name_space = "shop", name, uid, node;
    std::string controller_api_version = "apps/v1", controller_kind = "ReplicaSet", controller = "web";
    bool finished = false, mirror = false, empty_dir = false;
    std::optional<Time> deletion;
    std::chrono::milliseconds termination{2'000};  // how long it takes to go
    std::vector<kube::Label> labels = {};
    bool gone = false;
  };
  struct ScriptedNode {
    std::string name, pool = "pool", version = "1.30.0";
    bool schedulable = true, ready = true;
    std::map<std::string, std::string> labels = {};
  };

  static constexpr Time start{std::chrono::sys_days(std::chrono::year(2026) / 3 / 1)};

  std::deque<ScriptedPod> pods;
  std::vector<ScriptedNode> nodes;
  std::vector<NodePool> pools;
  std::vector<std::string> daemon_sets;
  // What an eviction is answered; nullopt: accepted.
  std::function<std::optional<kube::Status>(const ScriptedPod&)> refuse = [](const ScriptedPod&) {
    return std::nullopt;
  };
  std::function<std::optional<kube::Status>()> refuse_node = [] { return std::nullopt; };
  // Where the next pod of that name goes; "": nothing comes back.
  std::function<std::string(const ScriptedPod&)> place = [](const ScriptedPod&) { return std::string(); };
  std::chrono::milliseconds node_start{60'000}, node_reimage{120'000}, node_removal{10'000};
  bool tells = true;  // changes
  std::vector<std::string> calls;

  PodId add_pod(ScriptedPod pod) {
    if (pod.uid.empty()) pod.uid = "uid-" + std::to_string(pods.size());
    pods.push_back(std::move(pod));
    return pods.size() - 1;
  }
  ScriptedNode& node(std::string_view name) { return *std::ranges::find(nodes, name, &ScriptedNode::name); }
  std::vector<std::string> pods_on(std::string_view node) const {
    std::vector<std::string> names;
    for (const ScriptedPod& pod : pods) {
      if (!pod.gone && pod.node == node) names.push_back(pod.name);
    }
    std::ranges::sort(names);
    return names;
  }
  void at(Time when, std::function<void()> what) { agenda_.emplace(when, std::move(what)); }

  kube::Answer<> list_pods(std::string_view node, bool with_labels, std::vector<DrainPod>& all) override {
    for (PodId id = 0; id < pods.size(); ++id) {
      const ScriptedPod& pod = pods[id];
      if (pod.gone || pod.node != node) continue;
      DrainPod listed{.id = id,
                      .name_space = pod.name_space,
                      .name = pod.name,
                      .uid = pod.uid,
                      .controller = {},
                      .finished = pod.finished,
                      .mirror = pod.mirror,
                      .empty_dir = pod.empty_dir,
                      .deletion = pod.deletion,
                      .labels = {},
                      .namespace_labels = {}};
      if (!pod.controller_kind.empty()) {
        listed.controller = {.api_version = pod.controller_api_version,
                             .kind = pod.controller_kind,
                             .name = pod.controller,
                             .uid = {}};
      }
      if (with_labels) listed.labels = pod.labels;
      all.push_back(listed);
    }
    return {};
  }
  kube::Answer<> find_daemon_set(std::string_view, std::string_view name) override {
    if (std::ranges::find(daemon_sets, name) != daemon_sets.end()) return {};
    return std::unexpected(status_of(404, "daemonsets.apps \"" + std::string(name) + "\" not found"));
  }
  PodState state(PodId id) override {
    return {.gone = pods[id].gone, .finished = pods[id].finished, .deletion = pods[id].deletion};
  }
  kube::Answer<> evict(PodId id, const Removal& removal) override { return go("evict", id, removal, true); }
  kube::Answer<> remove(PodId id, const Removal& removal) override { return go("remove", id, removal, false); }
  kube::Answer<bool> set_unschedulable(std::string_view name, bool unschedulable, bool dry_run) override {
    const auto found = std::ranges::find(nodes, name, &ScriptedNode::name);
    if (found == nodes.end())
      return std::unexpected(status_of(404, "nodes \"" + std::string(name) + "\" not found"));
    const bool changes = found->schedulable == unschedulable;
    if (!dry_run) found->schedulable = !unschedulable;
    return changes;
  }
  kube::Answer<> label_node(std::string_view name, std::string_view key, std::string_view value) override {
    node(name).labels[std::string(key)] = value;
    return {};
  }
  Time now() override { return now_; }
  bool watch_node(std::string_view name, Token token) override {
    if (tells) watched_[std::string(name)] = token;
    return tells;
  }
  void unwatch_node(std::string_view name) override { watched_.erase(std::string(name)); }
  void wait(Time until, std::vector<Token>& changed) override {
    while (news_.empty() && !agenda_.empty() && agenda_.begin()->first <= until) {
      now_ = std::max(now_, agenda_.begin()->first);
      const auto what = std::move(agenda_.begin()->second);
      agenda_.erase(agenda_.begin());
      what();
    }
    if (news_.empty()) now_ = std::max(now_, until);
    changed.insert(changed.end(), news_.begin(), news_.end());
    news_.clear();
  }

  kube::Answer<> list_pools(std::vector<NodePool>& all) override {
    all.insert(all.end(), pools.begin(), pools.end());
    return {};
  }
  kube::Answer<> list_nodes(std::string_view pool, std::vector<PoolNode>& all) override {
    for (const ScriptedNode& each : nodes) {
      if (each.pool != pool) continue;
      all.push_back({.name = each.name,
                     .version = each.version,
                     .zone = {},
                     .ready = each.ready,
                     .schedulable = each.schedulable});
    }
    return {};
  }
  kube::Answer<OperationId> add_node(std::string_view pool, std::string_view version) override {
    calls.push_back("add to " + std::string(pool));
    if (auto refused = refuse_node()) return std::unexpected(*refused);
    const std::string name = "surge" + std::to_string(++surge_nodes_);
    return begin(node_start, name, [this, name, pool = std::string(pool), version = std::string(version)] {
      nodes.push_back({.name = name, .pool = pool, .version = version});
    });
  }
  kube::Answer<OperationId> reimage(std::string_view, std::string_view name, std::string_view version) override {
    calls.push_back("reimage " + std::string(name));
    ScriptedNode& of = node(name);
    of.ready = false;
    return begin(node_reimage, of.name, [this, name = of.name, version = std::string(version)] {
      node(name).version = version;
      node(name).ready = node(name).schedulable = true;
    });
  }
  kube::Answer<OperationId> remove_node(std::string_view, std::string_view name) override {
    calls.push_back("remove " + std::string(name));
    return begin(node_removal, std::string(name), [this, name = std::string(name)] {
      std::erase_if(nodes, [&](const auto& n) { return n.name == name; });
    });
  }
  kube::Answer<OperationId> upgrade_control_plane(std::string_view version) override {
    calls.push_back("control plane " + std::string(version));
    return begin(std::chrono::minutes(10), {}, [] {});
  }
  Operation operation(OperationId id) override { return operations_[id]; }

 private:
  kube::Answer<> go(std::string_view verb, PodId id, const Removal& removal, bool asks) {
    ScriptedPod& pod = pods[id];
    if (pod.gone) return std::unexpected(status_of(404, "pods \"" + pod.name + "\" not found"));
    if (asks) {
      if (auto refused = refuse(pod)) return std::unexpected(*refused);
    }
    calls.push_back(std::string(verb) + " " + pod.name);
    if (removal.dry_run || pod.deletion) return {};
    pod.deletion = now_;
    if (const std::string to = place(pod); !to.empty()) {
      ScriptedPod next = pod;
      next.deletion.reset();
      next.uid.clear();
      next.node = to;
      add_pod(std::move(next));
    }
    at(now_ + pods[id].termination, [this, id] {
      pods[id].gone = true;
      if (const auto found = watched_.find(pods[id].node); found != watched_.end()) news_.push_back(found->second);
    });
    return {};
  }
  OperationId begin(std::chrono::milliseconds takes, std::string name, std::function<void()> what) {
    const OperationId id = operations_.size();
    operations_.push_back({.node = std::move(name), .status = {}, .look_again = now_ + takes});
    at(now_ + takes, [this, id, what = std::move(what)] {
      what();
      operations_[id].state = Operation::State::succeeded;
    });
    return id;
  }

  Time now_ = start;
  std::multimap<Time, std::function<void()>> agenda_;
  std::map<std::string, Token> watched_;
  std::vector<Token> news_;
  std::deque<Operation> operations_;
  int surge_nodes_ = 0;
};

}  // namespace bulwark::upgrade

// Rollouts on a scripted cluster, for tests.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "upgrade/rollout.h"
#include "upgrade/scripted_cluster_testing.h"

namespace bulwark::upgrade {

class RolloutLab {
 protected:
  RolloutLab() {
    options.version = "1.31.0";
    cluster.pools = {{.name = "pool", .zones = {}, .max_pods = 30, .version = "1.30.0", .upgrade = {}}};
  }

  UpgradeSettings& settings() { return cluster.pools[0].upgrade; }
  void add_nodes(int count) {
    for (int i = 1; i <= count; ++i) cluster.nodes.push_back({.name = "n" + std::to_string(i)});
    cluster.pools[0].count = count;
  }
  void pod(std::string name, std::string node) {
    cluster.add_pod({.name = std::move(name), .uid = {}, .node = std::move(node), .deletion = {}});
  }
  // Where each pod goes at its first, second, ... eviction, as the scheduler would have it; nowhere when it is
  // evicted more often than that.
  void placed(std::map<std::string, std::vector<std::string>> placements) {
    cluster.place = [placements = std::move(placements)](const ScriptedCluster::ScriptedPod& pod) mutable {
      std::vector<std::string>& next = placements.at(pod.name);
      if (next.empty()) return std::string();
      std::string to = next.front();
      next.erase(next.begin());
      return to;
    };
  }
  // The answer to each eviction of a pod.
  void never_evictable(std::string name) {
    cluster.refuse =
        [name = std::move(name)](const ScriptedCluster::ScriptedPod& pod) -> std::optional<kube::Status> {
      if (pod.name == name)
        return status_of(429, "Cannot evict pod as it would violate the pod's disruption budget.");
      return std::nullopt;
    };
  }

  const Outcome& run_all(Rollout& rollout) { return run(rollout, cluster, cluster, log); }
  std::string version_of(std::string_view node) { return cluster.node(node).version; }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& node : cluster.nodes) all.push_back(node.name);
    std::ranges::sort(all);
    return all;
  }
  // Lines of the log that tell one of these kinds, without time and pool.
  std::vector<std::string> told(std::initializer_list<EventKind> kinds) const {
    std::vector<std::string> lines;
    for (const std::string& line : log.lines) {
      const std::string text = line.substr(line.find(' ') + 1);
      for (const EventKind kind : kinds) {
        if (text.starts_with(std::string(name(kind)) + " ")) lines.push_back(text);
      }
    }
    return lines;
  }

  ScriptedCluster cluster;
  LinesLog log{ScriptedCluster::start};
  RolloutOptions options;
};

}  // namespace bulwark::upgrade

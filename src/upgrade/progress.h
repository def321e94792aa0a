// How far a rollout has come: plain data, small, to be copied, written down and read again.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "upgrade/node_pools.h"

namespace bulwark::upgrade {

enum class NodeStage : std::uint8_t {
  waiting,
  draining,
  drained,  // of a blue node: kept until the final soak is over
  soaking,  // drained, and not yet reimaged
  reimaging,
  upgraded,     // or had the version before
  quarantined,  // could not be drained, and was left as it is
  stuck,        // stopped the rollout; the next run begins with it
  // Of nodes that were added.
  requested,
  ready,      // takes pods
  permanent,  // stays for a node that is quarantined
  failed,     // could not be had
  // Of a surge node or a blue node that goes.
  removing,
  removed,
};

struct NodeProgress {
  std::string name;  // of an added node: empty until it is known
  NodeStage stage = NodeStage::waiting;
  kube::Time since{};

  bool operator==(const NodeProgress&) const = default;
};

enum class PoolStage : std::uint8_t {
  waiting,
  adding,      // surge or green nodes are on their way
  working,     // old nodes are drained, and reimaged
  batch_soak,  // of blue-green, between two batches
  final_soak,  // of blue-green, before the blue nodes go
  removing,    // surge or blue nodes
  upgraded,
  stopped,
};

struct PoolProgress {
  std::string name;
  UpgradeStrategy strategy = UpgradeStrategy::rolling;
  PoolStage stage = PoolStage::waiting;
  kube::Time since{};
  std::int64_t surge = 0;           // nodes to add; 0: in place
  std::int64_t parallel = 0;        // nodes that are drained at once
  std::int64_t blocked = 0;         // how many may be quarantined
  std::vector<NodeProgress> nodes;  // those that were there at the start, in the order of work
  std::vector<NodeProgress> added;

  bool operator==(const PoolProgress&) const = default;
};

enum class ControlPlaneStage : std::uint8_t { unasked, waiting, upgrading, upgraded, failed };

struct Progress {
  std::string version;
  ControlPlaneStage control_plane = ControlPlaneStage::unasked;
  std::vector<PoolProgress> pools;  // in the order of work; empty before the first step

  bool operator==(const Progress&) const = default;
};

std::string_view name(NodeStage stage);
std::string_view name(PoolStage stage);
std::string_view name(ControlPlaneStage stage);
std::string_view name(UpgradeStrategy strategy);

// As JSON; times in whole seconds.
std::string to_json(const Progress& progress);
// What to_json wrote. Error: something else.
base::Result<Progress> progress_from_json(std::string_view json);

}  // namespace bulwark::upgrade

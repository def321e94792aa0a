// How many nodes an upgrade adds and takes away at a time, and what that needs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "upgrade/node_pools.h"

namespace bulwark::upgrade {

// maxSurge where a pool has none: AKS' pages say 1, its API says 10 % (upgrade-aks-node-pools-rolling.md;
// AgentPoolUpgradeSettings). They are equal up to 10 nodes; above, the API's text is followed.
inline constexpr std::string_view default_max_surge = "10%";
inline constexpr std::int64_t documented_default_surge = 1;
// Of a virtual machine scale set.
inline constexpr std::int64_t largest_scale_set = 1'000;

struct SurgePlan {
  std::int64_t surge = 0;        // nodes to add
  std::int64_t unavailable = 0;  // nodes to take without a replacement, where none are added
  // How many undrainable nodes are quarantined before the upgrade stops (behaviour Cordon): maxBlockedNodes, else
  // the surge.
  std::int64_t blocked = 0;
  bool surge_by_default = false;  // the pool has no maxSurge
  bool fallback = false;          // both are set: in place when no surge node can be had
  // For the reader: the default that was used, unbalanced zones.
  std::vector<std::string> notes;

  // How many nodes are cordoned and drained at once.
  std::int64_t parallel() const { return surge > 0 ? surge : unavailable; }
};

// For a pool of which `remaining` nodes are still to be upgraded. Percentages are of the pool's size and rounded
// up; neither number is higher than `remaining`. Error: a text that is no number or percentage, both 0,
// maxUnavailable on a system pool, a pool that would be larger than a scale set can be.
base::Result<SurgePlan> plan_surge(const NodePool& pool, std::int64_t remaining);

// Nodes drained at once of a blue-green upgrade: of the blue nodes at the start, rounded up, at least one.
base::Result<std::int64_t> plan_batch(const BlueGreenSettings& settings, std::int64_t blue_nodes);

// Addresses that the pool's subnet needs during the upgrade: (nodes + maxSurge) * (1 + maxPods), of Azure CNI
// where each pod has an address of the subnet (upgrade-options.md, scenario 4).
std::int64_t addresses_needed(std::int64_t nodes, std::int64_t surge, std::int64_t max_pods);

}  // namespace bulwark::upgrade

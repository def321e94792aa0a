// What a cloud does for an upgrade: node pools, whose nodes are added, reimaged and removed. AKS answers it
// through its API, the twin from its assumptions.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kube/cluster.h"

namespace bulwark::upgrade {

enum class PoolMode : std::uint8_t { system, user };

// What happens to a node that cannot be drained in time (AgentPoolUpgradeSettings.undrainableNodeBehavior).
enum class UndrainableNodeBehavior : std::uint8_t {
  schedule,  // the upgrade stops; a later one begins with it
  cordon,    // the node is quarantined, and a surge node takes its place
};

enum class UpgradeStrategy : std::uint8_t { rolling, blue_green };

// AgentPoolBlueGreenUpgradeSettings, with its defaults.
struct BlueGreenSettings {
  std::string drain_batch_size = "10%";  // of the blue nodes at the start, rounded up
  std::chrono::minutes drain_timeout{30}, batch_soak{15}, final_soak{60};
};

// AgentPoolUpgradeSettings of AKS. Texts are a number or a percentage ("5", "33%"); empty: not set.
struct UpgradeSettings {
  std::string max_surge, max_unavailable, max_blocked_nodes;
  std::chrono::minutes drain_timeout{30}, node_soak{0};
  UndrainableNodeBehavior undrainable = UndrainableNodeBehavior::schedule;
  UpgradeStrategy strategy = UpgradeStrategy::rolling;
  BlueGreenSettings blue_green;
};

struct NodePool {
  std::string name;
  PoolMode mode = PoolMode::user;
  bool is_scale_set = false;  // a virtual machine scale set, as AKS has them: 1,000 nodes at most
  std::int32_t count = 0;
  std::optional<std::int32_t> max_count = {};  // that quota and subnet let it have, surge nodes included
  std::vector<std::string> zones;
  std::int32_t max_pods = 0;  // per node; 0: not known
  std::string version;        // "1.33.2"
  UpgradeSettings upgrade;
};

struct PoolNode {
  std::string name, version, zone;
  bool ready = true, schedulable = true;
};

// The port's own number of something that takes its time.
using OperationId = std::uint64_t;

struct Operation {
  enum class State : std::uint8_t { running, succeeded, failed } state = State::running;
  std::string node;     // of an added node: its name, once it is known
  kube::Status status;  // why it failed
  // When to look again at one that runs: the twin knows the very moment, a cloud is polled.
  kube::Time look_again{};
};

class NodePools {
 public:
  virtual ~NodePools() = default;

  virtual kube::Answer<> list_pools(std::vector<NodePool>& pools) = 0;
  // All nodes of the pool, surge nodes, too.
  virtual kube::Answer<> list_nodes(std::string_view pool, std::vector<PoolNode>& nodes) = 0;

  // Each begins something, which `operation` tells of. A node that was added or reimaged succeeds when it is
  // Ready.
  virtual kube::Answer<OperationId> add_node(std::string_view pool, std::string_view version) = 0;
  virtual kube::Answer<OperationId> reimage(std::string_view pool, std::string_view node,
                                            std::string_view version) = 0;
  virtual kube::Answer<OperationId> remove_node(std::string_view pool, std::string_view node) = 0;
  virtual kube::Answer<OperationId> upgrade_control_plane(std::string_view version) = 0;
  virtual Operation operation(OperationId id) = 0;
};

}  // namespace bulwark::upgrade

// Node pools of played nodes: a cloud as small as can be.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "e2e/rehearsal/api_objects.h"
#include "e2e/rehearsal/recorder.h"
#include "e2e/support/node_player.h"
#include "upgrade/node_pools.h"
#include "upgrade/pods.h"

namespace bulwark::e2e {

class PlayedPools final : public upgrade::NodePools {
 public:
  // `clock` tells the scenario's time; the recorder, how the nodes are.
  PlayedPools(kube::Cluster& cluster, NodePlayer& player, const Recorder& recorder, upgrade::Pods& clock,
              const Figures& figures, std::vector<NodeShape> nodes, std::vector<upgrade::NodePool> pools);

  kube::Answer<> list_pools(std::vector<upgrade::NodePool>& pools) override;
  kube::Answer<> list_nodes(std::string_view pool, std::vector<upgrade::PoolNode>& nodes) override;
  kube::Answer<upgrade::OperationId> add_node(std::string_view pool, std::string_view version) override;
  kube::Answer<upgrade::OperationId> reimage(std::string_view pool, std::string_view node,
                                             std::string_view version) override;
  kube::Answer<upgrade::OperationId> remove_node(std::string_view pool, std::string_view node) override;
  kube::Answer<upgrade::OperationId> upgrade_control_plane(std::string_view version) override;
  upgrade::Operation operation(upgrade::OperationId id) override;

  // All that are there now.
  const std::map<std::string, NodeShape>& nodes() const { return nodes_; }

 private:
  enum class What : std::uint8_t { add, reimage, remove };
  struct Work {
    What what;
    std::string node, version;
    kube::Time due;
    bool begun = false;  // when it was due
  };
  upgrade::OperationId begin(Work work);
  void finish(const Work& work);
  bool is_there(const std::string& node) const;

  kube::Cluster& cluster_;
  NodePlayer& player_;
  const Recorder& recorder_;
  upgrade::Pods& clock_;
  const Figures& figures_;
  std::map<std::string, NodeShape> nodes_;
  std::vector<upgrade::NodePool> pools_;
  std::vector<Work> works_;
  std::size_t added_ = 0;
};

}  // namespace bulwark::e2e

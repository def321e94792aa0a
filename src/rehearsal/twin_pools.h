#pragma once

#include <map>
#include <string>
#include <vector>

#include "twin/engine.h"
#include "upgrade/node_pools.h"

namespace bulwark::rehearsal {

// The pools that a twin's nodes say they belong to, as a cloud would run them: nodes come, are reimaged and go in
// the times of the assumptions.
class TwinPools final : public upgrade::NodePools {
 public:
  // The engine must outlive it. `pools` says how the pools are upgraded; those that it does not name have their
  // cloud's defaults.
  TwinPools(twin::Engine& engine, std::vector<upgrade::NodePool> pools);

  kube::Answer<> list_pools(std::vector<upgrade::NodePool>& pools) override;
  kube::Answer<> list_nodes(std::string_view pool, std::vector<upgrade::PoolNode>& nodes) override;
  kube::Answer<upgrade::OperationId> add_node(std::string_view pool, std::string_view version) override;
  kube::Answer<upgrade::OperationId> reimage(std::string_view pool, std::string_view node,
                                             std::string_view version) override;
  kube::Answer<upgrade::OperationId> remove_node(std::string_view pool, std::string_view node) override;
  kube::Answer<upgrade::OperationId> upgrade_control_plane(std::string_view version) override;
  upgrade::Operation operation(upgrade::OperationId id) override;

  // Nodes that were added here, and the most that were there at once besides the first ones.
  std::size_t added() const { return added_; }
  std::size_t most_added() const { return most_; }

 private:
  enum class What : std::uint8_t { add, reimage, remove, control_plane };
  struct Pending {
    What what = What::add;
    twin::Index node = twin::none;
    std::string pool, name, version;
    kube::Time due{};
    bool done = false;
  };

  upgrade::OperationId begin(Pending pending, twin::Duration takes);
  void finish(Pending& pending);
  std::shared_ptr<const twin::NodeInfo> another_node(std::string_view pool, const std::string& name,
                                                     std::string_view version) const;
  std::string name_for(std::string_view pool) const;
  std::size_t nodes_of(std::string_view pool) const;

  twin::Engine& engine_;
  std::vector<upgrade::NodePool> pools_;
  std::vector<Pending> operations_;
  std::size_t added_ = 0, now_added_ = 0, most_ = 0;
};

// The pools that the labels of a model's nodes name, with what is known of them: a node without such a label is of
// the pool "default".
std::vector<upgrade::NodePool> pools_of(const twin::Model& model);

// The pool of a node, never empty.
std::string_view pool_of(const twin::NodeInfo& node);

}  // namespace bulwark::rehearsal

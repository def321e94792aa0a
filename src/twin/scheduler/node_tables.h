// What the scheduler knows of each node beyond its columns in the state. Nodes that no rule tells apart share a
// shape, so that a rule is judged once for all of them.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "twin/scheduler/programs.h"

namespace bulwark::twin {

class NodeTables {
 public:
  explicit NodeTables(const Programs& programs);

  // A node was added, changed or removed.
  void update(const Programs& programs, const State& state, Index node);

  bool is_complete(Index rule) const { return !order_is_old_ && rows_[rule].size() == shapes_.size(); }
  // Judges all shapes by the rule, and puts the nodes in order.
  void complete(const Programs& programs, Index rule);

  // Of a rule that is complete.
  const Standing& of(Index rule, Index node) const { return rows_[rule][shape_of_[node]]; }
  const Standing* row(Index rule) const { return rows_[rule].data(); }
  // By shape: whether Standing::passes().
  const std::uint8_t* passes(Index rule) const { return passes_[rule].data(); }
  // Whether no node is preferred or disliked by the rule.
  bool is_indifferent(Index rule) const { return is_indifferent_[rule]; }
  const std::vector<Index>& shapes() const { return shape_of_; }

  // The number of a node's topology domain; -1 when it has no such label.
  std::int32_t domain(Index key, Index node) const { return keys_[key].of_node[node]; }
  const std::vector<std::int32_t>& domains(Index key) const { return keys_[key].of_node; }
  std::size_t domain_count(Index key) const { return keys_[key].by_value.size(); }

  // How many volumes of the driver the node takes; -1: nothing is known.
  std::int32_t limit(Index driver, Index node) const { return limits_[driver][node]; }
  // An image, and the nodes that have it. Its size is the one that the first of them told (cache.go,
  // addNodeImageStates).
  struct Image {
    std::int64_t size = 0;
    std::vector<Index> nodes;
  };
  const Image& image(Index number) const { return images_[number]; }

  // The nodes that exist, as kube-scheduler goes through them: of the zones in turn (internal/cache/node_tree.go).
  const std::vector<Index>& order() const { return order_; }

 private:
  struct Shape {
    std::shared_ptr<const NodeInfo> info;
    bool is_ready = true, is_unschedulable = false;
  };
  struct Key {
    std::vector<std::int32_t> of_node;
    std::unordered_map<std::string, std::int32_t> by_value;
  };

  std::string signature(const Programs& programs, const State& state, Index node) const;
  void update_images(const Programs& programs, const State& state, Index node);
  std::int32_t zone_number(const NodeInfo& info);
  void put_in_order();

  std::vector<Shape> shapes_;
  std::unordered_map<std::string, Index> shape_by_signature_;
  std::vector<Index> shape_of_;
  std::vector<std::vector<Standing>> rows_;  // by rule and shape
  std::vector<std::vector<std::uint8_t>> passes_;
  std::vector<bool> is_indifferent_;  // by rule
  std::vector<Key> keys_;
  std::vector<std::vector<std::int32_t>> limits_;
  std::vector<Image> images_;
  std::vector<std::shared_ptr<const NodeInfo>> images_of_;  // as they are noted in images_
  std::unordered_map<std::string, std::int32_t> zone_by_name_;
  std::vector<std::int32_t> zone_of_;  // of each node; -1: it does not exist
  std::vector<Index> order_;
  bool order_is_old_ = true;
};

}  // namespace bulwark::twin

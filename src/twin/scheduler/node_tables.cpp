#include "twin/scheduler/node_tables.h"

#include <algorithm>

#include "twin/taints.h"

namespace bulwark::twin {

NodeTables::NodeTables(const Programs& programs)
    : rows_(programs.rules.size()),
      keys_(programs.topology_keys.size()),
      limits_(programs.drivers.size()),
      images_(programs.images.size()) {}

std::string NodeTables::signature(const Programs& programs, const State& state, Index node) const {
  const NodeInfo& info = *state.nodes.info[node];
  std::string out;
  for (const std::string_view key : programs.label_keys) {
    const std::string_view value = key == node_name_key ? info.name : kube::find_label(info.labels, key);
    out += value.data() == nullptr ? '\1' : '\2';
    out.append(value).push_back('\3');
  }
  for_each_taint(state, node, [&](const kube::Taint& taint) {
    for (const std::string_view part : {taint.key, taint.value, taint.effect}) out.append(part).push_back('\4');
    return true;
  });
  return out;
}

void NodeTables::update(const Programs& programs, const State& state, Index node) {
  const Nodes& nodes = state.nodes;
  const NodeInfo& info = *nodes.info[node];
  if (shape_of_.size() < nodes.size()) {
    shape_of_.resize(nodes.size());
    images_of_.resize(nodes.size());
    for (Key& key : keys_) key.of_node.resize(nodes.size(), -1);
    for (auto& limit : limits_) limit.resize(nodes.size(), -1);
  }
  order_is_old_ = true;
  update_images(programs, state, node);
  if (nodes.exists[node] == 0) return;

  const auto [at, is_new] =
      shape_by_signature_.try_emplace(signature(programs, state, node), static_cast<Index>(shapes_.size()));
  if (is_new) shapes_.push_back({nodes.info[node], nodes.ready[node] != 0, nodes.unschedulable[node] != 0});
  shape_of_[node] = at->second;

  for (std::size_t i = 0; i < keys_.size(); ++i) {
    const std::string_view value = kube::find_label(info.labels, programs.topology_keys[i]);
    std::int32_t& domain = keys_[i].of_node[node];
    domain = -1;
    if (value.data() == nullptr) continue;
    domain = keys_[i]
                 .by_value.try_emplace(std::string(value), static_cast<std::int32_t>(keys_[i].by_value.size()))
                 .first->second;
  }
  for (std::size_t i = 0; i < limits_.size(); ++i) {
    limits_[i][node] = -1;
    for (const kube::CsiNodeDriver& each : info.drivers) {
      if (each.name == programs.drivers[i] && each.allocatable.count) {
        limits_[i][node] = static_cast<std::int32_t>(*each.allocatable.count);
      }
    }
  }
}

void NodeTables::update_images(const Programs& programs, const State& state, Index node) {
  const std::shared_ptr<const NodeInfo> now = state.nodes.exists[node] != 0 ? state.nodes.info[node] : nullptr;
  std::shared_ptr<const NodeInfo>& before = images_of_[node];
  if (before == now) return;
  const auto for_each_image = [&](const NodeInfo& info, auto&& visit) {
    for (const kube::ContainerImage& image : info.images) {
      for (const std::string_view name : image.names) {
        const auto found = programs.image_by_name.find(name);
        if (found != programs.image_by_name.end()) visit(images_[found->second], image.size_bytes.value_or(0));
      }
    }
  };
  if (before != nullptr) {
    for_each_image(*before, [&](Image& image, std::int64_t) { std::erase(image.nodes, node); });
  }
  before = now;
  if (now != nullptr) {
    for_each_image(*now, [&](Image& image, std::int64_t size) {
      if (image.nodes.empty()) image.size = size;
      image.nodes.push_back(node);
    });
  }
}

void NodeTables::complete(const Programs& programs, const State& state, Index rule) {
  if (order_is_old_) put_in_order(state);
  std::vector<Standing>& row = rows_[rule];
  for (std::size_t i = row.size(); i < shapes_.size(); ++i) {
    const Shape& shape = shapes_[i];
    row.push_back(standing(programs.rules[rule], *shape.info, shape.is_ready, shape.is_unschedulable));
  }
}

void NodeTables::put_in_order(const State& state) {
  const Nodes& nodes = state.nodes;
  std::unordered_map<std::string, std::size_t> zone_by_name;
  std::vector<std::vector<Index>> zones;
  for (Index node = 0; node < nodes.size(); ++node) {
    if (nodes.exists[node] == 0) continue;
    const kube::Labels labels = nodes.info[node]->labels;
    const auto value = [&](std::string_view key, std::string_view old_key) {
      const std::string_view found = kube::find_label(labels, key);
      return found.data() != nullptr ? found : kube::find_label(labels, old_key);
    };
    std::string zone(value("topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/region"));
    zone.append(1, '\1').append(value("topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone"));
    const auto [at, is_new] = zone_by_name.try_emplace(std::move(zone), zones.size());
    if (is_new) zones.emplace_back();
    zones[at->second].push_back(node);
  }
  order_.clear();
  for (std::size_t turn = 0, before = 1; before != order_.size(); ++turn) {
    before = order_.size();
    for (const auto& zone : zones) {
      if (turn < zone.size()) order_.push_back(zone[turn]);
    }
  }
  order_is_old_ = false;
}

}  // namespace bulwark::twin

#include "twin/scheduler/node_tables.h"

#include <algorithm>

#include "twin/taints.h"

namespace bulwark::twin {

NodeTables::NodeTables(const Programs& programs)
    : rows_(programs.rules.size()),
      passes_(programs.rules.size()),
      is_indifferent_(programs.rules.size(), true),
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
    zone_of_.resize(nodes.size(), -1);
    for (Key& key : keys_) key.of_node.resize(nodes.size(), -1);
    for (auto& limit : limits_) limit.resize(nodes.size(), -1);
  }
  const std::int32_t zone = nodes.exists[node] == 0 ? -1 : zone_number(info);
  order_is_old_ |= zone != zone_of_[node];
  zone_of_[node] = zone;
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

void NodeTables::complete(const Programs& programs, Index rule) {
  if (order_is_old_) put_in_order();
  std::vector<Standing>& row = rows_[rule];
  for (std::size_t i = row.size(); i < shapes_.size(); ++i) {
    const Shape& shape = shapes_[i];
    row.push_back(standing(programs.rules[rule], *shape.info, shape.is_ready, shape.is_unschedulable));
    passes_[rule].push_back(row.back().passes() ? 1 : 0);
    if (row.back().disliked != 0 || row.back().preference != 0) is_indifferent_[rule] = false;
  }
}

std::int32_t NodeTables::zone_number(const NodeInfo& info) {
  const auto value = [&](std::string_view key, std::string_view old_key) {
    const std::string_view found = kube::find_label(info.labels, key);
    return found.data() != nullptr ? found : kube::find_label(info.labels, old_key);
  };
  std::string zone(value("topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/region"));
  zone.append(1, '\1').append(value("topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone"));
  return zone_by_name_.try_emplace(std::move(zone), static_cast<std::int32_t>(zone_by_name_.size())).first->second;
}

void NodeTables::put_in_order() {
  // Zones stand in the order of their first nodes.
  std::vector<std::size_t> place_of_zone(zone_by_name_.size(), zone_by_name_.size());
  std::vector<std::vector<Index>> zones;
  for (Index node = 0; node < zone_of_.size(); ++node) {
    if (zone_of_[node] < 0) continue;
    std::size_t& place = place_of_zone[static_cast<std::size_t>(zone_of_[node])];
    if (place == zone_by_name_.size()) {
      place = zones.size();
      zones.emplace_back();
    }
    zones[place].push_back(node);
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

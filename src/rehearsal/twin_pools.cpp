#include "rehearsal/twin_pools.h"

#include <fmt/format.h>

#include <algorithm>

#include "kube/version.h"

namespace bulwark::rehearsal {

namespace {

constexpr std::string_view hostname_label = "kubernetes.io/hostname";

kube::Status no_such(std::string_view what, std::string_view name) {
  return {.code = 404,
          .reason = "NotFound",
          .message = fmt::format("{} \"{}\" not found", what, name),
          .causes = {},
          .retry_after = std::nullopt};
}

}  // namespace

std::string_view pool_of(const twin::NodeInfo& node) {
  return node.pool.empty() ? "default" : std::string_view(node.pool);
}

std::vector<upgrade::NodePool> pools_of(const twin::Model& model) {
  std::vector<upgrade::NodePool> pools;
  for (const auto& node : model.nodes) {
    const std::string_view name = pool_of(*node);
    auto found = std::find_if(pools.begin(), pools.end(), [&](const auto& pool) { return pool.name == name; });
    if (found == pools.end()) {
      found = pools.insert(pools.end(), upgrade::NodePool{});
      found->name = name;
      found->is_scale_set = !kube::find_label(node->labels, "kubernetes.azure.com/agentpool").empty();
      if (kube::find_label(node->labels, "kubernetes.azure.com/mode") == "system")
        found->mode = upgrade::PoolMode::system;
    }
    ++found->count;
    if (!node->zone.empty() &&
        std::find(found->zones.begin(), found->zones.end(), node->zone) == found->zones.end()) {
      found->zones.push_back(node->zone);
    }
    found->max_pods = std::max(found->max_pods, static_cast<std::int32_t>(node->allocatable[twin::pods]));
    // The oldest kubelet tells what the pool is at.
    const auto version = kube::Version::parse(node->kubelet_version), known = kube::Version::parse(found->version);
    if (version && (!known || *version < *known)) found->version = version->text();
  }
  for (upgrade::NodePool& pool : pools) std::sort(pool.zones.begin(), pool.zones.end());
  std::sort(pools.begin(), pools.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return pools;
}

TwinPools::TwinPools(twin::Engine& engine, std::vector<upgrade::NodePool> pools)
    : engine_(engine), pools_(std::move(pools)) {}

kube::Answer<> TwinPools::list_pools(std::vector<upgrade::NodePool>& pools) {
  for (upgrade::NodePool pool : pools_) {
    pool.count = static_cast<std::int32_t>(nodes_of(pool.name));
    pools.push_back(std::move(pool));
  }
  return {};
}

std::size_t TwinPools::nodes_of(std::string_view pool) const {
  const twin::Nodes& nodes = engine_.state().nodes;
  std::size_t count = 0;
  for (std::size_t i = 0; i < nodes.size(); ++i)
    count += nodes.exists[i] != 0 && pool_of(*nodes.info[i]) == pool ? 1 : 0;
  return count;
}

kube::Answer<> TwinPools::list_nodes(std::string_view pool, std::vector<upgrade::PoolNode>& out) {
  const twin::Nodes& nodes = engine_.state().nodes;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (nodes.exists[i] == 0 || pool_of(*nodes.info[i]) != pool) continue;
    upgrade::PoolNode node;
    node.name = nodes.info[i]->name;
    node.zone = nodes.info[i]->zone;
    if (const auto version = kube::Version::parse(nodes.info[i]->kubelet_version)) node.version = version->text();
    node.ready = nodes.ready[i] != 0;
    node.schedulable = nodes.unschedulable[i] == 0;
    out.push_back(std::move(node));
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return {};
}

upgrade::OperationId TwinPools::begin(Pending pending, twin::Duration takes) {
  pending.due = engine_.now() + takes;
  operations_.push_back(std::move(pending));
  return operations_.size() - 1;
}

std::string TwinPools::name_for(std::string_view pool) const {
  // Nodes of a scale set count in their last six characters, to base 36.
  std::string prefix;
  std::uint64_t highest = 0;
  const auto consider = [&](const std::string& name) {
    const std::size_t at = name.rfind("vmss");
    if (at == std::string::npos || at + 10 != name.size()) return;
    std::uint64_t number = 0;
    for (const char c : name.substr(at + 4)) {
      if ((c < '0' || c > '9') && (c < 'a' || c > 'z')) return;
      number = number * 36 + static_cast<std::uint64_t>(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    prefix = name.substr(0, at + 4);
    highest = std::max(highest, number);
  };
  const twin::Nodes& nodes = engine_.state().nodes;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (pool_of(*nodes.info[i]) == pool) consider(nodes.info[i]->name);
  }
  for (const Pending& each : operations_) {
    if (each.what == What::add && each.pool == pool) consider(each.name);
  }
  if (prefix.empty()) return fmt::format("{}-surge-{}", pool, added_ + 1);
  std::string digits(6, '0');
  std::uint64_t number = highest + 1;
  for (std::size_t i = digits.size(); i-- > 0; number /= 36)
    digits[i] = "0123456789abcdefghijklmnopqrstuvwxyz"[number % 36];
  return prefix + digits;
}

std::shared_ptr<const twin::NodeInfo> TwinPools::another_node(std::string_view pool, const std::string& name,
                                                              std::string_view version) const {
  const twin::Nodes& nodes = engine_.state().nodes;
  const auto description =
      std::find_if(pools_.begin(), pools_.end(), [&](const auto& each) { return each.name == pool; });
  // A scale set keeps its zones balanced.
  std::map<std::string_view, int> in_zone;
  if (description != pools_.end()) {
    for (const std::string& zone : description->zones) in_zone[zone] = 0;
  }
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (nodes.exists[i] != 0 && pool_of(*nodes.info[i]) == pool) ++in_zone[nodes.info[i]->zone];
  }
  std::string_view zone;
  int fewest = 0;
  for (const auto& [each, count] : in_zone) {
    if (zone.data() == nullptr || count < fewest) zone = each, fewest = count;
  }
  std::size_t like = nodes.size();
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (pool_of(*nodes.info[i]) != pool) continue;
    if (like == nodes.size() || (nodes.info[i]->zone == zone && nodes.info[like]->zone != zone)) like = i;
  }
  if (like == nodes.size()) return nullptr;
  struct Made {
    std::string name;
    std::vector<kube::Label> labels;
    std::shared_ptr<const twin::NodeInfo> like;
  };
  auto made = std::make_shared<Made>();
  made->name = name;
  made->like = nodes.info[like];
  for (const kube::Label& each : made->like->labels) {
    if (each.key == "kubernetes.azure.com/upgrade-status") continue;
    made->labels.push_back(each.key == hostname_label ? kube::Label{each.key, made->name} : each);
  }
  auto info = std::make_shared<twin::NodeInfo>(*made->like);
  info->name = name;
  info->labels = made->labels;
  info->ready = true;
  info->unschedulable = false;
  if (!version.empty()) info->kubelet_version = fmt::format("v{}", version);
  info->owned = made;
  return info;
}

kube::Answer<upgrade::OperationId> TwinPools::add_node(std::string_view pool, std::string_view version) {
  const auto description =
      std::find_if(pools_.begin(), pools_.end(), [&](const auto& each) { return each.name == pool; });
  if (description == pools_.end()) return std::unexpected(no_such("node pool", pool));
  const std::size_t nodes =
      nodes_of(pool) + static_cast<std::size_t>(std::ranges::count_if(operations_, [&](const Pending& each) {
        return each.what == What::add && !each.done && each.pool == pool;
      }));
  if (description->max_count && nodes >= static_cast<std::size_t>(*description->max_count)) {
    return std::unexpected(kube::Status{
        .code = 403,
        .reason = "QuotaExceeded",
        .message = fmt::format("the pool has {} nodes and may have {} at most", nodes, *description->max_count),
        .causes = {},
        .retry_after = std::nullopt});
  }
  Pending pending;
  pending.what = What::add;
  pending.pool = pool;
  pending.name = name_for(pool);
  pending.version = version;
  ++added_;
  most_ = std::max(most_, ++now_added_);
  return begin(std::move(pending), engine_.model().assumptions.timing.node_add);
}

kube::Answer<upgrade::OperationId> TwinPools::reimage(std::string_view pool, std::string_view node,
                                                      std::string_view version) {
  const twin::Index index = engine_.find_node(node);
  if (index == twin::none) return std::unexpected(no_such("node", node));
  engine_.set_node_ready(index, false);
  Pending pending;
  pending.what = What::reimage;
  pending.pool = pool;
  pending.node = index;
  pending.name = node;
  pending.version = version;
  return begin(std::move(pending), engine_.model().assumptions.timing.node_reimage);
}

kube::Answer<upgrade::OperationId> TwinPools::remove_node(std::string_view pool, std::string_view node) {
  const twin::Index index = engine_.find_node(node);
  if (index == twin::none) return std::unexpected(no_such("node", node));
  engine_.remove_node(index);
  if (now_added_ > 0) --now_added_;
  Pending pending;
  pending.what = What::remove;
  pending.pool = pool;
  pending.name = node;
  return begin(std::move(pending), engine_.model().assumptions.timing.node_remove);
}

kube::Answer<upgrade::OperationId> TwinPools::upgrade_control_plane(std::string_view version) {
  Pending pending;
  pending.what = What::control_plane;
  pending.version = version;
  return begin(std::move(pending), engine_.model().assumptions.timing.control_plane);
}

void TwinPools::finish(Pending& pending) {
  pending.done = true;
  if (pending.what == What::add) {
    if (auto info = another_node(pending.pool, pending.name, pending.version)) engine_.add_node(std::move(info));
  } else if (pending.what == What::reimage && engine_.state().nodes.exists[pending.node] != 0) {
    auto info = std::make_shared<twin::NodeInfo>(*engine_.state().nodes.info[pending.node]);
    if (!pending.version.empty()) info->kubelet_version = fmt::format("v{}", pending.version);
    engine_.replace_node(pending.node, std::move(info));
    engine_.set_node_ready(pending.node, true);
  }
}

upgrade::Operation TwinPools::operation(upgrade::OperationId id) {
  Pending& pending = operations_.at(id);
  upgrade::Operation out;
  out.node = pending.name;
  out.look_again = pending.due;
  if (engine_.now() < pending.due) return out;
  if (!pending.done) finish(pending);
  out.state = upgrade::Operation::State::succeeded;
  return out;
}

}  // namespace bulwark::rehearsal

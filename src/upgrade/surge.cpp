#include "upgrade/surge.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/int_or_percent.h"

namespace bulwark::upgrade {

namespace {

// A number of nodes, or the percentage of the pool, rounded up.
base::Result<std::int64_t> nodes_of(std::string_view text, std::string_view setting, std::int64_t count) {
  const auto value = base::IntOrPercent::parse(text);
  const bool is_valid = value.is_text() ? base::is_valid_percent(text) : value.number() >= 0;
  if (!is_valid) {
    return base::fail(
        fmt::format("{}: \"{}\" is neither a number of nodes (5) nor a percentage (33%)", setting, text));
  }
  return TRY(value.scaled(count, base::Rounding::up));
}

}  // namespace

base::Result<SurgePlan> plan_surge(const NodePool& pool, std::int64_t remaining) {
  const UpgradeSettings& settings = pool.upgrade;
  SurgePlan plan;
  plan.surge_by_default = settings.max_surge.empty();
  const std::string_view max_surge = plan.surge_by_default ? default_max_surge : settings.max_surge;
  plan.surge = TRY(nodes_of(max_surge, "maxSurge", pool.count));
  if (!settings.max_unavailable.empty()) {
    plan.unavailable = TRY(nodes_of(settings.max_unavailable, "maxUnavailable", pool.count));
  }
  if (plan.unavailable > 0 && pool.mode == PoolMode::system) {
    return base::fail("maxUnavailable cannot be set on system node pools");
  }
  // An empty pool rounds to none.
  if (plan.surge == 0 && plan.unavailable == 0 && pool.count > 0) {
    return base::fail("maxSurge and maxUnavailable cannot both be 0");
  }
  plan.surge = std::min(plan.surge, remaining);
  plan.unavailable = std::min(plan.unavailable, remaining);
  if (pool.is_scale_set && pool.count + plan.surge > largest_scale_set) {
    return base::fail(fmt::format("{} nodes and {} surge nodes are more than the {} of a scale set", pool.count,
                                  plan.surge, largest_scale_set));
  }
  plan.fallback = plan.surge > 0 && plan.unavailable > 0;
  plan.blocked = plan.parallel();
  if (!settings.max_blocked_nodes.empty()) {
    plan.blocked = std::min(TRY(nodes_of(settings.max_blocked_nodes, "maxBlockedNodes", pool.count)), remaining);
  }
  if (plan.surge_by_default && plan.surge > documented_default_surge) {
    plan.notes.push_back(fmt::format(
        "maxSurge is not set: {} nodes, the {} of the API's default; AKS' pages say {}, so set it to be sure",
        plan.surge, default_max_surge, documented_default_surge));
  }
  const auto zones = static_cast<std::int64_t>(pool.zones.size());
  if (zones > 1 && plan.surge % zones != 0) {
    plan.notes.push_back(fmt::format(
        "{} surge nodes in {} zones: a multiple of {} keeps zones balanced, and volumes that are bound to a zone "
        "attachable",
        plan.surge, zones, zones));
  }
  return plan;
}

base::Result<std::int64_t> plan_batch(const BlueGreenSettings& settings, std::int64_t blue_nodes) {
  const std::int64_t batch = TRY(nodes_of(settings.drain_batch_size, "drainBatchSize", blue_nodes));
  if (batch == 0 && blue_nodes > 0) return base::fail("drainBatchSize cannot be 0");
  return std::min(batch, blue_nodes);
}

std::int64_t addresses_needed(std::int64_t nodes, std::int64_t surge, std::int64_t max_pods) {
  return (nodes + surge) * (1 + max_pods);
}

}  // namespace bulwark::upgrade

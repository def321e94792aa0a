// What a candidate means: how its run goes, and how people bring it about.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "rehearsal/scaling.h"
#include "rehearsal/search_space.h"
#include "upgrade/surge.h"

namespace bulwark::rehearsal {

namespace {

bool is_identity(const std::vector<std::uint16_t>& order) {
  return std::ranges::is_sorted(order);  // a permutation that rises
}

}  // namespace

upgrade::RolloutOptions SearchSpace::rollout(const Candidate& of) const {
  upgrade::RolloutOptions out = asked_;
  if (!is_identity(of.pools)) {
    out.pools.clear();
    for (const std::uint16_t pool : of.pools) out.pools.push_back(pools_[pool].name);
  }
  for (std::size_t i = 0; i < pools_.size(); ++i) {
    if (is_identity(of.orders[i])) continue;
    upgrade::NodeOrder order{.pool = pools_[i].name, .nodes = {}};
    for (const std::uint16_t node : of.orders[i]) order.nodes.push_back(pools_[i].nodes[node]);
    std::erase_if(out.orders, [&](const upgrade::NodeOrder& each) { return each.pool == order.pool; });
    out.orders.push_back(std::move(order));
  }
  if (of.surge != 0) out.settings.max_surge = surges_[of.surge];
  out.parallel = parallel_[of.parallel];
  out.sets = sets_[of.sets];
  return out;
}

std::vector<TemporaryReplicas> SearchSpace::replicas(const Candidate& of) const {
  std::vector<TemporaryReplicas> out;
  for (std::size_t i = 0; i < scalable_.size(); ++i) {
    if (of.replicas[i] == 0) continue;
    const Scalable& each = scalable_[i];
    out.push_back({each.workload, each.name, each.replicas.front(), each.replicas[of.replicas[i]]});
  }
  return out;
}

std::vector<Difference> SearchSpace::differences(const Candidate& of) const {
  std::vector<Difference> out;
  for (std::size_t i = 0; i < scalable_.size(); ++i) {
    if (of.replicas[i] == 0) continue;
    const Scalable& each = scalable_[i];
    const std::int32_t from = each.replicas.front(), to = each.replicas[of.replicas[i]];
    out.push_back(
        {fmt::format("{} replicas of {} while the upgrade runs, instead of {}", to, each.name, from),
         {scale_command(each.of, to), unscale_command(each.of, to, from) + "  # when the upgrade is over"}});
  }
  if (of.surge != 0) {
    Difference difference;
    const std::string asked = surges_.front().empty() ? "what the pools have" : surges_.front();
    difference.what = fmt::format("maxSurge {} instead of {}", surges_[of.surge], asked);
    for (const std::uint16_t pool : of.pools) {
      difference.commands.push_back(fmt::format(
          "az aks nodepool update --resource-group GROUP --cluster-name CLUSTER --name {} --max-surge {}",
          pools_[pool].name, surges_[of.surge]));
    }
    out.push_back(std::move(difference));
  }
  if (!is_identity(of.pools)) {
    std::vector<std::string_view> names;
    Difference difference;
    for (const std::uint16_t pool : of.pools) {
      names.push_back(pools_[pool].name);
      difference.commands.push_back(fmt::format(
          "az aks nodepool upgrade --resource-group GROUP --cluster-name CLUSTER --name {} {}", pools_[pool].name,
          asked_.all_nodes ? "--node-image-only" : fmt::format("--kubernetes-version {}", asked_.version)));
    }
    difference.what = fmt::format("the pools in the order {}", fmt::join(names, ", "));
    out.push_back(std::move(difference));
  }
  for (std::size_t i = 0; i < pools_.size(); ++i) {
    if (is_identity(of.orders[i])) continue;
    std::vector<std::string_view> names;
    for (const std::uint16_t node : of.orders[i]) names.push_back(pools_[i].nodes[node]);
    // AKS goes through the nodes in its own order.
    out.push_back({fmt::format("the nodes of pool {} in the order {}", pools_[i].name, fmt::join(names, ", ")),
                   {fmt::format("--order {}", fmt::join(names, ","))}});
  }
  if (of.parallel != 0) out.push_back({"one node is drained at a time", {"--one-at-a-time"}});
  if (of.sets != 0) {
    out.push_back({"a node begins as soon as another has ended, not when the whole set has", {"--no-sets"}});
  }
  return out;
}

std::string SearchSpace::flags(const Candidate& of) const {
  std::vector<std::string> out;
  if (!is_identity(of.pools)) {
    std::vector<std::string_view> names;
    names.reserve(of.pools.size());
    for (const std::uint16_t pool : of.pools) names.push_back(pools_[pool].name);
    out.push_back(fmt::format("--pool {}", fmt::join(names, ",")));
  }
  std::vector<std::string_view> nodes;
  for (std::size_t i = 0; i < pools_.size(); ++i) {
    if (is_identity(of.orders[i])) continue;
    for (const std::uint16_t node : of.orders[i]) nodes.push_back(pools_[i].nodes[node]);
  }
  if (!nodes.empty()) out.push_back(fmt::format("--order {}", fmt::join(nodes, ",")));
  if (of.surge != 0) out.push_back(fmt::format("--max-surge {}", surges_[of.surge]));
  if (of.parallel != 0) out.emplace_back("--one-at-a-time");
  if (of.sets != 0) out.emplace_back("--no-sets");
  return fmt::format("{}", fmt::join(out, " "));
}

std::string SearchSpace::text() const {
  std::vector<std::string> parts;
  if (pools_.size() > 1) parts.push_back(fmt::format("all orders of the {} pools", pools_.size()));
  std::vector<std::string> ordered;
  for (const Pool& pool : pools_) {
    if (pool.nodes.size() > 1) ordered.push_back(fmt::format("{} of pool {}", pool.nodes.size(), pool.name));
  }
  if (!ordered.empty()) parts.push_back(fmt::format("all orders of the nodes ({})", fmt::join(ordered, ", ")));
  if (surges_.size() > 1) {
    std::vector<std::string> values(surges_.begin() + 1, surges_.end());
    values.insert(values.begin(), surges_.front().empty() ? "as the pools have it" : surges_.front());
    parts.push_back(fmt::format("maxSurge {}", fmt::join(values, ", ")));
  }
  if (parallel_.size() > 1) parts.emplace_back("nodes drained together or one at a time");
  if (sets_.size() > 1) parts.emplace_back("in sets or one after the other");
  if (!scalable_.empty()) {
    std::vector<std::string> values;
    for (const Scalable& each : scalable_) {
      if (values.size() == 3 && scalable_.size() > 4) {
        values.push_back(fmt::format("{} more workloads", scalable_.size() - values.size()));
        break;
      }
      values.push_back(fmt::format("{} of {}", each.replicas.back(), each.name));
    }
    parts.push_back(
        fmt::format("with or without more replicas for the time of the upgrade ({})", fmt::join(values, ", ")));
  }
  if (parts.empty()) return "the run that was asked for, which nothing can be changed about";
  return fmt::format("{}", fmt::join(parts, "; "));
}

std::int32_t SearchSpace::most_replicas(twin::Index workload, std::int32_t now) const {
  const auto found = std::ranges::find(scalable_, workload, &Scalable::workload);
  return found == scalable_.end() ? now : std::ranges::max(found->replicas);
}

}  // namespace bulwark::rehearsal

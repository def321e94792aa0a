#include "rehearsal/search_space.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "base/int_or_percent.h"
#include "base/random.h"
#include "kube/version.h"
#include "rehearsal/recorder.h"
#include "twin/disruption.h"
#include "upgrade/surge.h"

namespace bulwark::rehearsal {

namespace {

// What AKS recommends for production (upgrade-aks-node-pools-rolling.md).
constexpr std::string_view usual_limit = "33%";
constexpr std::uint64_t uncountable = std::numeric_limits<std::uint64_t>::max();

std::uint64_t times(std::uint64_t a, std::uint64_t b) {
  return b != 0 && a > uncountable / b ? uncountable : a * b;
}

std::uint64_t permutations(std::size_t count) {
  std::uint64_t all = 1;
  for (std::uint64_t i = 2; i <= count; ++i) all = times(all, i);
  return all;
}

std::vector<std::uint16_t> identity(std::size_t count) {
  std::vector<std::uint16_t> out(count);
  std::iota(out.begin(), out.end(), std::uint16_t{0});
  return out;
}

// The permutation with that number in the order of the alphabet.
std::vector<std::uint16_t> permutation(std::size_t count, std::uint64_t number) {
  std::vector<std::uint16_t> left = identity(count), out;
  for (std::size_t i = count; i > 0; --i) {
    const std::uint64_t block = permutations(i - 1);
    const auto at = left.begin() + static_cast<std::ptrdiff_t>(number / block);
    out.push_back(*at);
    left.erase(at);
    number %= block;
  }
  return out;
}

void shuffle(std::vector<std::uint16_t>& of, Random& random) {
  for (std::size_t i = of.size(); i > 1; --i) std::swap(of[i - 1], of[random.below(i)]);
}

// The number of pods that all budgets of a workload leave one to spare of; nullopt: none up to `most`.
std::optional<std::int32_t> enough_replicas(const twin::Engine& engine, const std::vector<twin::Index>& budgets,
                                            std::int32_t now, std::int32_t most) {
  for (std::int32_t n = now; n <= most; ++n) {
    const bool all = std::ranges::all_of(budgets, [&](twin::Index budget) {
      const auto wanted = twin::wanted_by(engine.model().budgets[budget].spec(), n, n);
      return wanted && wanted->healthy < n;
    });
    if (all) return n;
  }
  return std::nullopt;
}

}  // namespace

std::uint64_t Random::next() { return base::next_random(state_); }

std::size_t Candidate::differences() const {
  const auto moved = [](const std::vector<std::uint16_t>& order) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < order.size(); ++i) count += order[i] != i ? 1 : 0;
    return count;
  };
  std::size_t count = moved(pools) + (surge != 0 ? 1 : 0) + (parallel != 0 ? 1 : 0) + (sets != 0 ? 1 : 0);
  for (const auto& order : orders) count += moved(order);
  for (const std::uint16_t each : replicas) count += each != 0 ? 1 : 0;
  return count;
}

base::Result<SearchSpace> SearchSpace::of(const twin::Engine& settled, const RehearseOptions& options,
                                          const std::vector<upgrade::NodePool>& pools, const SpaceLimits& limits) {
  SearchSpace space;
  const upgrade::RolloutOptions& rollout = options.rollout;
  space.asked_ = rollout;
  const twin::State& state = settled.state();
  const twin::Model& model = settled.model();

  // Pools and nodes in the order in which they would be taken.
  std::vector<std::string> names = rollout.pools;
  if (names.empty()) {
    for (const upgrade::NodePool& pool : pools) names.push_back(pool.name);
  }
  for (const std::string& name : names) {
    Pool pool;
    pool.name = name;
    std::vector<twin::Index> nodes;
    for (twin::Index node = 0; node < state.nodes.size(); ++node) {
      if (state.nodes.exists[node] == 0 || pool_of(*state.nodes.info[node]) != name) continue;
      const auto version = kube::Version::parse(state.nodes.info[node]->kubelet_version);
      if (!rollout.all_nodes && version && version->text() == rollout.version) continue;
      nodes.push_back(node);
    }
    const auto order = std::ranges::find(rollout.orders, name, &upgrade::NodeOrder::pool);
    const auto rank = [&](twin::Index node) {
      if (order == rollout.orders.end()) return std::ptrdiff_t{0};
      return std::ranges::find(order->nodes, state.nodes.info[node]->name) - order->nodes.begin();
    };
    std::ranges::sort(nodes, [&](twin::Index a, twin::Index b) {
      return rank(a) != rank(b) ? rank(a) < rank(b) : state.nodes.info[a]->name < state.nodes.info[b]->name;
    });
    for (const twin::Index node : nodes) {
      pool.nodes.push_back(state.nodes.info[node]->name);
      pool.pods.push_back(state.nodes.pods[node]);
    }
    space.pools_.push_back(std::move(pool));
  }
  std::int64_t largest = 0;
  bool rolls = rollout.settings.strategy != upgrade::UpgradeStrategy::blue_green;
  for (const upgrade::NodePool& pool : pools) {
    if (std::ranges::find(names, pool.name) == names.end()) continue;
    largest = std::max<std::int64_t>(largest, pool.count);
    if (!rollout.settings.strategy) rolls &= pool.upgrade.strategy != upgrade::UpgradeStrategy::blue_green;
  }

  // Surge nodes: each number, or from ten on fewer and fewer of them.
  space.surges_.push_back(rollout.settings.max_surge.value_or(""));
  const std::string limit_text = limits.max_surge.empty() ? std::string(usual_limit) : limits.max_surge;
  const base::IntOrPercent limit = base::IntOrPercent::parse(limit_text);
  if (limit.is_text() ? !base::is_valid_percent(limit_text) : limit.number() < 0)
    return base::fail(fmt::format("\"{}\" is no number or percentage of surge nodes", limit_text));
  const std::int64_t most = std::min(TRY(limit.scaled(largest, base::Rounding::up)), largest);
  // A setting that is a number of nodes, or a percentage of the one pool, is none to be tried again.
  std::int64_t asked_surge = -1;
  upgrade::NodePool first = pools.empty() ? upgrade::NodePool{} : pools.front();
  for (const upgrade::NodePool& pool : pools) {
    if (!names.empty() && pool.name == names.front()) first = pool;
  }
  rollout.settings.apply(first.upgrade);
  const bool is_number = !base::IntOrPercent::parse(first.upgrade.max_surge).is_text();
  if (names.size() == 1 || (rollout.settings.max_surge && is_number)) {
    if (const auto plan = upgrade::plan_surge(first, first.count); plan) asked_surge = plan->surge;
  }
  for (std::int64_t n = 1, step = 1; rolls && n <= most; n += step) {
    if (n != asked_surge) space.surges_.push_back(std::to_string(n));
    if (n >= 10) step = std::max<std::int64_t>(n / 3, 1);
    if (n < most && n + step > most) step = most - n;
  }
  space.parallel_ = {rollout.parallel};
  space.sets_ = {rollout.sets};
  if (rolls && rollout.parallel == 0 && largest > 1) space.parallel_.push_back(1);
  if (rolls && rollout.sets && largest > 1) space.sets_.push_back(false);

  // Workloads of which one pod more is of use: with one replica, or with a budget that has none to spare.
  for (twin::Index i = 0; limits.scales && i < model.workloads.size(); ++i) {
    const twin::Workload& workload = model.workloads[i];
    using Kind = twin::WorkloadKind;
    const bool can_scale = workload.kind == Kind::deployment || workload.kind == Kind::replica_set ||
                           workload.kind == Kind::stateful_set || workload.kind == Kind::replication_controller;
    const std::int32_t now = state.workloads[i].replicas;
    if (!can_scale || workload.parent != twin::none || !workload.exists || !workload.has_scale || now < 1)
      continue;
    std::vector<twin::Index> budgets;
    for (twin::Index c = 0; c < model.classes.size(); ++c) {
      if (top_of(model, model.classes[c].workload) != i || state.classes[c].pods == 0) continue;
      for (const twin::Index budget : model.classes[c].budgets) {
        if (model.budgets[budget].exists && std::ranges::find(budgets, budget) == budgets.end())
          budgets.push_back(budget);
      }
    }
    Scalable scalable;
    scalable.workload = i;
    scalable.name = name_of(model, i);
    scalable.of = workload;
    scalable.replicas.push_back(now);
    const auto enough = enough_replicas(settled, budgets, now, now + limits.most_replicas);
    if (!enough) continue;
    if (*enough > now) scalable.replicas.push_back(*enough);
    if (now == 1 && *enough == 1) scalable.replicas.push_back(2);
    if (scalable.replicas.size() > 1) space.scalable_.push_back(std::move(scalable));
  }
  space.count();
  return space;
}

void SearchSpace::count() {
  size_ = times(times(permutations(pools_.size()), surges_.size()), parallel_.size() * sets_.size());
  for (const Pool& pool : pools_) size_ = times(size_, permutations(pool.nodes.size()));
  for (const Scalable& each : scalable_) size_ = times(size_, each.replicas.size());
}

Candidate SearchSpace::asked() const {
  Candidate out;
  out.pools = identity(pools_.size());
  for (const Pool& pool : pools_) out.orders.push_back(identity(pool.nodes.size()));
  out.replicas.assign(scalable_.size(), 0);
  return out;
}

Candidate SearchSpace::at(std::uint64_t number) const {
  Candidate out = asked();
  const auto digit = [&](std::uint64_t base) {
    const std::uint64_t value = number % base;
    number /= base;
    return value;
  };
  out.surge = static_cast<std::uint16_t>(digit(surges_.size()));
  out.parallel = static_cast<std::uint16_t>(digit(parallel_.size()));
  out.sets = static_cast<std::uint16_t>(digit(sets_.size()));
  for (std::size_t i = 0; i < scalable_.size(); ++i)
    out.replicas[i] = static_cast<std::uint16_t>(digit(scalable_[i].replicas.size()));
  out.pools = permutation(pools_.size(), digit(permutations(pools_.size())));
  for (std::size_t i = 0; i < pools_.size(); ++i) {
    const std::size_t nodes = pools_[i].nodes.size();
    out.orders[i] = permutation(nodes, digit(permutations(nodes)));
  }
  return out;
}

std::vector<Candidate> SearchSpace::first_tries() const {
  std::vector<Candidate> out{asked()};
  const auto with = [&](auto&& change) {
    Candidate next = asked();
    change(next);
    out.push_back(std::move(next));
  };
  for (std::size_t i = 1; i < surges_.size(); ++i)
    with([&](Candidate& to) { to.surge = static_cast<std::uint16_t>(i); });
  if (parallel_.size() > 1) with([](Candidate& to) { to.parallel = 1; });
  if (sets_.size() > 1) with([](Candidate& to) { to.sets = 1; });
  for (std::size_t i = 0; i < scalable_.size(); ++i) with([&](Candidate& to) { to.replicas[i] = 1; });
  if (!scalable_.empty()) {
    for (std::size_t surge = 0; surge < surges_.size(); ++surge) {
      with([&](Candidate& to) {
        std::ranges::fill(to.replicas, std::uint16_t{1});
        to.surge = static_cast<std::uint16_t>(surge);
      });
    }
  }
  with([](Candidate& to) { std::ranges::reverse(to.pools); });
  with([](Candidate& to) {
    for (auto& order : to.orders) std::ranges::reverse(order);
  });
  // The emptiest nodes first, or the fullest.
  for (const bool emptiest : {true, false}) {
    with([&](Candidate& to) {
      for (std::size_t i = 0; i < pools_.size(); ++i) {
        std::ranges::sort(to.orders[i], [&](std::uint16_t a, std::uint16_t b) {
          const std::size_t pods_a = pools_[i].pods[a], pods_b = pools_[i].pods[b];
          return pods_a != pods_b ? (pods_a < pods_b) == emptiest : a < b;
        });
      }
    });
  }
  return out;
}

Candidate SearchSpace::any(Random& random) const {
  Candidate out = asked();
  shuffle(out.pools, random);
  for (auto& order : out.orders) shuffle(order, random);
  out.surge = static_cast<std::uint16_t>(random.below(surges_.size()));
  out.parallel = static_cast<std::uint16_t>(random.below(parallel_.size()));
  out.sets = static_cast<std::uint16_t>(random.below(sets_.size()));
  for (std::size_t i = 0; i < scalable_.size(); ++i)
    out.replicas[i] = static_cast<std::uint16_t>(random.below(scalable_[i].replicas.size()));
  return out;
}

Candidate SearchSpace::neighbour(const Candidate& of, Random& random) const {
  Candidate out = of;
  // One step, or now and then several.
  const std::size_t steps = random.below(4) == 0 ? 2 + random.below(3) : 1;
  for (std::size_t step = 0; step < steps; ++step) {
    switch (random.below(6)) {
      case 0:
        out.surge = static_cast<std::uint16_t>(random.below(surges_.size()));
        break;
      case 1:
        if (random.below(2) == 0) {
          out.parallel = static_cast<std::uint16_t>(random.below(parallel_.size()));
        } else {
          out.sets = static_cast<std::uint16_t>(random.below(sets_.size()));
        }
        break;
      case 2:
        if (out.pools.size() > 1)
          std::swap(out.pools[random.below(out.pools.size())], out.pools[random.below(out.pools.size())]);
        break;
      case 3:
        if (!scalable_.empty()) {
          const std::size_t at = random.below(scalable_.size());
          out.replicas[at] = static_cast<std::uint16_t>(random.below(scalable_[at].replicas.size()));
        }
        break;
      default: {
        if (pools_.empty()) break;
        std::vector<std::uint16_t>& order = out.orders[random.below(pools_.size())];
        if (order.size() < 2) break;
        const std::size_t from = random.below(order.size()), to = random.below(order.size());
        if (random.below(2) == 0) {
          std::swap(order[from], order[to]);
        } else {
          const std::uint16_t node = order[from];
          order.erase(order.begin() + static_cast<std::ptrdiff_t>(from));
          order.insert(order.begin() + static_cast<std::ptrdiff_t>(to), node);
        }
      }
    }
  }
  return out;
}

}  // namespace bulwark::rehearsal

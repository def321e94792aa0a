// Which changes may help against what stops an upgrade.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "rehearsal/fixes.h"
#include "rehearsal/recorder.h"
#include "rehearsal/scaling.h"
#include "twin/disruption.h"

namespace bulwark::rehearsal {

namespace {

twin::Index find_budget(const twin::Model& model, std::string_view full_name) {
  for (twin::Index i = 0; i < model.budgets.size(); ++i) {
    if (fmt::format("{}/{}", model.budgets[i].name_space, model.budgets[i].name) == full_name) return i;
  }
  return twin::none;
}

std::string patch_command(const twin::Budget& budget, std::string_view patch) {
  return fmt::format("kubectl patch poddisruptionbudget {} --namespace {} --type merge --patch '{}'", budget.name,
                     budget.name_space, patch);
}

// The budget with another rule.
Change rule_change(const twin::Budget& budget, twin::Index index, std::string_view field, std::string text) {
  Change change;
  change.summary = fmt::format("{}: {} in the budget {}/{}", field, text, budget.name_space, budget.name);
  const std::string_view other = field == "maxUnavailable" ? "minAvailable" : "maxUnavailable";
  change.command = patch_command(budget, fmt::format(R"({{"spec":{{"{}":null,"{}":{}}}}})", other, field, text));
  const bool is_max = field == "maxUnavailable";
  change.to_model = [index, is_max,
                     text = std::make_shared<const std::string>(std::move(text))](twin::Model& model) {
    auto body = std::make_shared<kube::PodDisruptionBudget>(*model.budgets[index].body);
    body->spec.max_unavailable = body->spec.min_available = {};
    (is_max ? body->spec.max_unavailable : body->spec.min_available) = {*text, false};
    model.budgets[index].body = body.get();
    model.owned.push_back(body);
    model.owned.push_back(text);
  };
  return change;
}

Change delete_budget(const twin::Budget& budget, twin::Index index) {
  Change change;
  change.summary = fmt::format("the budget {}/{} deleted", budget.name_space, budget.name);
  change.command =
      fmt::format("kubectl delete poddisruptionbudget {} --namespace {}", budget.name, budget.name_space);
  change.to_model = [index](twin::Model& model) { model.budgets[index].exists = false; };
  return change;
}

Change always_allow(const twin::Budget& budget, twin::Index index) {
  Change change;
  change.summary =
      fmt::format("unhealthyPodEvictionPolicy: AlwaysAllow in the budget {}/{}", budget.name_space, budget.name);
  change.command = patch_command(budget, R"({"spec":{"unhealthyPodEvictionPolicy":"AlwaysAllow"}})");
  change.to_model = [index](twin::Model& model) { model.budgets[index].always_allow = true; };
  return change;
}

// Other settings of one pool; the others keep what they have.
Change pool_change(const Run& run, const std::string& pool, const std::string& what, std::string_view verb,
                   std::string_view flags, const std::function<void(upgrade::UpgradeSettings&)>& set) {
  Change change;
  change.summary = fmt::format("{} in the pool {}", what, pool);
  change.command = fmt::format("az aks nodepool {} --resource-group GROUP --cluster-name CLUSTER --name {} {}",
                               verb, pool, flags);
  change.to_options = [pools = run.pools, pool, set](RehearseOptions& options) {
    // What is asked for all pools becomes each one's own, so that one of them may differ.
    std::vector<upgrade::NodePool> told = pools;
    for (upgrade::NodePool& each : told) {
      const auto now = std::ranges::find(options.pools, each.name, &upgrade::NodePool::name);
      if (now != options.pools.end()) each = *now;
      options.rollout.settings.apply(each.upgrade);
      if (each.name == pool) set(each.upgrade);
    }
    options.pools = std::move(told);
    options.rollout.settings = {};
  };
  return change;
}

Change drain_timeout(const Run& run, const std::string& pool, std::chrono::minutes minutes) {
  return pool_change(run, pool, fmt::format("a drain timeout of {} min", minutes.count()), "upgrade",
                     fmt::format("--drain-timeout {}", minutes.count()),
                     [minutes](upgrade::UpgradeSettings& settings) { settings.drain_timeout = minutes; });
}

Change in_place(const Run& run, const std::string& pool) {
  return pool_change(run, pool, "maxSurge 0 and maxUnavailable 1", "update", "--max-surge 0 --max-unavailable 1",
                     [](upgrade::UpgradeSettings& settings) {
                       settings.max_surge = "0";
                       settings.max_unavailable = "1";
                     });
}

Change surge(const Run& run, const std::string& pool, std::int64_t nodes) {
  return pool_change(run, pool, fmt::format("maxSurge {}", nodes), "update", fmt::format("--max-surge {}", nodes),
                     [nodes](upgrade::UpgradeSettings& settings) { settings.max_surge = std::to_string(nodes); });
}

// The workloads whose pods a budget selects, as people know them.
std::set<twin::Index> owners_of(const twin::Engine& engine, const twin::Budget& budget) {
  std::set<twin::Index> owners;
  for (const twin::Index each : budget.classes) {
    if (engine.state().classes[each].pods > 0)
      owners.insert(top_of(engine.model(), engine.model().classes[each].workload));
  }
  return owners;
}

// As many replicas as leave one to spare; nothing when no number does.
void add_replicas(std::vector<Change>& changes, const twin::Engine& engine, const twin::Budget& budget) {
  const std::set<twin::Index> owners = owners_of(engine, budget);
  if (owners.size() != 1 || *owners.begin() == twin::none) return;
  const twin::Index owner = *owners.begin();
  const twin::Workload& workload = engine.model().workloads[owner];
  if (!workload.exists || !workload.has_scale || workload.kind == twin::WorkloadKind::custom) return;
  const std::int32_t now = engine.state().workloads[owner].replicas;
  constexpr std::int32_t most_more = 20;
  std::string not_enough;
  for (std::int32_t n = now + 1; n <= now + most_more; ++n) {
    const auto wanted = twin::wanted_by(budget.spec(), n, n);
    if (!wanted) return;
    if (wanted->healthy < n) {
      Change change;
      change.summary = fmt::format("{} replicas of {}", n, name_of(engine.model(), owner));
      if (workload.autoscaler != nullptr) {
        change.summary +=
            fmt::format(", by minReplicas of its HorizontalPodAutoscaler {}", workload.autoscaler_name);
      }
      change.command = scale_command(workload, n);
      change.not_enough = not_enough;
      change.to_model = [owner, n](twin::Model& model) {
        model.workloads[owner].replicas = n;
        twin::Index newest = twin::none;
        for (twin::Index i = 0; i < model.workloads.size(); ++i) {
          const twin::Workload& each = model.workloads[i];
          if (each.parent == owner && each.kind == twin::WorkloadKind::replica_set &&
              (newest == twin::none || each.replicas > 0))
            newest = i;
        }
        if (newest != twin::none) model.workloads[newest].replicas = n;
      };
      change.to_options = [](RehearseOptions& options) { options.settle_first = true; };
      changes.push_back(std::move(change));
      return;
    }
    const kube::IntOrString& rule = budget.spec().min_available;
    if (rule.is_string)
      not_enough = fmt::format("{} are not enough: {} of {} is {}", n, rule.text, n, wanted->healthy);
  }
}

}  // namespace

std::vector<Change> changes_for(const Blocker& blocker, const Run& run, const RehearseOptions& options) {
  const twin::Engine& engine = run.engine;
  const twin::Model& model = engine.model();
  std::vector<Change> changes;
  const twin::Index index = find_budget(model, blocker.budget);
  const auto timeout = [&](Duration needed) {
    const auto minutes = std::chrono::ceil<std::chrono::minutes>(needed) + std::chrono::minutes(5);
    if (minutes <= std::chrono::hours(24)) changes.push_back(drain_timeout(run, blocker.pool, minutes));
  };
  switch (blocker.kind) {
    case BlockerKind::budget_never_allows:
      if (index == twin::none) break;
      changes.push_back(rule_change(model.budgets[index], index, "maxUnavailable", "1"));
      add_replicas(changes, engine, model.budgets[index]);
      break;
    case BlockerKind::budget_waits: {
      if (index == twin::none) break;
      const twin::BudgetState& state = engine.state().budgets[index];
      const std::size_t slash = blocker.pod.find('/');
      const twin::Index pod = engine.find_pod(std::string_view(blocker.pod).substr(0, slash),
                                              std::string_view(blocker.pod).substr(slash + 1));
      const bool unready = pod != twin::none && engine.state().pods[pod].phase != twin::PodPhase::ready;
      if (unready && model.minor >= 26) changes.push_back(always_allow(model.budgets[index], index));
      if (!blocker.never_ends) timeout(blocker.waited + std::chrono::hours(1));
      std::size_t nodes = 1;
      for (const PoolNeed& need : run.result.pools) {
        if (need.pool == blocker.pool) nodes = need.surge_nodes + 1;
      }
      const bool no_room = std::any_of(run.result.unplaced.begin(), run.result.unplaced.end(),
                                       [](const Unplaced& each) { return each.for_ever; });
      if (no_room) {
        changes.push_back(surge(run, blocker.pool, static_cast<std::int64_t>(nodes)));
        changes.push_back(surge(run, blocker.pool, static_cast<std::int64_t>(nodes) * 2));
      }
      const std::int32_t away = std::max(state.expected_pods - state.current_healthy, 0) + 1;
      changes.push_back(rule_change(model.budgets[index], index, "maxUnavailable", std::to_string(away)));
      break;
    }
    case BlockerKind::several_budgets: {
      const std::size_t slash = blocker.pod.find('/');
      const twin::Index pod = engine.find_pod(std::string_view(blocker.pod).substr(0, slash),
                                              std::string_view(blocker.pod).substr(slash + 1));
      if (pod == twin::none) break;
      for (const twin::Index each : model.classes[engine.state().pods[pod].pod_class].budgets) {
        if (model.budgets[each].exists) changes.push_back(delete_budget(model.budgets[each], each));
      }
      break;
    }
    case BlockerKind::budget_not_synced: {
      if (index == twin::none) break;
      std::int64_t matching = 0;
      for (const twin::Index each : model.budgets[index].classes) matching += engine.state().classes[each].pods;
      changes.push_back(rule_change(model.budgets[index], index, "maxUnavailable", "1"));
      changes.push_back(rule_change(model.budgets[index], index, "minAvailable",
                                    std::to_string(std::max<std::int64_t>(matching - 1, 0))));
      break;
    }
    case BlockerKind::finalizer: {
      const std::size_t slash = blocker.pod.find('/');
      const std::string name_space = blocker.pod.substr(0, slash), name = blocker.pod.substr(slash + 1);
      Change change;
      change.summary = fmt::format("the finalizers of the pod {} removed", blocker.pod);
      change.command = fmt::format(
          R"(kubectl patch pod {} --namespace {} --type merge --patch '{{"metadata":{{"finalizers":null}}}}')",
          name, name_space);
      change.to_model = [name_space, name](twin::Model& to) {
        const auto found = to.pod_by_name.find(name_space + "/" + name);
        if (found == to.pod_by_name.end()) return;
        twin::PodClass& pod_class = to.classes[to.pods[found->second].pod_class];
        auto metadata = std::make_shared<kube::ObjectMeta>(*pod_class.metadata);
        metadata->finalizers = {};
        pod_class.metadata = metadata.get();
        to.pods[found->second].is_stuck = false;
        to.owned.push_back(metadata);
      };
      changes.push_back(std::move(change));
      break;
    }
    case BlockerKind::slow_termination:
      timeout(blocker.waited + std::chrono::hours(1));
      break;
    case BlockerKind::no_node: {
      // Fewer nodes at once, or none besides those that are there; a system pool takes surge nodes alone.
      const auto pool = std::ranges::find(run.pools, blocker.pool, &upgrade::NodePool::name);
      if (pool == run.pools.end()) break;
      upgrade::UpgradeSettings settings = pool->upgrade;
      options.rollout.settings.apply(settings);
      if (settings.max_surge != "1") changes.push_back(surge(run, blocker.pool, 1));
      if (pool->mode != upgrade::PoolMode::system) changes.push_back(in_place(run, blocker.pool));
      break;
    }
    case BlockerKind::webhook:
      for (twin::Index i = 0; i < model.webhooks.size(); ++i) {
        const twin::Webhook& webhook = model.webhooks[i];
        if (webhook.name != blocker.webhook || !webhook.exists) continue;
        Change change;
        change.summary = fmt::format("failurePolicy: Ignore in the webhook {}", webhook.name);
        change.command = fmt::format(
            R"(kubectl patch {} {} --type json --patch '[{{"op":"add","path":"/webhooks/{}/failurePolicy","value":"Ignore"}}]')",
            webhook.kind, webhook.configuration, webhook.place);
        change.to_model = [i](twin::Model& to) { to.webhooks[i].exists = false; };
        changes.push_back(std::move(change));
      }
      break;
    case BlockerKind::filter:
    case BlockerKind::version:  // nothing of it is the twin's
    case BlockerKind::other:
      break;
  }
  return changes;
}

}  // namespace bulwark::rehearsal

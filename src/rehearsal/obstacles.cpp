#include "rehearsal/obstacles.h"

#include <fmt/format.h>

#include <algorithm>

#include "kube/version.h"
#include "rehearsal/recorder.h"
#include "twin/disruption.h"
#include "twin/pod_names.h"

namespace bulwark::rehearsal {

namespace {

class Finder {
 public:
  Finder(const twin::Engine& settled, const SearchSpace& space) : engine_(settled), space_(space) {
    for (const twin::PodClass& each : engine_.model().classes) highest_ = std::max(highest_, each.priority);
  }

  // Why the pod never leaves its node; empty: it may.
  std::string why(twin::Index pod, std::string& budget_name) const {
    const twin::Model& model = engine_.model();
    const twin::Pod& of = engine_.state().pods[pod];
    const twin::PodClass& pod_class = model.classes[of.pod_class];
    if (of.phase != twin::PodPhase::ready || of.deleting || pod_class.is_mirror) return {};
    // Others might delete it: its own end, its controller, a pod of higher priority.
    if (pod_class.runs.count() >= 0 || pod_class.priority < highest_) return {};
    if (of.workload != twin::none) {
      const twin::WorkloadKind kind = model.workloads[of.workload].kind;
      if (kind == twin::WorkloadKind::daemon_set || kind == twin::WorkloadKind::job) return {};
    }
    if (twin::has_lasting_finalizer(pod_class)) {
      return fmt::format("the finalizer {} keeps it after its eviction, until whoever set it takes it away",
                         fmt::join(pod_class.metadata->finalizers, ", "));
    }
    std::vector<twin::Index> budgets;
    for (const twin::Index each : pod_class.budgets) {
      if (model.budgets[each].exists) budgets.push_back(each);
    }
    if (budgets.empty()) return {};
    const twin::Budget& budget = model.budgets[budgets.front()];
    budget_name = fmt::format("{}/{}", budget.name_space, budget.name);
    if (budgets.size() > 1) {
      return fmt::format("{} budgets select it, and the eviction API takes one at most", budgets.size());
    }
    return why_never(budgets.front());
  }

 private:
  // Why the budget allows no disruption with all its pods ready, and with as many as they may become.
  std::string why_never(twin::Index index) const {
    const twin::Model& model = engine_.model();
    const twin::State& state = engine_.state();
    const twin::Budget& budget = model.budgets[index];
    if (const std::string problem = engine_.budget_problem(index); !problem.empty()) {
      // While a pod that is not ready might go, and the problem with it.
      if (!are_all_ready(budget)) return {};
      return fmt::format("the disruption controller cannot work out the budget's status: {}", problem);
    }
    std::int64_t matching = 0, scale = 0, pods = 0;
    std::vector<twin::Index> owners;
    for (const twin::Index each : budget.classes) {
      if (state.classes[each].pods == 0) continue;
      pods += state.classes[each].pods;
      const twin::Index top = top_of(model, model.classes[each].workload);
      if (top == twin::none) {
        matching += state.classes[each].pods;
        continue;
      }
      using Kind = twin::WorkloadKind;
      const Kind kind = model.workloads[top].kind;
      // How many pods these make is not known beforehand.
      if (kind == Kind::custom || kind == Kind::job || kind == Kind::cron_job || kind == Kind::daemon_set)
        return {};
      if (std::ranges::find(owners, top) != owners.end()) continue;
      owners.push_back(top);
      const std::int32_t most = space_.most_replicas(top, state.workloads[top].replicas);
      matching += most;
      scale += most;
    }
    matching = std::max(matching, pods);
    const auto wanted = twin::wanted_by(budget.spec(), matching, scale);
    if (!wanted || wanted->healthy < matching) return {};
    const bool is_max = budget.spec().max_unavailable.set();
    return fmt::format("{} {} of {} keeps {} of {} pods ready, so that none may ever be away",
                       is_max ? "maxUnavailable" : "minAvailable",
                       is_max ? budget.spec().max_unavailable.text : budget.spec().min_available.text,
                       is_max || budget.spec().min_available.is_string ? scale : matching, wanted->healthy,
                       matching);
  }

  bool are_all_ready(const twin::Budget& budget) const {
    const twin::State& state = engine_.state();
    return std::ranges::all_of(
        budget.classes, [&](twin::Index each) { return state.classes[each].healthy == state.classes[each].pods; });
  }

  const twin::Engine& engine_;
  const SearchSpace& space_;
  std::int32_t highest_ = 0;
};

}  // namespace

std::vector<Obstacle> find_obstacles(const twin::Engine& settled, const SearchSpace& space,
                                     const RehearseOptions& options, const std::vector<upgrade::NodePool>& pools) {
  const upgrade::RolloutOptions& rollout = options.rollout;
  // Some drains do not ask budgets, or leave such pods.
  if (rollout.force || rollout.drain.disable_eviction || !rollout.rules.empty() ||
      rollout.drain.pod_selector != nullptr || rollout.drain.skip_wait_for_delete_timeout.count() > 0) {
    return {};
  }
  const Finder finder(settled, space);
  const twin::State& state = settled.state();
  std::vector<Obstacle> found;
  for (twin::Index node = 0; node < state.nodes.size(); ++node) {
    if (state.nodes.exists[node] == 0) continue;
    const twin::NodeInfo& info = *state.nodes.info[node];
    const auto pool = std::ranges::find(pools, pool_of(info), &upgrade::NodePool::name);
    if (pool == pools.end()) continue;
    if (!rollout.pools.empty() && std::ranges::find(rollout.pools, pool->name) == rollout.pools.end()) continue;
    upgrade::UpgradeSettings settings = pool->upgrade;
    rollout.settings.apply(settings);
    // A node that cannot be drained is left behind there.
    if (settings.undrainable == upgrade::UndrainableNodeBehavior::cordon) continue;
    const auto version = kube::Version::parse(info.kubelet_version);
    if (!rollout.all_nodes && version && version->text() == rollout.version) continue;
    for (twin::Index pod = state.nodes.first_pod[node]; pod != twin::none; pod = state.pods[pod].next_on_node) {
      Obstacle obstacle;
      obstacle.why = finder.why(pod, obstacle.budget);
      if (obstacle.why.empty()) continue;
      obstacle.node = info.name;
      obstacle.pod = fmt::format("{}/{}", settled.model().classes[state.pods[pod].pod_class].name_space,
                                 settled.pod_name(pod));
      found.push_back(std::move(obstacle));
    }
  }
  std::ranges::sort(found, [](const Obstacle& a, const Obstacle& b) {
    return a.node != b.node ? a.node < b.node : a.pod < b.pod;
  });
  return found;
}

}  // namespace bulwark::rehearsal

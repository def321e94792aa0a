#include "twin/engine.h"

#include <utility>

#include "twin/controllers.h"
#include "twin/disruption.h"
#include "twin/lookup.h"

namespace bulwark::twin {

Engine::Engine(std::shared_ptr<const Model> model, const Options& options)
    : model_(std::move(model)), lookup_(std::make_shared<const Lookup>(*model_)), scheduler_(model_) {
  state_.now = model_->taken_at;
  state_.random = options.seed * 0x9e3779b97f4a7c15ULL + 1;
  state_.asks_webhooks = options.asks_webhooks;
  load();
  state_.next_serial = std::max(state_.next_serial, options.first_serial);
  state_.place_of_serial.resize(state_.next_serial, none);
  if (options.begins) begin();
}

void Engine::load() {
  const Model& model = *model_;
  state_.classes.resize(model.classes.size());
  state_.workloads.resize(model.workloads.size());
  for (Index i = 0; i < model.workloads.size(); ++i) state_.workloads[i].replicas = model.workloads[i].replicas;
  state_.budgets.resize(model.budgets.size());
  state_.bound_claims.assign(model.claims.size(), none);
  state_.nodes.allocatable.resize(model.resources.size());
  state_.nodes.requested.resize(model.resources.size());
  for (const auto& info : model.nodes) {
    const Index node = add_node(info);
    if (info->unschedulable) set_unschedulable(node, true);
    if (!info->ready) set_node_ready(node, false);
  }
  for (Index i = 0; i < model.pods.size(); ++i) load_pod(i);
  // What a Job's pods did before is in what its status counts.
  for (WorkloadState& each : state_.workloads) each.succeeded = each.failed = 0, each.not_before = {};
  for (Index i = 0; i < model.workloads.size(); ++i) {
    Controllers::scale_deployment(*this, i, model.workloads[i].replicas_before);
    Controllers::plan_cron_job(*this, i);
    touch_workload(i);
  }
  for (Index i = 0; i < model.budgets.size(); ++i) {
    load_budget(i);
    touch_budget(i);
  }
}

// As its status shows it: what cannot be worked out anew stays as it was.
void Engine::load_budget(Index index) {
  const Budget& budget = model_->budgets[index];
  const kube::PodDisruptionBudgetStatus& from = budget.body->status;
  BudgetState& to = state_.budgets[index];
  const auto figure = [](const kube::OptionalInt& value) { return static_cast<std::int32_t>(value.value_or(0)); };
  to.generation = budget.metadata == nullptr ? 1 : budget.metadata->generation.value_or(1);
  to.observed_generation = from.observed_generation.value_or(0);
  to.current_healthy = figure(from.current_healthy);
  to.desired_healthy = figure(from.desired_healthy);
  to.expected_pods = figure(from.expected_pods);
}

void Engine::begin() {
  // Every controller looks once before anybody acts.
  while (!events_.empty() && events_.next_at() <= state_.now && events_.next().what != Happening::schedule) {
    handle(events_.pop());
  }
}

void Engine::load_pod(Index loaded) {
  const LoadedPod& from = model_->pods[loaded];
  const Index pod = new_pod();
  Pod& to = state_.pods[pod];
  to.pod_class = from.pod_class;
  to.workload = from.workload;
  to.loaded = loaded;
  to.ordinal = from.ordinal;
  to.created = from.created;
  to.since = from.created;
  to.phase = PodPhase::pending;
  if (state_.serial_of_loaded.size() <= loaded) state_.serial_of_loaded.resize(loaded + 1, none);
  state_.serial_of_loaded[loaded] = to.serial;
  link(pod);
  if (from.deleting) mark_deleting(pod);
  to.deadline = from.gone_at;
  if (from.node == none && is_daemon(to)) state_.waiting_daemons.push_back(pod);
  if (from.node == none) {
    if (from.finished)
      return set_phase(pod, from.failed ? PodPhase::failed : PodPhase::succeeded, PodChange::finished);
    if (!from.deleting) queue_.add(*model_, state_, pod);
    plan_scheduling();
  } else {
    put_on_node(pod, from.node);
    if (from.finished) {
      set_phase(pod, from.failed ? PodPhase::failed : PodPhase::succeeded, PodChange::finished);
    } else if (from.ready) {
      set_phase(pod, PodPhase::running, PodChange::running);
      set_phase(pod, PodPhase::ready, PodChange::ready);
    } else {
      if (from.running) set_phase(pod, PodPhase::running, PodChange::running);
      if (!from.stays_unready) expect_ready(pod, from.created);
    }
  }
  if (const auto since = model_->terminating.find(class_of(to).name_space);
      since != model_->terminating.end() && !from.deleting) {
    // What is in a namespace that goes is deleted after five seconds
    // (pkg/controller/namespace, namespaceDeletionGracePeriod).
    events_.add(std::max(state_.now, since->second + std::chrono::seconds(5)), Happening::pod_goes, pod,
                to.serial);
  }
  if (from.deleting && !from.is_stuck)
    events_.add(std::max(state_.now, from.gone_at), Happening::pod_gone, pod, to.serial);
  state_.pods[pod].is_stuck = from.is_stuck;
}

void Engine::run_until(Time end) {
  while (!events_.empty() && events_.next_at() <= end) handle(events_.pop());
  state_.now = std::max(state_.now, end);
}

bool Engine::step(Time end) {
  if (events_.empty() || events_.next_at() > end) {
    state_.now = std::max(state_.now, end);
    return false;
  }
  handle(events_.pop());
  return true;
}

std::optional<Time> Engine::next() const {
  if (events_.empty()) return std::nullopt;
  return std::max(events_.next_at(), state_.now);
}

void Engine::handle(const Event& event) {
  state_.now = std::max(state_.now, event.at);
  const auto is_meant = [&] {
    return event.subject < state_.pods.size() && state_.pods[event.subject].exists() &&
           state_.pods[event.subject].serial == event.serial;
  };
  switch (event.what) {
    case Happening::pod_runs:
      if (is_meant()) pod_runs(event.subject);
      break;
    case Happening::pod_ready:
      if (is_meant()) pod_becomes_ready(event.subject);
      break;
    case Happening::pod_ends:
      if (is_meant() && !state_.pods[event.subject].deleting) {
        set_phase(event.subject, PodPhase::succeeded, PodChange::finished);
      }
      break;
    case Happening::pod_gone:
      if (is_meant() && state_.pods[event.subject].deleting) pod_stops(event.subject);
      break;
    case Happening::pod_goes:
      if (is_meant()) remove_pod(event.subject);
      break;
    case Happening::workload_sync:
      state_.workloads[event.subject].is_dirty = false;
      Controllers::sync(*this, event.subject);
      // What has become available in the meantime.
      if (const Workload& of = model_->workloads[event.subject]; of.min_ready.count() > 0 && of.parent != none) {
        if (state_.workloads[of.parent].is_rolling) touch_workload(of.parent);
      }
      break;
    case Happening::daemon_sync:
      Controllers::sync_daemons(*this, event.subject);
      break;
    case Happening::budget_sync:
      state_.budgets[event.subject].is_dirty = false;
      Disruption::sync(*this, event.subject);
      break;
    case Happening::disruption_expires:
      touch_budget(event.subject);
      break;
    case Happening::schedule:
      if (event.at == schedule_planned_) schedule_planned_ = Time::max();
      schedule_one();
      break;
    case Happening::cron:
      Controllers::run_cron_job(*this, event.subject);
      break;
    case Happening::node_lost:
      if (state_.nodes.exists[event.subject] != 0 && state_.nodes.silences[event.subject] == event.serial) {
        set_node_ready(event.subject, false);
      }
      break;
    case Happening::taint_eviction:
      if (is_meant()) Controllers::evict_for_taint(*this, event.subject);
      break;
  }
}

void Engine::plan_scheduling() {
  const auto next = queue_.next();
  if (!next) return;
  const Time at = std::max(*next, state_.now + model_->assumptions.timing.schedule);
  if (at >= schedule_planned_) return;
  schedule_planned_ = at;
  events_.add(at, Happening::schedule, none);
}

void Engine::schedule_one() {
  const auto next = queue_.pop(*model_, state_);
  if (next) {
    const Index pod = *next;
    ++state_.pods[pod].attempts;
    const Scheduler::Choice choice = scheduler_.choose(state_, pod);
    if (choice.node != none) {
      bind(pod, placer_.to == nullptr ? choice.node : placer_.to->place(pod, choice.node));
    } else {
      state_.pods[pod].nominated = choice.nominated;
      tell(pod, PodChange::unschedulable);
      queue_.park(state_, pod);
      for (const Index victim : choice.victims) remove_pod(victim);
    }
  }
  plan_scheduling();
}

void Engine::touch_workload(Index workload) {
  if (workload == none) return;
  WorkloadState& state = state_.workloads[workload];
  // A Deployment looks at its ReplicaSets while it updates them, and at no other time.
  if (const Index parent = model_->workloads[workload].parent;
      parent != none && state_.workloads[parent].is_rolling)
    touch_workload(parent);
  if (state.is_dirty) return;
  state.is_dirty = true;
  events_.add(state_.now + model_->assumptions.timing.control, Happening::workload_sync, workload);
}

void Engine::touch_budgets(Index pod_class) {
  const Index only = lookup_->budget_of_class[pod_class];
  if (only == none) return;
  if (only != Lookup::many) return touch_budget(only);
  for (const Index budget : model_->classes[pod_class].budgets) touch_budget(budget);
}

void Engine::touch_budget(Index budget) {
  BudgetState& state = state_.budgets[budget];
  if (state.is_dirty) return;
  state.is_dirty = true;
  events_.add(state_.now + model_->assumptions.timing.control, Happening::budget_sync, budget);
}

void Engine::touch_daemons(Index node) {
  events_.add(state_.now + model_->assumptions.timing.control, Happening::daemon_sync, node);
}

void Engine::scale(Index workload, std::int32_t replicas) {
  const std::int32_t before = std::exchange(state_.workloads[workload].replicas, std::max(replicas, 0));
  Controllers::scale_deployment(*this, workload, before);
  touch_workload(workload);
  // What a budget expects comes from the scale.
  for (Index i = 0; i < model_->workloads.size(); ++i) {
    if (i != workload && model_->workloads[i].parent != workload) continue;
    for (const Index each : model_->workloads[i].classes) touch_budgets(each);
  }
  if (observer_.to != nullptr) observer_.to->on_workload(workload);
}

void Engine::replace_model(std::shared_ptr<const Model> model) {
  const Model& old = *model_;
  const std::size_t workloads = old.workloads.size(), budgets = old.budgets.size();
  state_.classes.resize(model->classes.size());
  state_.workloads.resize(model->workloads.size());
  std::vector<std::int32_t> before;
  for (Index i = 0; i < model->workloads.size(); ++i) {
    // What was scaled here stays so unless the new rules ask for another number than the old ones.
    before.push_back(state_.workloads[i].replicas);
    if (i >= workloads || model->workloads[i].replicas != old.workloads[i].replicas) {
      state_.workloads[i].replicas = model->workloads[i].replicas;
    }
  }
  state_.budgets.resize(model->budgets.size());
  for (Index i = 0; i < model->budgets.size(); ++i) {
    if (i >= budgets || model->budgets[i].body != old.budgets[i].body) ++state_.budgets[i].generation;
  }
  state_.bound_claims.resize(model->claims.size(), none);
  state_.nodes.allocatable.resize(model->resources.size(), std::vector<std::int64_t>(state_.nodes.size()));
  state_.nodes.requested.resize(model->resources.size(), std::vector<std::int64_t>(state_.nodes.size()));
  model_ = std::move(model);
  lookup_ = std::make_shared<const Lookup>(*model_);
  scheduler_.on_model(model_, state_, false);
  for (Index i = 0; i < model_->workloads.size(); ++i) {
    if (i < workloads) Controllers::scale_deployment(*this, i, before[i]);
    if (i >= workloads) Controllers::plan_cron_job(*this, i);
    touch_workload(i);
  }
  for (Index i = 0; i < model_->budgets.size(); ++i) touch_budget(i);
  queue_.wake(state_);
  plan_scheduling();
}

}  // namespace bulwark::twin

// What the controllers and the disruption controller say of workloads and budgets.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/rfc3339.h"
#include "twin/simulation.h"
#include "twin/simulation_parts.h"

namespace bulwark::twin {

using document::Json;

namespace {

Json string(std::string_view text) { return Json::string(text); }

// Pods of the newest template, of those that are neither finished nor going.
std::int64_t updated_pods(const Engine& engine, Index index) {
  const Workload& workload = engine.model().workloads[index];
  const State& state = engine.state();
  if (workload.kind == WorkloadKind::deployment)
    return workload.newest == none ? 0 : state.workloads[workload.newest].active;
  std::int64_t updated = 0;
  for (const Index each : workload.classes) {
    if (engine.model().classes[each].is_outdated) continue;
    for (Index pod = state.classes[each].first_pod; pod != none; pod = state.pods[pod].next_of_class)
      updated += state.pods[pod].active() ? 1 : 0;
  }
  return updated;
}

// Nodes that are to have a pod of the DaemonSet: those that have one, and, before its controller has looked again,
// those that had one just now.
std::int64_t desired_daemons(const Engine& engine, Index index, const Json& before) {
  const State& state = engine.state();
  std::set<std::int32_t> nodes;
  for (const Index each : engine.model().workloads[index].classes) {
    for (Index pod = state.classes[each].first_pod; pod != none; pod = state.pods[pod].next_of_class) {
      if (!state.pods[pod].finished()) nodes.insert(state.pods[pod].ordinal);
    }
  }
  const auto count = static_cast<std::int64_t>(nodes.size());
  const WorkloadState& of = state.workloads[index];
  const Json* last = before.find("desiredNumberScheduled");
  const bool looks_again = (of.is_rolling || of.is_dirty) && last != nullptr;
  return looks_again ? std::max(count, last->integer().value_or(0)) : count;
}

}  // namespace

std::string timestamp(Time time) { return base::rfc3339(std::chrono::floor<std::chrono::seconds>(time)); }

void set_condition(Json& status, std::string_view type, bool is_true, Time now, std::string_view reason,
                   std::string_view message) {
  Json& conditions = status["conditions"];
  if (!conditions.is_array()) conditions = Json::array();
  const std::string_view wanted = is_true ? "True" : "False";
  Json* found = nullptr;
  for (document::JsonMember& each : conditions.members()) {
    if (each.value.text_at({"type"}) == type) found = &each.value;
  }
  if (found == nullptr) {
    found = &conditions.push_back(Json::object());
    found->set("type", string(type));
  }
  if (found->text_at({"status"}) != wanted) found->set("lastTransitionTime", string(timestamp(now)));
  found->set("status", string(wanted));
  for (const auto& [key, text] : {std::pair{"reason", reason}, std::pair{"message", message}}) {
    if (text.empty()) {
      found->erase(key);
    } else {
      found->set(key, string(text));
    }
  }
}

Json controller_reference(std::string_view api_version, std::string_view kind, std::string_view name,
                          std::string_view uid) {
  Json owner = Json::object();
  owner.set("apiVersion", string(api_version));
  owner.set("kind", string(kind));
  owner.set("name", string(name));
  owner.set("uid", string(uid));
  owner.set("controller", Json::boolean(true));
  owner.set("blockOwnerDeletion", Json::boolean(true));
  return owner;
}

const ApiKind* kind_of_workload(const Store& store, const Workload& workload) {
  return store.kinds().of(workload.api_version, workload.kind_name, true);
}

void Simulation::on_budget(Index index) {
  if (engine_ == nullptr) return;
  const Budget& budget = engine_->model().budgets[index];
  const BudgetState& state = engine_->state().budgets[index];
  const ApiKind* kind = store_.kinds().find("policy", "v1", "poddisruptionbudgets");
  const ObjectPtr stored = store_.find(*kind, budget.name_space, budget.name);
  const auto object = stored != nullptr ? Json::parse(stored->json) : base::Result<Json>(Json());
  if (stored == nullptr || !object) return;
  Json status = object->find("status") != nullptr ? *object->find("status") : Json::object();
  status.set("currentHealthy", Json::number(state.current_healthy));
  status.set("desiredHealthy", Json::number(state.desired_healthy));
  status.set("disruptionsAllowed", Json::number(state.disruptions_allowed));
  status.set("expectedPods", Json::number(state.expected_pods));
  if (const Json* generation = object->at({"metadata", "generation"});
      generation != nullptr && !state.sync_failed) {
    status.set("observedGeneration", *generation);
  }
  if (state.sync_failed) {
    set_condition(status, "DisruptionAllowed", false, engine_->now(), "SyncFailed",
                  engine_->budget_problem(index));
  } else {
    const bool allowed = state.disruptions_allowed > 0;
    set_condition(status, "DisruptionAllowed", allowed, engine_->now(),
                  allowed ? "SufficientPods" : "InsufficientPods");
  }
  store_.put_status(*kind, budget.name_space, budget.name, std::move(status));
}

void Simulation::write_statuses() {
  for (const Index workload : touched_) write_status(workload);
  touched_.clear();
}

void Simulation::write_status(Index index) {
  const Workload& workload = engine_->model().workloads[index];
  const ApiKind* kind = kind_of_workload(store_, workload);
  const ObjectPtr stored = kind != nullptr ? store_.find(*kind, workload.name_space, workload.name) : nullptr;
  if (stored == nullptr || workload.kind == WorkloadKind::custom || workload.kind == WorkloadKind::cron_job)
    return;
  const auto object = Json::parse(stored->json);
  if (!object) return;
  const State& state = engine_->state();
  std::int64_t pods = state.workloads[index].active, ready = state.workloads[index].ready;
  if (workload.kind == WorkloadKind::deployment) {
    for (const Index set : workload.children) {
      pods += state.workloads[set].active;
      ready += state.workloads[set].ready;
    }
  }
  const std::int64_t updated = updated_pods(*engine_, index);
  const std::int64_t wanted = state.workloads[index].replicas;
  Json status = object->find("status") != nullptr ? *object->find("status") : Json::object();
  const Json before = status;
  const auto set = [&](std::string_view key, std::int64_t value) {
    // As upstream leaves out what is zero, but for `replicas`.
    if (value == 0 && key != "replicas") {
      status.erase(key);
    } else {
      status.set(key, Json::number(value));
    }
  };
  if (const Json* generation = object->at({"metadata", "generation"}))
    status.set("observedGeneration", *generation);
  switch (workload.kind) {
    case WorkloadKind::deployment:
      set("replicas", pods), set("updatedReplicas", updated), set("readyReplicas", ready),
          set("availableReplicas", ready);
      set("unavailableReplicas", std::max<std::int64_t>(wanted - ready, 0));
      set_condition(status, "Available", ready >= wanted, engine_->now(),
                    ready >= wanted ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable");
      set_condition(
          status, "Progressing", true, engine_->now(),
          updated == wanted && pods == wanted && ready == wanted ? "NewReplicaSetAvailable" : "ReplicaSetUpdated");
      break;
    case WorkloadKind::replica_set:
    case WorkloadKind::replication_controller:
      set("replicas", pods), set("fullyLabeledReplicas", pods), set("readyReplicas", ready),
          set("availableReplicas", ready);
      break;
    case WorkloadKind::stateful_set:
      // The update is over when every pod is of it and ready (completeRollingUpdate).
      if (updated == pods && ready == pods && status.find("updateRevision") != nullptr)
        status.set("currentRevision", Json(*status.find("updateRevision")));
      set("replicas", pods), set("updatedReplicas", updated), set("readyReplicas", ready);
      set("currentReplicas",
          status.text_at({"currentRevision"}) == status.text_at({"updateRevision"}) ? pods : pods - updated);
      set("availableReplicas", ready);
      break;
    case WorkloadKind::daemon_set:
      status.set("currentNumberScheduled", Json::number(pods));
      status.set("desiredNumberScheduled", Json::number(desired_daemons(*engine_, index, before)));
      set("updatedNumberScheduled", updated);
      for (const std::string_view key : {"numberReady", "numberAvailable"}) status.set(key, Json::number(ready));
      status.set("numberMisscheduled", Json::number(0));
      break;
    case WorkloadKind::job: {
      set("active", pods), set("ready", ready), set("succeeded", state.workloads[index].succeeded);
      if (state.workloads[index].succeeded >= wanted && wanted > 0)
        set_condition(status, "Complete", true, engine_->now());
      break;
    }
    case WorkloadKind::cron_job:
    case WorkloadKind::custom:
      return;
  }
  // A Deployment's number is its ReplicaSets'.
  if (workload.kind == WorkloadKind::replica_set &&
      object->text_at({"spec", "replicas"}) != std::to_string(wanted)) {
    Json changed = *object;
    changed["spec"].set("replicas", Json::number(wanted));
    changed.set("status", std::move(status));
    static_cast<void>(store_.put(std::move(changed)));
    return;
  }
  if (status == before) return;
  store_.put_status(*kind, workload.name_space, workload.name, std::move(status));
}

}  // namespace bulwark::twin

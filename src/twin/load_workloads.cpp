#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "twin/cron.h"
#include "twin/loader.h"

namespace bulwark::twin {

namespace {

std::int32_t number(const kube::OptionalInt& value, std::int32_t otherwise,
                    std::int64_t most = std::numeric_limits<std::int32_t>::max()) {
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(value.value_or(otherwise), 0, most));
}

// minReadySeconds; more than a month is as good as never.
Duration seconds(const kube::OptionalInt& value) {
  return Duration{std::clamp<std::int64_t>(value.value_or(0), 0, 30LL * 86'400) * 1'000};
}

void read_update(Workload& workload, const kube::UpdateStrategy& strategy) {
  if (strategy.type == "Recreate") workload.update = UpdateKind::recreate;
  if (strategy.type == "OnDelete") workload.update = UpdateKind::on_delete;
  if (strategy.rolling_update == nullptr) return;
  workload.max_surge = strategy.rolling_update->max_surge;
  workload.max_unavailable = strategy.rolling_update->max_unavailable;
  workload.partition = number(strategy.rolling_update->partition, 0);
}

// What spec.replicas says, when it says anything.
kube::OptionalInt told_replicas(const kube::Object& object) {
  switch (object.kind) {
    case kube::ResourceKind::deployment:
      return kube::as<kube::Deployment>(object)->spec.replicas;
    case kube::ResourceKind::replica_set:
      return kube::as<kube::ReplicaSet>(object)->spec.replicas;
    case kube::ResourceKind::replication_controller:
      return kube::as<kube::ReplicationController>(object)->spec.replicas;
    case kube::ResourceKind::stateful_set:
      return kube::as<kube::StatefulSet>(object)->spec.replicas;
    default:
      return std::nullopt;
  }
}

// Of a kind that may have children, whose own are of another kind: so owners make no circles.
bool may_own(WorkloadKind owner, WorkloadKind owned) {
  if (owner == WorkloadKind::deployment) return owned == WorkloadKind::replica_set;
  if (owner == WorkloadKind::cron_job) return owned == WorkloadKind::job;
  return owner == WorkloadKind::custom && owned == WorkloadKind::replica_set;
}

bool takes_scale(WorkloadKind kind) {
  return kind != WorkloadKind::daemon_set && kind != WorkloadKind::job && kind != WorkloadKind::cron_job;
}

std::optional<WorkloadKind> kind_of(kube::ResourceKind kind) {
  switch (kind) {
    case kube::ResourceKind::replica_set:
      return WorkloadKind::replica_set;
    case kube::ResourceKind::replication_controller:
      return WorkloadKind::replication_controller;
    case kube::ResourceKind::deployment:
      return WorkloadKind::deployment;
    case kube::ResourceKind::stateful_set:
      return WorkloadKind::stateful_set;
    case kube::ResourceKind::daemon_set:
      return WorkloadKind::daemon_set;
    case kube::ResourceKind::job:
      return WorkloadKind::job;
    case kube::ResourceKind::cron_job:
      return WorkloadKind::cron_job;
    default:
      return std::nullopt;
  }
}

}  // namespace

void Loader::read_job(Workload& workload, const kube::JobSpec& spec) {
  workload.parallelism = number(spec.parallelism, 1);
  workload.is_work_queue = !spec.completions.has_value();
  workload.replicas = number(spec.completions, workload.parallelism);
  workload.replicas_before = workload.replicas;
  if (spec.suspend.value_or(false)) workload.replicas = 0;
  workload.backoff_limit = number(spec.backoff_limit, 6);
  workload.is_parallel = true;
}

void Loader::read_cron_job(Workload& workload, const kube::CronJobSpec& spec, const std::string& subject) {
  workload.is_paused = spec.suspend.value_or(false);
  if (spec.concurrency_policy == "Forbid") workload.concurrency = Concurrency::forbid;
  if (spec.concurrency_policy == "Replace") workload.concurrency = Concurrency::replace;
  if (workload.is_paused) return;
  const bool is_utc = spec.time_zone.empty() || spec.time_zone == "UTC" || spec.time_zone == "Etc/UTC";
  if (!is_utc) {
    gap(Gap::Weight::note, subject,
        fmt::format("its time zone {} is not looked at: it makes no Jobs here", spec.time_zone));
    return;
  }
  const auto schedule = parse_cron(spec.schedule);
  if (!schedule) {
    gap(Gap::Weight::note, subject, fmt::format("{}: it makes no Jobs here", schedule.error().message));
    return;
  }
  workload.schedule = *schedule;
}

// Whatever its metrics say, an autoscaler keeps replicas within its bounds, and lets none be when there is none
// (pkg/controller/podautoscaler, reconcileAutoscaler).
void Loader::hold_between_bounds(Workload& workload, const kube::Object& object) const {
  const kube::Object* autoscaler = inventory_.autoscaler_of(object);
  if (autoscaler == nullptr) return;
  // --what-if may have put another one in its place.
  autoscaler = inventory_.find(autoscaler->kind, autoscaler->namespace_or_default(), autoscaler->metadata.name);
  workload.autoscaler = kube::as<kube::HorizontalPodAutoscaler>(*autoscaler);
  workload.autoscaler_name = autoscaler->metadata.name;
  if (workload.replicas == 0) return;
  const kube::HorizontalPodAutoscalerSpec& spec = workload.autoscaler->spec;
  workload.replicas = std::min(workload.replicas, number(spec.max_replicas, workload.replicas));
  workload.replicas = std::max(workload.replicas, number(spec.min_replicas, 1));
}

void Loader::add_workload(WorkloadKind kind, const kube::Object& object) {
  Workload workload;
  workload.kind = kind;
  workload.object = &object;
  workload.name_space = object.namespace_or_default();
  workload.name = object.metadata.name;
  // An object of --what-if stands in the place of the one that the cluster has, and keeps what only that one
  // tells.
  const auto replaced = replaced_.find(&object);
  const kube::Object* before = replaced == replaced_.end() ? nullptr : replaced->second;
  workload.uid = object.metadata.uid;
  if (workload.uid.empty() && before != nullptr) workload.uid = before->metadata.uid;
  workload.api_version = object.api_version;
  workload.kind_name = object.kind_name;
  workload.has_scale = takes_scale(kind);
  const std::string subject = fmt::format("{} {}/{}", object.kind_name, workload.name_space, workload.name);
  kube::OptionalInt replicas = told_replicas(object);
  if (!replicas && before != nullptr) replicas = told_replicas(*before);
  workload.replicas = number(replicas, 1);
  workload.replicas_before = before != nullptr ? number(told_replicas(*before), 1) : workload.replicas;
  if (replicas && *replicas < 0) {
    gap(Gap::Weight::doubt, subject, fmt::format("it asks for {} replicas: 0 are supposed", *replicas));
  }
  if (workload.has_scale) hold_between_bounds(workload, object);
  if (kind == WorkloadKind::deployment) {
    const kube::DeploymentSpec& spec = kube::as<kube::Deployment>(object)->spec;
    workload.min_ready = seconds(spec.min_ready_seconds);
    workload.is_paused = spec.paused.value_or(false);
    read_update(workload, spec.strategy);
  } else if (kind == WorkloadKind::replica_set) {
    workload.min_ready = seconds(kube::as<kube::ReplicaSet>(object)->spec.min_ready_seconds);
  } else if (kind == WorkloadKind::replication_controller) {
    workload.min_ready = seconds(kube::as<kube::ReplicationController>(object)->spec.min_ready_seconds);
  } else if (kind == WorkloadKind::stateful_set) {
    const kube::StatefulSetSpec& spec = kube::as<kube::StatefulSet>(object)->spec;
    workload.is_parallel = spec.pod_management_policy == "Parallel";
    workload.first_ordinal = number(spec.ordinals.start, 0, 1'000'000);
    workload.min_ready = seconds(spec.min_ready_seconds);
    read_update(workload, spec.update_strategy);
  } else if (kind == WorkloadKind::daemon_set) {
    const kube::DaemonSetSpec& spec = kube::as<kube::DaemonSet>(object)->spec;
    workload.min_ready = seconds(spec.min_ready_seconds);
    read_update(workload, spec.update_strategy);
  } else if (kind == WorkloadKind::job) {
    read_job(workload, kube::as<kube::Job>(object)->spec);
    const kube::JobStatus& status = kube::as<kube::Job>(before != nullptr ? *before : object)->status;
    workload.replicas = std::max(0, workload.replicas - number(status.succeeded, 0));
    workload.failed_before = number(status.failed, 0);
  } else if (kind == WorkloadKind::cron_job) {
    read_cron_job(workload, kube::as<kube::CronJob>(object)->spec, subject);
  }
  const std::int32_t asked =
      kind == WorkloadKind::job ? std::min(workload.replicas, workload.parallelism) : workload.replicas;
  const bool counts = kind != WorkloadKind::deployment && kind != WorkloadKind::daemon_set;
  if (asked > model_->most_replicas) {
    gap(Gap::Weight::doubt, subject,
        fmt::format("it asks for {} pods, far more than the nodes have places for: no more than {} are made here",
                    asked, model_->most_replicas));
  }
  if (counts) asked_pods_ += std::min(asked, model_->most_replicas);
  const Index index = static_cast<Index>(model_->workloads.size());
  if (!workload.uid.empty()) model_->workload_by_uid.emplace(workload.uid, index);
  if (before != nullptr && !before->metadata.uid.empty())
    model_->workload_by_uid.emplace(before->metadata.uid, index);
  if (kind == WorkloadKind::daemon_set) model_->daemon_sets.push_back(index);
  if (kind == WorkloadKind::stateful_set) {
    model_->stateful_set_by_name.emplace(fmt::format("{}/{}", workload.name_space, workload.name), index);
  }
  model_->workloads.push_back(std::move(workload));
}

void Loader::find_parent(Index index) {
  const kube::Object& object = *model_->workloads[index].object;
  const WorkloadKind kind = model_->workloads[index].kind;
  const auto replaced = replaced_.find(&object);
  const kube::OwnerReference* owner = object.metadata.controller();
  if (owner == nullptr && replaced != replaced_.end()) owner = replaced->second->metadata.controller();
  if (owner == nullptr || (kind != WorkloadKind::replica_set && kind != WorkloadKind::job)) return;
  Index parent = none;
  if (const auto found = model_->workload_by_uid.find(owner->uid);
      found != model_->workload_by_uid.end() && !owner->uid.empty()) {
    parent = found->second;
  } else if (const kube::Object* by_name = inventory_.owner_of(object); by_name != nullptr) {
    for (Index i = 0; i < index; ++i) {
      if (model_->workloads[i].object == by_name) parent = i;
    }
  }
  // A ReplicaSet of an operator's own kind, or of a Deployment that is not there.
  if (parent == none && kind == WorkloadKind::replica_set) {
    parent = add_missing_owner(*owner, model_->workloads[index].name_space, false);
  }
  if (parent == none || !may_own(model_->workloads[parent].kind, kind)) return;
  model_->workloads[index].parent = parent;
  model_->workloads[parent].children.push_back(index);
}

void Loader::load_workloads() {
  // Owners before what they own.
  for (const kube::ResourceKind kind :
       {kube::ResourceKind::deployment, kube::ResourceKind::cron_job, kube::ResourceKind::replica_set,
        kube::ResourceKind::replication_controller, kube::ResourceKind::stateful_set,
        kube::ResourceKind::daemon_set, kube::ResourceKind::job}) {
    for (const kube::Object* object : inventory_.of(kind)) {
      if (inventory_.find(kind, object->namespace_or_default(), object->metadata.name) != object) continue;
      add_workload(*kind_of(kind), *object);
      find_parent(static_cast<Index>(model_->workloads.size() - 1));
    }
  }
  // Files show Deployments without the ReplicaSets that a cluster would have made of them.
  const auto count = static_cast<Index>(model_->workloads.size());
  for (Index i = 0; i < count; ++i) {
    if (model_->workloads[i].kind == WorkloadKind::deployment) find_newest(i);
    if (model_->workloads[i].kind == WorkloadKind::cron_job) imply_job(i);
  }
}

Index Loader::imply_replica_set(Index deployment) {
  Workload set = model_->workloads[deployment];
  set.kind = WorkloadKind::replica_set;
  set.name = arena_->copy(fmt::format("{}-{:08x}", set.name, 0x5f3c'0000U + deployment));
  set.uid = {};
  set.kind_name = "ReplicaSet";
  set.parent = deployment;
  set.children.clear();
  asked_pods_ += std::min(set.replicas, model_->most_replicas);
  const auto index = static_cast<Index>(model_->workloads.size());
  model_->workloads.push_back(std::move(set));
  model_->workloads[deployment].children.push_back(index);
  return index;
}

// What a CronJob makes: one Job stands for all of them.
void Loader::imply_job(Index cron_job) {
  Workload job = model_->workloads[cron_job];
  if (!job.schedule.set()) return;
  const kube::CronJobSpec& spec = kube::as<kube::CronJob>(*job.object)->spec;
  job.kind = WorkloadKind::job;
  job.name = arena_->copy(fmt::format("{}-{}", job.name, model_->taken_at.time_since_epoch().count() / 60'000));
  job.uid = {};
  job.api_version = "batch/v1";
  job.kind_name = "Job";
  job.parent = cron_job;
  job.children.clear();
  job.schedule = {};
  read_job(job, spec.job_template.spec);
  job.replicas = 0;
  const auto index = static_cast<Index>(model_->workloads.size());
  model_->workloads.push_back(std::move(job));
  model_->workloads[cron_job].newest = index;
  model_->workloads[cron_job].children.push_back(index);
}

}  // namespace bulwark::twin

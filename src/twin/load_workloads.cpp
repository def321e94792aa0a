#include <fmt/format.h>

#include <algorithm>

#include "twin/loader.h"

namespace bulwark::twin {

namespace {

std::int32_t number(const kube::OptionalInt& value, std::int32_t otherwise) {
  if (!value) return otherwise;
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(*value, 0, 1'000'000));
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

void Loader::add_workload(WorkloadKind kind, const kube::Object& object) {
  Workload workload;
  workload.kind = kind;
  workload.object = &object;
  workload.name_space = object.namespace_or_default();
  workload.name = object.metadata.name;
  workload.uid = object.metadata.uid;
  workload.api_version = object.api_version;
  workload.kind_name = object.kind_name;
  workload.has_scale = takes_scale(kind);
  workload.replicas = number(kube::replicas_of(object), 1);
  const auto seconds = [](const kube::OptionalInt& value) { return Duration{value.value_or(0) * 1'000}; };
  if (kind == WorkloadKind::replica_set) {
    workload.min_ready = seconds(kube::as<kube::ReplicaSet>(object)->spec.min_ready_seconds);
  } else if (kind == WorkloadKind::stateful_set) {
    const kube::StatefulSetSpec& spec = kube::as<kube::StatefulSet>(object)->spec;
    workload.is_parallel = spec.pod_management_policy == "Parallel";
    workload.first_ordinal = number(spec.ordinals.start, 0);
    workload.min_ready = seconds(spec.min_ready_seconds);
  } else if (kind == WorkloadKind::job) {
    const kube::Job& job = *kube::as<kube::Job>(object);
    workload.parallelism = number(job.spec.parallelism, 1);
    const std::int32_t completions = number(job.spec.completions, workload.parallelism);
    workload.replicas = std::max(0, completions - number(job.status.succeeded, 0));
    if (job.spec.suspend.value_or(false)) workload.replicas = 0;
    workload.is_parallel = true;
  }
  const Index index = static_cast<Index>(model_->workloads.size());
  if (!workload.uid.empty()) model_->workload_by_uid.emplace(workload.uid, index);
  if (kind == WorkloadKind::daemon_set) model_->daemon_sets.push_back(index);
  if (kind == WorkloadKind::stateful_set) {
    model_->stateful_set_by_name.emplace(fmt::format("{}/{}", workload.name_space, workload.name), index);
  }
  model_->workloads.push_back(std::move(workload));
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
      const kube::OwnerReference* owner = object->metadata.controller();
      if (owner == nullptr) continue;
      const auto found = model_->workload_by_uid.find(owner->uid);
      if (found != model_->workload_by_uid.end()) {
        model_->workloads.back().parent = found->second;
      } else if (const kube::Object* by_name = inventory_.owner_of(*object); by_name != nullptr) {
        for (Index i = 0; i < model_->workloads.size(); ++i) {
          if (model_->workloads[i].object == by_name) model_->workloads.back().parent = i;
        }
      }
    }
  }
  // Files show Deployments without the ReplicaSets that a cluster would have made of them.
  std::vector<bool> has_set(model_->workloads.size());
  for (const Workload& each : model_->workloads) {
    if (each.parent != none && each.kind == WorkloadKind::replica_set) has_set[each.parent] = true;
  }
  for (Index i = 0; i < has_set.size(); ++i) {
    if (model_->workloads[i].kind == WorkloadKind::deployment && !has_set[i]) imply_replica_set(i);
  }
}

void Loader::imply_replica_set(Index deployment) {
  Workload set = model_->workloads[deployment];
  set.kind = WorkloadKind::replica_set;
  set.name = arena_->copy(fmt::format("{}-{:08x}", set.name, 0x5f3c'0000U + deployment));
  set.uid = {};
  set.kind_name = "ReplicaSet";
  set.parent = deployment;
  model_->workloads.push_back(std::move(set));
}

// Whether an operator's kind has a scale subresource, as its definition tells. Without any definition in the input
// nothing is known: it is supposed to.
bool Loader::may_have_scale(const kube::OwnerReference& owner) const {
  const auto definitions = inventory_.of(kube::ResourceKind::custom_resource_definition);
  const std::string_view group = owner.api_version.substr(0, owner.api_version.find('/'));
  const auto found = std::find_if(definitions.begin(), definitions.end(), [&](const kube::Object* each) {
    const kube::CustomResourceDefinitionSpec& spec = kube::as<kube::CustomResourceDefinition>(*each)->spec;
    return spec.group == group && spec.names.kind == owner.kind;
  });
  if (found == definitions.end()) return definitions.empty();
  const kube::CustomResourceDefinitionSpec& spec = kube::as<kube::CustomResourceDefinition>(**found)->spec;
  return std::any_of(spec.versions.begin(), spec.versions.end(),
                     [](const auto& each) { return each.subresources.scale.present; });
}

Index Loader::add_missing_owner(const kube::OwnerReference& owner, std::string_view name_space) {
  Workload workload;
  workload.name_space = name_space;
  workload.name = owner.name;
  workload.uid = owner.uid;
  workload.api_version = owner.api_version;
  workload.kind_name = owner.kind;
  workload.replicas = 0;
  const bool is_builtin = owner.kind == "ReplicaSet" || owner.kind == "StatefulSet" || owner.kind == "DaemonSet" ||
                          owner.kind == "Job" || owner.kind == "ReplicationController";
  const auto object = object_by_uid_.find(owner.uid);
  if (is_builtin) {
    workload.exists = workload.comes_back = false;
    gap(Gap::Weight::doubt, fmt::format("{} {}/{}", owner.kind, name_space, owner.name),
        "pods belong to it, and it is not in the input");
  } else {
    if (object != object_by_uid_.end()) workload.object = object->second;
    workload.has_scale = may_have_scale(owner);
  }
  const Index index = static_cast<Index>(model_->workloads.size());
  model_->workload_by_uid.emplace(owner.uid, index);
  model_->workloads.push_back(std::move(workload));
  return index;
}

// Workloads that no pod shows what their pods are like take their template.
void Loader::make_classes() {
  for (Index i = 0; i < model_->workloads.size(); ++i) {
    const Workload& workload = model_->workloads[i];
    if (workload.object == nullptr || workload.kind == WorkloadKind::deployment ||
        workload.kind == WorkloadKind::cron_job || workload.kind == WorkloadKind::custom) {
      continue;
    }
    const kube::PodLocation made = kube::pod_of(*workload.object);
    if (made.spec == nullptr) continue;
    if (workload.kind == WorkloadKind::stateful_set) {
      const std::int32_t replicas = workload.replicas;
      for (std::int32_t place = 0; place < replicas; ++place) {
        const bool is_known = static_cast<std::size_t>(place) < model_->workloads[i].ordinals.size() &&
                              model_->workloads[i].ordinals[static_cast<std::size_t>(place)] != none;
        if (is_known) continue;
        const Index made_class = class_of_template(i, *made.metadata, *made.spec, place + workload.first_ordinal);
        Workload& to = model_->workloads[i];
        if (to.ordinals.size() <= static_cast<std::size_t>(place))
          to.ordinals.resize(static_cast<std::size_t>(place) + 1, none);
        to.ordinals[static_cast<std::size_t>(place)] = made_class;
        if (to.pod_class == none) to.pod_class = made_class;
      }
    } else if (workload.pod_class == none) {
      const Index made_class = class_of_template(i, *made.metadata, *made.spec, -1);
      model_->workloads[i].pod_class = made_class;
    }
  }
}

Index Loader::class_of_template(Index index, const kube::ObjectMeta& metadata, const kube::PodSpec& spec,
                                std::int32_t ordinal) {
  const Workload& workload = model_->workloads[index];
  PodClass made;
  made.name_space = workload.name_space;
  made.workload = index;
  std::vector<kube::Label> labels(metadata.labels.begin(), metadata.labels.end());
  if (ordinal >= 0) {
    labels.push_back({"apps.kubernetes.io/pod-index", arena_->copy(std::to_string(ordinal))});
    labels.push_back(
        {"statefulset.kubernetes.io/pod-name", arena_->copy(fmt::format("{}-{}", workload.name, ordinal))});
  }
  made.labels = arena_->copy(std::span<const kube::Label>(labels));
  made.owner = {.api_version = workload.api_version,
                .kind = workload.kind_name,
                .name = workload.name,
                .uid = kube::is_set(workload.uid) ? workload.uid : "",
                .controller = true};
  made.claims = claims_of(spec, workload.name_space, index, ordinal);
  return add_class(std::move(made), spec, metadata);
}

}  // namespace bulwark::twin

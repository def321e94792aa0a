#include "kube/inventory.h"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

namespace bulwark::kube {

std::size_t Inventory::KeyHash::operator()(const Key& key) const {
  const std::hash<std::string_view> hash;
  std::size_t seed = static_cast<std::size_t>(key.kind);
  seed = seed * 1000003 + hash(key.name_space);
  return seed * 1000003 + hash(key.name);
}

std::size_t Inventory::TargetHash::operator()(const Target& target) const {
  const std::hash<std::string_view> hash;
  return (hash(target.kind) * 1000003 + hash(target.name_space)) * 1000003 + hash(target.name);
}

void Inventory::add(const Object& object) {
  const Object* const one = &object;
  add({&one, 1});
}

void Inventory::add(std::span<const Object* const> objects, const base::ForEach& for_each) {
  for_each(2, [&](std::size_t half) {
    if (half == 0) {
      by_name_.reserve(by_name_.size() + objects.size());
      for (const Object* object : objects) add_name(*object);
    } else {
      all_.reserve(all_.size() + objects.size());
      for (const Object* object : objects) add_to_lists(*object);
    }
  });
}

void Inventory::add_name(const Object& object) {
  const auto [at, is_new] =
      by_name_.try_emplace({object.kind, object.namespace_or_default(), object.metadata.name}, &object);
  at->second = &object;
  repeated_ |= !is_new;
}

void Inventory::add_to_lists(const Object& object) {
  all_.push_back(&object);
  has_owned_ |= object.metadata.controller() != nullptr;
  const auto kind = static_cast<std::size_t>(object.kind);
  if (by_kind_.size() <= kind) by_kind_.resize(kind + 1);
  by_kind_[kind].push_back(&object);
  const std::string_view name_space = object.namespace_or_default();
  const std::string_view lives_in = object.kind == ResourceKind::name_space ? object.metadata.name : name_space;
  if (!lives_in.empty() && known_namespaces_.insert(lives_in).second) namespaces_.push_back(lives_in);
  by_namespace_[{object.kind, name_space, {}}].push_back(&object);
  if (const auto* autoscaler = as<HorizontalPodAutoscaler>(object); autoscaler != nullptr) {
    const auto& target = autoscaler->spec.scale_target_ref;
    autoscalers_.try_emplace({target.kind, name_space, target.name}, &object);
  }
  if (pod_of(object).spec != nullptr) {
    workloads_.push_back(&object);
    workloads_by_namespace_[name_space].objects.push_back(&object);
  }
}

std::span<const Object* const> Inventory::of(ResourceKind kind) const {
  const auto at = static_cast<std::size_t>(kind);
  return at < by_kind_.size() ? std::span<const Object* const>(by_kind_[at]) : std::span<const Object* const>{};
}

std::span<const Object* const> Inventory::of(ResourceKind kind, std::string_view name_space) const {
  const auto found = by_namespace_.find({kind, name_space, {}});
  return found == by_namespace_.end() ? std::span<const Object* const>{}
                                      : std::span<const Object* const>(found->second);
}

const Object* Inventory::find(ResourceKind kind, std::string_view name_space, std::string_view name) const {
  const auto found = by_name_.find({kind, name_space, name});
  return found == by_name_.end() ? nullptr : found->second;
}

std::vector<const Object*> Inventory::of_kind_name(std::string_view kind_name) const {
  std::vector<const Object*> found;
  for (const Object* object : of(ResourceKind::unknown)) {
    if (object->kind_name == kind_name) found.push_back(object);
  }
  return found;
}

std::span<const Object* const> Inventory::workloads(std::string_view name_space) const {
  const auto found = workloads_by_namespace_.find(name_space);
  return found == workloads_by_namespace_.end() ? std::span<const Object* const>{}
                                                : std::span<const Object* const>(found->second.objects);
}

const WorkloadIndex& Inventory::workload_index(std::string_view name_space) const {
  static const WorkloadIndex none({});
  const auto found = workloads_by_namespace_.find(name_space);
  if (found == workloads_by_namespace_.end()) return none;
  const NamespaceWorkloads& here = found->second;
  std::call_once(here.indexed, [&] { here.index = std::make_unique<WorkloadIndex>(distinct(here.objects)); });
  return *here.index;
}

const Object* Inventory::autoscaler_of(const Object& object) const {
  if (autoscalers_.empty()) return nullptr;
  const auto found = autoscalers_.find({object.kind_name, object.namespace_or_default(), object.metadata.name});
  return found == autoscalers_.end() ? nullptr : found->second;
}

std::vector<Workload> Inventory::distinct(const std::vector<const Object*>& objects) const {
  std::vector<Workload> workloads;
  for (const Object* object : objects) {
    if (object->kind == ResourceKind::pod_template) continue;
    const std::string_view name = object->metadata.name;
    if (repeated_ && !name.empty() && find(object->kind, object->namespace_or_default(), name) != object) continue;
    if (owner_of(*object) != nullptr) continue;
    const PodLocation pod = pod_of(*object);
    workloads.push_back({object, pod.metadata, pod.spec, pod.path});
  }
  return workloads;
}

const Object* Inventory::owner_of(const Object& object) const {
  const OwnerReference* owner = object.metadata.controller();
  if (owner == nullptr) return nullptr;
  constexpr std::array kinds{
      std::pair{std::string_view("ReplicaSet"), ResourceKind::replica_set},
      std::pair{std::string_view("Deployment"), ResourceKind::deployment},
      std::pair{std::string_view("StatefulSet"), ResourceKind::stateful_set},
      std::pair{std::string_view("DaemonSet"), ResourceKind::daemon_set},
      std::pair{std::string_view("Job"), ResourceKind::job},
      std::pair{std::string_view("CronJob"), ResourceKind::cron_job},
      std::pair{std::string_view("ReplicationController"), ResourceKind::replication_controller},
      std::pair{std::string_view("Service"), ResourceKind::service}};
  for (const auto& [name, kind] : kinds) {
    if (name == owner->kind) return find(kind, object.namespace_or_default(), owner->name);
  }
  return nullptr;
}

}  // namespace bulwark::kube

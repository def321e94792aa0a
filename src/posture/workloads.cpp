#include "posture/workloads.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

namespace bulwark::posture {

namespace {

using kube::ResourceKind;

bool owner_is_here(const kube::Inventory& inventory, const kube::Object& object) {
  const kube::OwnerReference* owner = object.metadata.controller();
  if (owner == nullptr) return false;
  constexpr std::array kinds{
      std::pair{std::string_view("ReplicaSet"), ResourceKind::replica_set},
      std::pair{std::string_view("Deployment"), ResourceKind::deployment},
      std::pair{std::string_view("StatefulSet"), ResourceKind::stateful_set},
      std::pair{std::string_view("DaemonSet"), ResourceKind::daemon_set},
      std::pair{std::string_view("Job"), ResourceKind::job},
      std::pair{std::string_view("CronJob"), ResourceKind::cron_job},
      std::pair{std::string_view("ReplicationController"), ResourceKind::replication_controller}};
  return std::any_of(kinds.begin(), kinds.end(), [&](const auto& kind) {
    return kind.first == owner->kind &&
           inventory.find(kind.second, object.namespace_or_default(), owner->name) != nullptr;
  });
}

}  // namespace

std::vector<Workload> workloads_in(const kube::Inventory& inventory, std::string_view name_space) {
  std::vector<Workload> workloads;
  for (const kube::Object* object : inventory.workloads(name_space)) {
    if (object->kind == ResourceKind::pod_template) continue;
    const std::string_view name = object->metadata.name;
    if (!name.empty() && inventory.find(object->kind, name_space, name) != object) continue;
    if (owner_is_here(inventory, *object)) continue;
    const kube::PodLocation pod = kube::pod_of(*object);
    workloads.push_back({object, pod.metadata, pod.spec, pod.path});
  }
  return workloads;
}

std::size_t WorkloadIndex::LabelHash::operator()(const kube::Label& label) const {
  const std::hash<std::string_view> hash;
  return hash(label.key) * 1000003 + hash(label.value);
}

WorkloadIndex::WorkloadIndex(const kube::Inventory& inventory, std::string_view name_space)
    : workloads_(workloads_in(inventory, name_space)) {
  for (std::size_t i = 0; i < workloads_.size(); ++i) {
    for (const kube::Label& label : workloads_[i].metadata->labels) {
      std::vector<std::size_t>& places = by_label_[label];
      // A label may stand there twice.
      if (places.empty() || places.back() != i) places.push_back(i);
    }
  }
}

std::span<const std::size_t> WorkloadIndex::candidates(kube::Labels labels) const {
  const std::vector<std::size_t>* fewest = nullptr;
  for (const kube::Label& label : labels) {
    const auto found = by_label_.find(label);
    if (found == by_label_.end()) return {};
    if (fewest == nullptr || found->second.size() < fewest->size()) fewest = &found->second;
  }
  return *fewest;
}

std::optional<Scale> scale_of(const kube::Inventory& inventory, const kube::Object& object) {
  if (object.kind == ResourceKind::pod) return Scale{Scale::By::number, 1, 1};
  const kube::OptionalInt replicas = kube::replicas_of(object);
  if (!replicas) return std::nullopt;
  for (const kube::Object* each :
       inventory.of(ResourceKind::horizontal_pod_autoscaler, object.namespace_or_default())) {
    const auto& spec = kube::as<kube::HorizontalPodAutoscaler>(*each)->spec;
    if (spec.scale_target_ref.kind != object.kind_name || spec.scale_target_ref.name != object.metadata.name) {
      continue;
    }
    // An autoscaler leaves a workload alone that is scaled to zero by hand.
    if (replicas == 0) break;
    const std::int64_t low = spec.min_replicas.value_or(1);
    return Scale{Scale::By::autoscaler, low, std::max(low, spec.max_replicas.value_or(low))};
  }
  const bool named = [&] {
    switch (object.kind) {
      case ResourceKind::deployment:
        return kube::as<kube::Deployment>(object)->spec.replicas.has_value();
      case ResourceKind::stateful_set:
        return kube::as<kube::StatefulSet>(object)->spec.replicas.has_value();
      case ResourceKind::replica_set:
        return kube::as<kube::ReplicaSet>(object)->spec.replicas.has_value();
      default:
        return kube::as<kube::ReplicationController>(object)->spec.replicas.has_value();
    }
  }();
  return Scale{named ? Scale::By::number : Scale::By::defaults, *replicas, *replicas};
}

bool is_scaled_by_keda(const kube::Inventory& inventory, std::string_view name_space) {
  const auto objects = inventory.of(ResourceKind::unknown);
  return std::any_of(objects.begin(), objects.end(), [&](const kube::Object* object) {
    return object->kind_name == "ScaledObject" &&
           (object->metadata.name_space.empty() ? "default" : object->metadata.name_space) == name_space;
  });
}

std::string describe(const kube::Object& object) {
  const std::string_view name =
      object.metadata.name.empty() ? object.metadata.generate_name : object.metadata.name;
  return fmt::format("{} \"{}\"", object.kind_name, name);
}

std::string nothing_matches(std::size_t workloads, std::string_view name_space, std::string_view selector) {
  if (workloads == 1) {
    return fmt::format("the only workload in namespace \"{}\" does not match {}", name_space, selector);
  }
  return fmt::format("none of the {} workloads in namespace \"{}\" matches {}", workloads, name_space, selector);
}

std::string count_of(std::int64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace bulwark::posture

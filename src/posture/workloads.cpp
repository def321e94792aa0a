#include "posture/workloads.h"

#include <fmt/format.h>

#include <algorithm>

namespace bulwark::posture {

using kube::ResourceKind;

std::optional<Scale> scale_of(const kube::Inventory& inventory, const kube::Object& object) {
  if (object.kind == ResourceKind::pod) return Scale{Scale::By::number, 1, 1};
  const kube::OptionalInt replicas = kube::replicas_of(object);
  if (!replicas) return std::nullopt;
  // An autoscaler leaves a workload alone that is scaled to zero by hand.
  if (const kube::Object* found = inventory.autoscaler_of(object); found != nullptr && replicas != 0) {
    const auto& spec = kube::as<kube::HorizontalPodAutoscaler>(*found)->spec;
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

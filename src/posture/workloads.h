#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "kube/inventory.h"
#include "posture/views.h"

namespace bulwark::posture {

using kube::Workload;
using kube::WorkloadIndex;

inline PodView view_of(const Workload& workload, kube::MinorVersion version) {
  return {*workload.object, *workload.spec, *workload.metadata, workload.path, version};
}

// How many pods a workload has.
struct Scale {
  // By what it is known: its own number, the API's default of 1, or an autoscaler.
  enum class By : std::uint8_t { number, defaults, autoscaler };
  By by = By::number;
  std::int64_t low = 0;   // at least
  std::int64_t high = 0;  // at most
};

// The scale of a workload that has replicas (Deployment, ReplicaSet, StatefulSet, ReplicationController), with the
// HorizontalPodAutoscaler of the input that governs it. A pod is 1. nullopt for all others.
std::optional<Scale> scale_of(const kube::Inventory& inventory, const kube::Object& object);

// Whether the namespace has ScaledObjects of KEDA, which set replicas that no manifest tells. Looks at all objects
// of unknown kinds.
bool is_scaled_by_keda(const kube::Inventory& inventory, std::string_view name_space);

// `Deployment "web"`, as messages name an object.
std::string describe(const kube::Object& object);

// `none of the 3 workloads in namespace "shop" matches app=web`, for a selector that selects nothing.
std::string nothing_matches(std::size_t workloads, std::string_view name_space, std::string_view selector);

// "1 replica", "3 replicas"
std::string count_of(std::int64_t count, std::string_view noun);

}  // namespace bulwark::posture

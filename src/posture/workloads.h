#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "kube/inventory.h"
#include "posture/views.h"

namespace bulwark::posture {

// An object that is or makes pods, with the pod that it makes.
struct Workload {
  const kube::Object* object = nullptr;
  const kube::ObjectMeta* metadata = nullptr;  // of the pod
  const kube::PodSpec* spec = nullptr;
  std::span<const std::string_view> path;  // from the object's root to metadata and spec of the pod

  PodView view(kube::MinorVersion version) const { return {*object, *spec, *metadata, path, version}; }
};

// The workloads of a namespace, each counted once: a pod or replica set whose owner is in the input too is left
// out, and so is an object that stands there again later, with the same kind and name.
std::vector<Workload> workloads_in(const kube::Inventory& inventory, std::string_view name_space);

// The workloads of a namespace, indexed by the labels of their pods, so that many selectors meet many workloads
// fast.
class WorkloadIndex {
 public:
  WorkloadIndex(const kube::Inventory& inventory, std::string_view name_space);

  const std::vector<Workload>& all() const { return workloads_; }

  // Calls visit(workload, its place in all()) for those whose pods the selector selects, in order.
  template <class Visit>
  void for_each_selected(const kube::LabelSelector& selector, Visit&& visit) const {
    const auto judge = [&](std::size_t i) {
      if (kube::matches(selector, workloads_[i].metadata->labels)) visit(workloads_[i], i);
    };
    if (selector.match_labels.empty()) {
      for (std::size_t i = 0; i < workloads_.size(); ++i) judge(i);
    } else {
      for (const std::size_t i : candidates(selector.match_labels)) judge(i);
    }
  }

 private:
  struct LabelHash {
    std::size_t operator()(const kube::Label& label) const;
  };
  // Those that have the rarest of the labels.
  std::span<const std::size_t> candidates(kube::Labels labels) const;

  std::vector<Workload> workloads_;
  std::unordered_map<kube::Label, std::vector<std::size_t>, LabelHash> by_label_;
};

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

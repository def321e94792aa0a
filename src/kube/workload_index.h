#pragma once

#include <cstdint>
#include <mutex>
#include <span>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "kube/object.h"
#include "kube/selector.h"

namespace bulwark::kube {

// An object that is or makes pods, with the pod that it makes.
struct Workload {
  const Object* object = nullptr;
  const ObjectMeta* metadata = nullptr;  // of the pod
  const PodSpec* spec = nullptr;
  std::span<const std::string_view> path;  // from the object's root to metadata and spec of the pod
};

// The workloads of a namespace, indexed by the labels of their pods, so that many selectors meet many workloads
// fast.
class WorkloadIndex {
 public:
  explicit WorkloadIndex(std::vector<Workload> workloads) : workloads_(std::move(workloads)) {}

  const std::vector<Workload>& all() const { return workloads_; }

  // Calls visit(workload, its place in all()) for those whose pods the selector selects, in order.
  template <class Visit>
  void for_each_selected(const LabelSelector& selector, Visit&& visit) const {
    const auto judge = [&](std::size_t i) {
      if (matches(selector, workloads_[i].metadata->labels)) visit(workloads_[i], i);
    };
    if (selector.match_labels.empty()) {
      for (std::size_t i = 0; i < workloads_.size(); ++i) judge(i);
    } else {
      for (const std::uint32_t i : candidates(selector.match_labels)) judge(i);
    }
  }

 private:
  struct LabelHash {
    std::size_t operator()(const Label& label) const;
  };
  // Those that have the rarest of the labels.
  std::span<const std::uint32_t> candidates(Labels labels) const;

  std::vector<Workload> workloads_;
  // Made when the first selector asks; several threads may.
  mutable std::once_flag labelled_;
  mutable std::unordered_map<Label, std::vector<std::uint32_t>, LabelHash> by_label_;
};

}  // namespace bulwark::kube

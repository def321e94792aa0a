#include "kube/workload_index.h"

#include <functional>

namespace bulwark::kube {

std::size_t WorkloadIndex::LabelHash::operator()(const Label& label) const {
  const std::hash<std::string_view> hash;
  return hash(label.key) * 1000003 + hash(label.value);
}

std::span<const std::uint32_t> WorkloadIndex::candidates(Labels labels) const {
  std::call_once(labelled_, [this] {
    for (std::uint32_t i = 0; i < workloads_.size(); ++i) {
      for (const Label& label : workloads_[i].metadata->labels) {
        std::vector<std::uint32_t>& places = by_label_[label];
        // A label may stand there twice.
        if (places.empty() || places.back() != i) places.push_back(i);
      }
    }
  });
  const std::vector<std::uint32_t>* fewest = nullptr;
  for (const Label& label : labels) {
    const auto found = by_label_.find(label);
    if (found == by_label_.end()) return {};
    if (fewest == nullptr || found->second.size() < fewest->size()) fewest = &found->second;
  }
  return *fewest;
}

}  // namespace bulwark::kube

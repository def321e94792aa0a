#include "posture/aks_cluster.h"

#include <fmt/format.h>

#include <algorithm>

namespace bulwark::posture {

namespace {

// The input shows an AKS cluster: nodes, and none of another cloud. nullptr when it does not.
const kube::Object* find_node(const kube::Inventory& inventory) {
  const auto nodes = inventory.of(kube::ResourceKind::node);
  for (const kube::Object* node : nodes) {
    const std::string_view provider = kube::as<kube::Node>(*node)->spec.provider_id;
    if (!provider.empty() && !provider.starts_with("azure://")) return nullptr;
  }
  return nodes.empty() ? nullptr : nodes.front();
}

}  // namespace

void report_missing_add_on(const kube::Inventory& inventory, const AddOn& add_on, ClusterReporter& report) {
  const kube::Object* node = find_node(inventory);
  if (node == nullptr) return;
  report.judged(*node);
  const auto& workloads = inventory.workloads();
  if (std::any_of(workloads.begin(), workloads.end(), [&](const kube::Object* object) {
        return object->metadata.name.starts_with(add_on.workload);
      })) {
    return;
  }
  const kube::Object* system = inventory.find(kube::ResourceKind::name_space, "", "kube-system");
  const kube::Object& anchor = system != nullptr ? *system : *node;
  const FieldPath at = FieldPath("metadata") / "name";
  if (inventory.workloads("kube-system").empty()) {
    report.unknown(anchor, at, fmt::format("whether {} runs cannot be told", add_on.name),
                   "the workloads of kube-system");
  } else {
    const bool replaced = !add_on.instead.empty();
    auto finding = report.broken(anchor, at,
                                 fmt::format("{} does not run in the cluster{}", add_on.name,
                                             replaced ? fmt::format(", {} does", add_on.instead) : ""));
    finding.no_fix("it is enabled in Azure, not by a manifest");
    if (replaced) finding.severity(finding::Severity::low);
  }
}

}  // namespace bulwark::posture

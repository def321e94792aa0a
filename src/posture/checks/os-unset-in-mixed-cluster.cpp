// With Windows nodes that have no taint the scheduler may send any pod there that does not ask for Linux: its
// image does not run, and it crashes in a loop.
#include <fmt/format.h>

#include <algorithm>

#include "posture/check.h"
#include "posture/nodes.h"
#include "posture/system_namespaces.h"
#include "posture/workloads.h"

namespace bulwark::posture {

namespace {

bool is_open(const kube::Object& object) {
  const NodeView node(object);
  if (!node.is_windows()) return false;
  const auto taints = node.node.spec.taints;
  return std::none_of(taints.begin(), taints.end(), [](const kube::Taint& taint) {
    return (taint.effect == "NoSchedule" || taint.effect == "NoExecute") &&
           !taint.key.starts_with("node.kubernetes.io/");
  });
}

// Something in the pod may decide on which operating system it runs.
bool chooses(const kube::PodSpec& spec) {
  if (!spec.node_name.empty() || (spec.affinity != nullptr && spec.affinity->node_affinity != nullptr))
    return true;
  return std::any_of(spec.node_selector.begin(), spec.node_selector.end(), [](const kube::Label& label) {
    return label.key == "kubernetes.io/os" || label.key == "beta.kubernetes.io/os" ||
           label.key == "kubernetes.io/hostname" || label.key == "agentpool" ||
           label.key == "node.kubernetes.io/windows-build" || label.key.starts_with("kubernetes.azure.com/");
  });
}

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  const auto nodes = inventory.of(kube::ResourceKind::node);
  const auto windows =
      std::find_if(nodes.begin(), nodes.end(), [](const kube::Object* node) { return is_open(*node); });
  if (windows == nodes.end()) return;
  for (const std::string_view name_space : inventory.namespaces()) {
    if (is_system_namespace(name_space)) continue;
    for (const Workload& workload : inventory.workload_index(name_space).all()) {
      report.judged(*workload.object);
      if (chooses(*workload.spec)) continue;
      report
          .broken(*workload.object, view_of(workload, report.version()).spec_path() / "nodeSelector",
                  fmt::format("nothing keeps the pods from Windows nodes such as \"{}\", or from those of Linux",
                              (*windows)->metadata.name))
          .no_fix("which operating system the images are for is known to their owner alone");
    }
  }
}

}  // namespace

extern const Check os_unset_in_mixed_cluster;
const Check os_unset_in_mixed_cluster{
    .about =
        {.id = "os-unset-in-mixed-cluster",
         .aliases = {},
         .chapter = finding::Chapter::windows_node_updates,
         .severity = finding::Severity::low,
         .title = "Pods choose the operating system of their nodes",
         .effect =
             "When an upgrade moves the pod, it may land on a node of the wrong operating system and never start.",
         .remedy = "Set nodeSelector kubernetes.io/os, or taint the Windows nodes.",
         .sources = {{"Kubernetes: Windows containers", "https://kubernetes.io/docs/concepts/windows/intro/"}},
         .mappings = {{finding::Framework::guide, "Process Windows Server node updates"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

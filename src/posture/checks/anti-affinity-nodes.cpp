// A pod that must not share its node with others of its kind needs a node of its own: with as many replicas as
// nodes, an evicted pod waits until a surge node is there, and with more some never run.
#include <fmt/format.h>

#include <algorithm>

#include "posture/check.h"
#include "posture/workloads.h"

namespace bulwark::posture {

namespace {

bool tolerates(const kube::PodSpec& spec, const kube::Taint& taint) {
  if (taint.effect != "NoSchedule" && taint.effect != "NoExecute") return true;
  return std::any_of(spec.tolerations.begin(), spec.tolerations.end(), [&](const kube::Toleration& toleration) {
    if (!toleration.effect.empty() && toleration.effect != taint.effect) return false;
    if (toleration.op == "Exists") return toleration.key.empty() || toleration.key == taint.key;
    return toleration.key == taint.key && toleration.value == taint.value;
  });
}

// A cordoned node counts: it comes back. Node affinity is not weighed, so the count may be too high.
bool takes(const kube::Object& node, const kube::PodSpec& spec) {
  for (const kube::Label& wanted : spec.node_selector) {
    if (kube::find_label(node.metadata.labels, wanted.key) != wanted.value) return false;
  }
  const auto taints = kube::as<kube::Node>(node)->spec.taints;
  return std::all_of(taints.begin(), taints.end(), [&](const kube::Taint& taint) {
    return taint.key == "node.kubernetes.io/unschedulable" || tolerates(spec, taint);
  });
}

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  const auto nodes = inventory.of(kube::ResourceKind::node);
  if (nodes.empty()) return;
  for (const std::string_view name_space : inventory.namespaces()) {
    for (const Workload& workload : inventory.workload_index(name_space).all()) {
      const kube::Affinity* affinity = workload.spec->affinity;
      if (affinity == nullptr || affinity->pod_anti_affinity == nullptr) continue;
      const auto terms = affinity->pod_anti_affinity->required;
      const auto scale = scale_of(inventory, *workload.object);
      if (!scale || scale->high < 2) continue;
      for (std::size_t i = 0; i < terms.size(); ++i) {
        if (terms[i].topology_key != "kubernetes.io/hostname" || terms[i].label_selector == nullptr) continue;
        if (!kube::matches(*terms[i].label_selector, workload.metadata->labels)) continue;
        report.judged(*workload.object);
        const auto room = std::count_if(nodes.begin(), nodes.end(),
                                        [&](const kube::Object* node) { return takes(*node, *workload.spec); });
        if (scale->low < room) break;
        FieldPath at;
        for (const std::string_view key : workload.path) at = std::move(at) / key;
        at = std::move(at) / "spec" / "affinity" / "podAntiAffinity" /
             "requiredDuringSchedulingIgnoredDuringExecution" / i;
        report
            .broken(
                *workload.object, at,
                fmt::format("{}, each on a node of its own, and {} to take them: {}",
                            count_of(scale->low, "replica"), count_of(room, "node"),
                            scale->low > room ? "some can never run" : "an evicted one waits for a surge node"))
            .severity(scale->low > room ? finding::Severity::medium : finding::Severity::low)
            .no_fix("whether two replicas may share a node is known to their owner alone");
        break;
      }
    }
  }
}

}  // namespace

extern const Check anti_affinity_nodes;
const Check anti_affinity_nodes{
    .about = {.id = "anti-affinity-nodes",
              .aliases = {},
              .chapter = finding::Chapter::kubernetes_upgrades,
              .severity = finding::Severity::low,
              .title = "Replicas that keep apart have a node to spare",
              .effect = "A replica that is evicted finds no node until the surge node joins, and with a budget "
                        "that counts it the drain waits.",
              .remedy = "Prefer the anti-affinity instead of requiring it, or run fewer replicas than nodes.",
              .sources = {{"Kubernetes: assigning pods to nodes",
                           "https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/"},
                          {"AKS: how cluster upgrades work",
                           "https://learn.microsoft.com/azure/aks/upgrade-conceptual"}},
              .mappings = {{finding::Framework::guide, "Regularly update to the latest version of Kubernetes"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

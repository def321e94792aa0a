// The guide: you can enable Defender for Containers. Its sensor is the DaemonSet microsoft-defender-collector-ds
// in kube-system.
#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  const auto nodes = inventory.of(kube::ResourceKind::node);
  // Without nodes this is no view of a cluster, and nothing can be said.
  if (nodes.empty()) return;
  const kube::Object& first = *nodes.front();
  report.judged(first);
  bool system_seen = false;
  for (const kube::Object* object : inventory.of(kube::ResourceKind::daemon_set, "kube-system")) {
    system_seen = true;
    if (object->metadata.name.starts_with("microsoft-defender-collector")) return;
  }
  if (system_seen) {
    report.broken(first, {}, "the DaemonSet microsoft-defender-collector-ds is not in kube-system");
  } else {
    report.unknown(first, {}, "whether the Defender sensor runs cannot be told", "the DaemonSets of kube-system");
  }
}

}  // namespace

extern const Check defender_sensor;
const Check defender_sensor{
    .about =
        {.id = "defender-sensor",
         .aliases = {},
         .chapter = finding::Chapter::threat_protection,
         .severity = finding::Severity::medium,
         .title = "Defender for Containers watches the nodes",
         .effect = "Nobody is told when a container does what attackers do.",
         .remedy = "Enable Defender for Containers on the cluster.",
         .sources = {{"Defender for Containers",
                      "https://learn.microsoft.com/azure/defender-for-cloud/defender-for-containers-introduction"},
                     {"AKS: cluster security and upgrades",
                      "https://learn.microsoft.com/azure/aks/operator-best-practices-cluster-security"}},
         .mappings = {{finding::Framework::guide, "Enable threat protection"},
                      {finding::Framework::defender,
                       "Azure Kubernetes Service clusters should have Defender profile enabled"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

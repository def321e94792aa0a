// The guide: you can enable Defender for Containers. Its sensor is the DaemonSet
// microsoft-defender-collector-ds in kube-system (in namespace mdc by Helm). An input with nodes and workloads
// of kube-system shows it when it is there.
#include "posture/aks_cluster.h"
#include "posture/sensors.h"

namespace bulwark::posture {

namespace {

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  const auto sensors = find_sensors(inventory);
  report_missing_add_on(inventory,
                        {.name = "the Defender sensor",
                         .workload = "microsoft-defender-",
                         .instead = sensors.empty() ? "" : sensors.front().product},
                        report);
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
         .remedy = "Enable Defender for Containers on the cluster: `az aks update --enable-defender`.",
         .sources = {{"Defender for Containers",
                      "https://learn.microsoft.com/azure/defender-for-cloud/defender-for-containers-introduction"},
                     {"AKS: cluster security",
                      "https://learn.microsoft.com/azure/aks/operator-best-practices-cluster-security"}},
         .mappings = {{finding::Framework::guide, "Enable threat protection"},
                      {finding::Framework::defender,
                       "Azure Kubernetes Service clusters should have Defender profile enabled"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

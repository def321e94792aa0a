// A pod waits, with CreateContainerConfigError or an unmounted volume, until the ConfigMap that it names is there.
// It may be made elsewhere, so the answer is "unknown".
#include "posture/check.h"
#include "posture/references.h"

namespace bulwark::posture {

namespace {

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  report_missing_references(inventory, kube::ResourceKind::config_map, report);
}

}  // namespace

extern const Check missing_config_map;
const Check missing_config_map{
    .about = {.id = "missing-config-map",
              .aliases = {},
              .chapter = finding::Chapter::kubernetes_upgrades,
              .severity = finding::Severity::low,
              .title = "The ConfigMaps that pods name are in the input",
              .effect = "The pod does not start until the ConfigMap is there.",
              .remedy = "Keep the ConfigMap with the workload, or mark the reference as optional.",
              .sources = {{"Kubernetes: ConfigMaps",
                           "https://kubernetes.io/docs/concepts/configuration/configmap/"}},
              .mappings = {}},
    .in_guide = false,
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

// A pod waits, with CreateContainerConfigError or an unmounted volume, until the ConfigMap that it names is there.
// It may be made elsewhere, so the answer is "unknown".
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "posture/check.h"
#include "posture/references.h"
#include "posture/workloads.h"

namespace bulwark::posture {

namespace {

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  std::vector<std::string_view> told;
  for (const std::string_view name_space : inventory.namespaces()) {
    for (const Workload& workload : inventory.workload_index(name_space).all()) {
      report.judged(*workload.object);
      told.clear();
      for_each_config_reference(view_of(workload, report.version()), [&](const ConfigReference& to, const auto& path) {
        if (to.kind != kube::ResourceKind::config_map || to.optional || to.name == "kube-root-ca.crt") return;
        if (inventory.find(to.kind, name_space, to.name) != nullptr) return;
        if (std::find(told.begin(), told.end(), to.name) != told.end()) return;
        told.push_back(to.name);
        report.unknown(*workload.object, path(), fmt::format("ConfigMap \"{}\" is not in the input", to.name),
                       fmt::format("the ConfigMaps of namespace \"{}\"", name_space));
      });
    }
  }
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

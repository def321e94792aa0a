// A pod waits, with CreateContainerConfigError or an unmounted volume, until the Secret that it names is there. It
// may be made elsewhere, so the answer is "unknown".
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
        if (to.kind != kube::ResourceKind::secret || to.optional) return;
        if (inventory.find(to.kind, name_space, to.name) != nullptr) return;
        if (std::find(told.begin(), told.end(), to.name) != told.end()) return;
        told.push_back(to.name);
        report.unknown(*workload.object, path(), fmt::format("Secret \"{}\" is not in the input", to.name),
                       fmt::format("the Secrets of namespace \"{}\"", name_space));
      });
    }
  }
}

}  // namespace

extern const Check missing_secret;
const Check missing_secret{
    .about = {.id = "missing-secret",
              .aliases = {},
              .chapter = finding::Chapter::kubernetes_upgrades,
              .severity = finding::Severity::low,
              .title = "The Secrets that pods name are in the input",
              .effect = "The pod does not start until the Secret is there.",
              .remedy = "Keep the Secret with the workload, or mark the reference as optional.",
              .sources = {{"Kubernetes: Secrets", "https://kubernetes.io/docs/concepts/configuration/secret/"}},
              .mappings = {}},
    .in_guide = false,
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

#include "posture/references.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "posture/workloads.h"

namespace bulwark::posture {

void report_missing_references(const kube::Inventory& inventory, kube::ResourceKind kind,
                               ClusterReporter& report) {
  const std::string_view kind_name = kind == kube::ResourceKind::secret ? "Secret" : "ConfigMap";
  std::vector<std::string_view> told;
  for (const std::string_view name_space : inventory.namespaces()) {
    for (const Workload& workload : inventory.workload_index(name_space).all()) {
      report.judged(*workload.object);
      told.clear();
      for_each_config_reference(view_of(workload, report.version()), [&](const ConfigReference& to,
                                                                         const auto& path) {
        // The controller manager makes kube-root-ca.crt in every namespace.
        if (to.kind != kind || to.optional || to.name == "kube-root-ca.crt") return;
        if (inventory.find(to.kind, name_space, to.name) != nullptr) return;
        if (std::find(told.begin(), told.end(), to.name) != told.end()) return;
        told.push_back(to.name);
        report.unknown(*workload.object, path(), fmt::format("{} \"{}\" is not in the input", kind_name, to.name),
                       fmt::format("the {}s of namespace \"{}\"", kind_name, name_space));
      });
    }
  }
}

}  // namespace bulwark::posture

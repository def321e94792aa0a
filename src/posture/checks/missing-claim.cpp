// A pod that names a PersistentVolumeClaim which does not exist stays pending.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/workloads.h"

namespace bulwark::posture {

namespace {

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  for (const std::string_view name_space : inventory.namespaces()) {
    // Without any claim here, they are somewhere else.
    if (inventory.of(kube::ResourceKind::persistent_volume_claim, name_space).empty()) continue;
    for (const Workload& workload : inventory.workload_index(name_space).all()) {
      const auto volumes = workload.spec->volumes;
      for (std::size_t i = 0; i < volumes.size(); ++i) {
        const kube::ClaimVolume* claim = volumes[i].persistent_volume_claim;
        if (claim == nullptr || claim->claim_name.empty()) continue;
        report.judged(*workload.object);
        if (inventory.find(kube::ResourceKind::persistent_volume_claim, name_space, claim->claim_name) !=
            nullptr) {
          continue;
        }
        report
            .broken(
                *workload.object,
                view_of(workload, report.version()).spec_path() / "volumes" / i / "persistentVolumeClaim" /
                    "claimName",
                fmt::format("namespace \"{}\" has no PersistentVolumeClaim \"{}\"", name_space, claim->claim_name))
            .no_fix("which claim is meant is known to its owner alone");
      }
    }
  }
}

}  // namespace

extern const Check missing_claim;
const Check missing_claim{
    .about = {.id = "missing-claim",
              .aliases = {},
              .chapter = finding::Chapter::kubernetes_upgrades,
              .severity = finding::Severity::medium,
              .title = "Pods mount claims that exist",
              .effect = "The pod stays pending, which shows only when an upgrade moves it.",
              .remedy = "Add the PersistentVolumeClaim, or correct its name.",
              .sources = {{"Kubernetes: persistent volumes",
                           "https://kubernetes.io/docs/concepts/storage/persistent-volumes/"}},
              .mappings = {{finding::Framework::guide, "Regularly update to the latest version of Kubernetes"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

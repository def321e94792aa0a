// Pods of a service account that does not exist are refused by the ServiceAccount admission plugin; "default" is
// made with each namespace.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/workloads.h"

namespace bulwark::posture {

namespace {

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  for (const std::string_view name_space : inventory.namespaces()) {
    // Without any account here, they are somewhere else.
    if (inventory.of(kube::ResourceKind::service_account, name_space).empty()) continue;
    for (const Workload& workload : inventory.workload_index(name_space).all()) {
      const std::string_view name = workload.spec->service_account();
      if (name.empty() || name == "default") continue;
      report.judged(*workload.object);
      if (inventory.find(kube::ResourceKind::service_account, name_space, name) != nullptr) continue;
      const FieldPath spec = view_of(workload, report.version()).spec_path();
      report
          .broken(*workload.object,
                  spec / (workload.spec->service_account_name.empty() ? "serviceAccount" : "serviceAccountName"),
                  fmt::format("namespace \"{}\" has no ServiceAccount \"{}\"", name_space, name))
          .no_fix("which account is meant is known to its owner alone");
    }
  }
}

}  // namespace

extern const Check missing_service_account;
const Check missing_service_account{
    .about = {.id = "missing-service-account",
              .aliases = {"non-existent-service-account"},
              .chapter = finding::Chapter::kubernetes_upgrades,
              .severity = finding::Severity::medium,
              .title = "Pods run under service accounts that exist",
              .effect = "The pods are refused when they are made, which shows only when an upgrade moves them.",
              .remedy = "Add the ServiceAccount, or correct its name.",
              .sources = {{"Kubernetes: service accounts",
                           "https://kubernetes.io/docs/concepts/security/service-accounts/"}},
              .mappings = {{finding::Framework::guide, "Regularly update to the latest version of Kubernetes"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

// supported-kubernetes-versions: AKS supports three GA minor versions of the control plane, each for 12 months,
// and one more year with long-term support. By its release calendar of 2026-08-05. What its nodes run is another
// check's.
#include <fmt/format.h>

#include "posture/aks_versions.h"
#include "posture/check.h"
#include "posture/living.h"

namespace bulwark::posture {

namespace {

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  const kube::Object* snapshot = snapshot_of(inventory);
  const auto version = server_version(inventory);
  if (snapshot == nullptr || !version) return;
  report.judged(*snapshot);
  const std::string_view text = facts_of(inventory)->server_version;
  const FieldPath at = FieldPath("spec") / "serverVersion";
  const std::string fault = support_fault(fmt::format("API server {}", text), version->minor());
  if (fault.empty()) return;
  if (aks_state(version->minor()).support == AksSupport::lts) {
    report.unknown(*snapshot, at, fault, "the support plan of the cluster").severity(finding::Severity::medium);
  } else {
    report.broken(*snapshot, at, fault).no_fix("a control plane is upgraded through AKS");
  }
}

}  // namespace

extern const Check api_server_version_unsupported;
const Check api_server_version_unsupported{
    .about = {.id = "api-server-version-unsupported",
              .aliases = {},
              .chapter = finding::Chapter::kubernetes_upgrades,
              .severity = finding::Severity::high,
              .title = "The API server runs a Kubernetes version that AKS supports",
              .effect =
                  "Security fixes for the control plane do not come any more, and AKS may upgrade it by itself.",
              .remedy = "Upgrade the control plane, one minor version after the other.",
              .sources = {{"AKS: supported Kubernetes versions",
                           "https://learn.microsoft.com/azure/aks/supported-kubernetes-versions"}},
              .mappings = {{finding::Framework::guide, "Regularly update to the latest version of Kubernetes"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

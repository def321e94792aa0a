// A pod waits, with CreateContainerConfigError or an unmounted volume, until the Secret that it names is there. It
// may be made elsewhere, so the answer is "unknown".
#include "posture/check.h"
#include "posture/references.h"

namespace bulwark::posture {

namespace {

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  report_missing_references(inventory, kube::ResourceKind::secret, report);
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

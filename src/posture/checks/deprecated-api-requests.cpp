// The API server counts in apiserver_requested_deprecated_apis who asks for an API that a later release removes
// (KEP-1693): a client that is not in any manifest, such as a controller, breaks with the upgrade.
#include <fmt/format.h>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  for (const kube::Object* object : inventory.of(kube::ResourceKind::snapshot)) {
    const kube::SnapshotSpec& facts = kube::as<kube::Snapshot>(*object)->spec;
    report.judged(*object);
    if (!facts.metrics.value_or(false)) {
      report.unknown(*object, FieldPath("spec") / "metrics",
                     "whether somebody still asks for deprecated APIs cannot be told",
                     "permission to get /metrics of the API server");
    }
    for (std::size_t i = 0; i < facts.deprecated_requests.size(); ++i) {
      const kube::DeprecatedRequest& each = facts.deprecated_requests[i];
      const std::string end = each.removed_release.empty()
                                  ? "is deprecated"
                                  : fmt::format("Kubernetes {} removes", each.removed_release);
      report
          .broken(*object, FieldPath("spec") / "deprecatedRequests" / i,
                  fmt::format("somebody asks for {} of {}{}{}, which {}", each.resource, each.group,
                              each.group.empty() ? "" : "/", each.version, end))
          .no_fix("the audit log tells which client it is");
    }
  }
}

}  // namespace

extern const Check deprecated_api_requests;
const Check deprecated_api_requests{
    .about = {.id = "deprecated-api-requests",
              .aliases = {},
              .chapter = finding::Chapter::kubernetes_upgrades,
              .severity = finding::Severity::high,
              .title = "Nobody asks the API server for deprecated APIs",
              .effect = "After the upgrade that removes the API, this client gets 404 and stops working.",
              .remedy = "Find the client in the audit log (annotation k8s.io/deprecated), and update it.",
              .sources = {{"Kubernetes: deprecated API migration guide",
                           "https://kubernetes.io/docs/reference/using-api/deprecation-guide/"}},
              .mappings = {{finding::Framework::guide, "Regularly update to the latest version of Kubernetes"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

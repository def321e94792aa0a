// apps/v1: "spec.selector must match spec.template.metadata.labels, or it will be rejected by the API"; the
// selector has no default there.
#include <fmt/format.h>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  const auto judge = [&](const kube::LabelSelector* selector, const kube::PodTemplate& pod_template) {
    const FieldPath at = FieldPath("spec") / "selector";
    if (selector == nullptr || selector->empty()) {
      // Older versions took the labels of the template.
      if (object.group() == "apps" && (object.version() == "v1" || object.version() == "v1beta2")) {
        report.broken(at, "spec.selector is missing: the API server refuses the object")
            .no_fix("which of its labels select the pods is known to their owner alone");
      }
    } else if (!kube::matches(*selector, pod_template.metadata.labels)) {
      report
          .broken(at, fmt::format("{} does not match the template's labels: the API server refuses the object",
                                  kube::text(*selector)))
          .no_fix("which of the two is meant is known to their owner alone");
    }
  };
  if (const auto* deployment = kube::as<kube::Deployment>(object)) {
    judge(deployment->spec.selector, deployment->spec.pod_template);
  } else if (const auto* replica_set = kube::as<kube::ReplicaSet>(object)) {
    judge(replica_set->spec.selector, replica_set->spec.pod_template);
  } else if (const auto* stateful_set = kube::as<kube::StatefulSet>(object)) {
    judge(stateful_set->spec.selector, stateful_set->spec.pod_template);
  } else if (const auto* daemon_set = kube::as<kube::DaemonSet>(object)) {
    judge(daemon_set->spec.selector, daemon_set->spec.pod_template);
  }
}

}  // namespace

extern const Check selector_mismatch;
const Check selector_mismatch{
    .about = {.id = "selector-mismatch",
              .aliases = {"mismatching-selector"},
              .chapter = finding::Chapter::kubernetes_upgrades,
              .severity = finding::Severity::high,
              .title = "Workloads select the pods that they make",
              .effect = "The API server refuses the workload, so a new version of it is never rolled out.",
              .remedy = "Give the template the labels that the selector asks for.",
              .sources = {{"Kubernetes: Deployments",
                           "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/"}},
              .mappings = {{finding::Framework::guide, "Regularly update to the latest version of Kubernetes"}}},
    .rule = ObjectRule{{kube::ResourceKind::deployment, kube::ResourceKind::replica_set,
                        kube::ResourceKind::stateful_set, kube::ResourceKind::daemon_set},
                       run},
};

}  // namespace bulwark::posture

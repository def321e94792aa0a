// kubectl drain refuses to evict "Pods that declare no controller" without --force, and nothing makes them again;
// mirror pods of static pods (kubernetes.io/config.mirror) and finished pods are left out.
#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  const auto& pod = *kube::as<kube::Pod>(object);
  const kube::ObjectMeta& metadata = object.metadata;
  if (metadata.controller() != nullptr) return;
  if (pod.status.phase == "Succeeded" || pod.status.phase == "Failed") return;
  const auto annotated = [&](std::string_view key) {
    return kube::find_label(metadata.annotations, key).data() != nullptr;
  };
  // Static pods belong to their node; hooks of Helm come and go with a release.
  if (annotated("kubernetes.io/config.mirror") || annotated("helm.sh/hook")) return;
  const std::string_view source = kube::find_label(metadata.annotations, "kubernetes.io/config.source");
  if (source == "file" || source == "http") return;
  auto finding = report.broken({}, "the pod has no controller: a drain refuses it, or deletes it for good");
  finding.no_fix("which controller suits the program is known to its owner alone");
  // It ends by itself.
  if (pod.spec.restart_policy == "Never" || pod.spec.restart_policy == "OnFailure") {
    finding.severity(finding::Severity::low);
  }
}

}  // namespace

extern const Check naked_pod;
const Check naked_pod{
    .about = {.id = "naked-pod",
              .aliases = {},
              .chapter = finding::Chapter::kubernetes_upgrades,
              .severity = finding::Severity::medium,
              .title = "Pods are made by a controller",
              .effect =
                  "The drain of its node stops at the pod, or the pod is deleted and nothing makes it again.",
              .remedy = "Make the pod by a Deployment, a StatefulSet or a Job.",
              .sources = {{"Kubernetes: safely drain a node",
                           "https://kubernetes.io/docs/tasks/administer-cluster/safely-drain-node/"},
                          {"Kubernetes: pod lifecycle",
                           "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/"}},
              .mappings = {{finding::Framework::guide, "Regularly update to the latest version of Kubernetes"}}},
    .rule = ObjectRule{{kube::ResourceKind::pod}, run},
};

}  // namespace bulwark::posture

// Deployment, strategy: Recreate kills all pods before it makes new ones, and so does a rolling update that may
// have 100% unavailable. A volume claim that one pod alone may mount needs Recreate, so such pods are left out.
#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  const auto& spec = kube::as<kube::Deployment>(object)->spec;
  if (spec.replicas == 0) return;
  for (const kube::Volume& volume : spec.pod_template.spec.volumes) {
    if (volume.persistent_volume_claim != nullptr) return;
  }
  const FieldPath at = FieldPath("spec") / "strategy";
  if (spec.strategy.type == "Recreate") {
    report.broken(at / "type", "strategy \"Recreate\" stops all pods before the new ones start")
        .no_fix("whether old and new pods may run side by side is known to their owner alone");
  } else if (const auto* rolling = spec.strategy.rolling_update;
             rolling != nullptr && rolling->max_unavailable.text == "100%") {
    report.broken(at / "rollingUpdate" / "maxUnavailable", "maxUnavailable \"100%\" may stop all pods at once")
        .no_fix("how many pods must stay is known to their owner alone");
  }
}

}  // namespace

extern const Check recreate_strategy;
const Check recreate_strategy{
    .about = {.id = "recreate-strategy",
              .aliases = {"no-rolling-update-strategy"},
              .chapter = finding::Chapter::kubernetes_upgrades,
              .severity = finding::Severity::low,
              .title = "Deployments replace their pods step by step",
              .effect = "Every new version, of the program or of its image, is an outage.",
              .remedy = "Use the strategy RollingUpdate.",
              .sources = {{"Kubernetes: Deployments",
                           "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/"}},
              .mappings = {{finding::Framework::guide, "Regularly update to the latest version of Kubernetes"}}},
    .rule = ObjectRule{{kube::ResourceKind::deployment}, run},
};

}  // namespace bulwark::posture

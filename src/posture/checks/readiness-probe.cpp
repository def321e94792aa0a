// A pod without a readinessProbe is Ready as soon as its containers run, and counts for its disruption budget.
#include "posture/check.h"
#include "posture/serving.h"

namespace bulwark::posture {

namespace {

void run(const ContainerView& container, Reporter& report) {
  if (!serves(container) || container.container.readiness_probe != nullptr) return;
  report.broken(container.path("readinessProbe"), "the container opens ports and has no readinessProbe")
      .no_fix("what tells that the program is ready is known to its owner alone");
}

}  // namespace

extern const Check readiness_probe;
const Check readiness_probe{
    .about = {.id = "readiness-probe",
              .aliases = {"no-readiness-probe", "C-0018", "CKV_K8S_9", "readinessProbeMissing"},
              .chapter = finding::Chapter::kubernetes_upgrades,
              .severity = finding::Severity::low,
              .title = "Containers that serve say when they are ready",
              .effect = "During a drain or a rollout, traffic goes to pods that are not ready yet, and budgets "
                        "count them as healthy.",
              .remedy = "Add a readinessProbe.",
              .sources = {{"Kubernetes: liveness, readiness and startup probes",
                           "https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/"},
                          {"Kubernetes: safely drain a node",
                           "https://kubernetes.io/docs/tasks/administer-cluster/safely-drain-node/"}},
              .mappings = {{finding::Framework::guide, "Regularly update to the latest version of Kubernetes"}}},
    .rule = ContainerRule{run},
};

}  // namespace bulwark::posture

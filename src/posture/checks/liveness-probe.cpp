// Whether a liveness probe helps depends on the program; a wrong one makes outages worse. Not in the default
// standard.
#include "posture/check.h"
#include "posture/serving.h"

namespace bulwark::posture {

namespace {

void run(const ContainerView& container, Reporter& report) {
  if (!serves(container) || container.container.liveness_probe != nullptr) return;
  report.broken(container.path("livenessProbe"), "the container opens ports and has no livenessProbe")
      .no_fix("what tells that the program hangs is known to its owner alone");
}

}  // namespace

extern const Check liveness_probe;
const Check liveness_probe{
    .about =
        {.id = "liveness-probe",
         .aliases = {"no-liveness-probe", "C-0056", "CKV_K8S_8", "livenessProbeMissing"},
         .chapter = finding::Chapter::kubernetes_upgrades,
         .severity = finding::Severity::low,
         .title = "Containers that serve are restarted when they hang",
         .effect = "A program that hangs stays until somebody notices.",
         .remedy = "Add a livenessProbe that is cheaper than the readinessProbe.",
         .sources = {{"Kubernetes: liveness, readiness and startup probes",
                      "https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/"}},
         .mappings = {}},
    .in_guide = false,
    .rule = ContainerRule{run},
};

}  // namespace bulwark::posture

// pod-lifecycle: with a grace period of 0 the pod is killed at once. AKS waits 30 minutes for the drain of a node
// unless the pool has another --drain-timeout, and then the upgrade fails.
#include <fmt/format.h>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const PodView& pod, Reporter& report) {
  constexpr std::int64_t long_seconds = 600;
  constexpr std::int64_t aks_drain_timeout_seconds = 1800;
  if (!pod.spec.termination_grace_period_seconds) return;
  const std::int64_t seconds = *pod.spec.termination_grace_period_seconds;
  const FieldPath at = pod.spec_path() / "terminationGracePeriodSeconds";
  if (seconds == 0) {
    report.broken(at, "a grace period of 0 seconds kills the program without a word").fix([&] {
      return Edits{remove(at)};
    });
  } else if (seconds > aks_drain_timeout_seconds) {
    report
        .broken(at, fmt::format("a grace period of {} seconds is longer than the {} that AKS waits for a drain",
                                seconds, aks_drain_timeout_seconds))
        .severity(finding::Severity::high)
        .no_fix("how long the program needs to end is known to its owner alone");
  } else if (seconds > long_seconds) {
    report
        .broken(at,
                fmt::format("a grace period of {} seconds may hold up the drain of each node that long", seconds))
        .severity(finding::Severity::low)
        .no_fix("how long the program needs to end is known to its owner alone");
  }
}

}  // namespace

extern const Check termination_grace;
const Check termination_grace{
    .about = {.id = "termination-grace",
              .aliases = {},
              .chapter = finding::Chapter::kubernetes_upgrades,
              .severity = finding::Severity::medium,
              .title = "Pods have a little time to end, and not too much",
              .effect = "With none, requests in flight and unwritten data are lost at each drain; with too much, "
                        "the drain runs into its timeout and the upgrade fails.",
              .remedy = "Leave the default of 30 seconds, or set what the program truly needs.",
              .sources = {{"Kubernetes: pod lifecycle",
                           "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/"},
                          {"AKS: upgrade an AKS cluster",
                           "https://learn.microsoft.com/azure/aks/upgrade-aks-cluster"}},
              .mappings = {{finding::Framework::guide, "Regularly update to the latest version of Kubernetes"}}},
    .rule = PodRule{run},
};

}  // namespace bulwark::posture

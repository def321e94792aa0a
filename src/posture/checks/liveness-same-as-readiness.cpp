// Kubernetes, liveness, readiness and startup probes: a liveness probe that fails under load restarts what
// readiness would only have taken out of service for a while.
#include <algorithm>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

bool same(const kube::IntOrString& a, const kube::IntOrString& b) {
  return a.text == b.text && a.is_string == b.is_string;
}

// Whether they ask the same thing. gRPC probes are kept by their presence alone, and count as different.
bool ask_the_same(const kube::Probe& a, const kube::Probe& b) {
  if (a.http_get != nullptr && b.http_get != nullptr) {
    return a.http_get->path == b.http_get->path && same(a.http_get->port, b.http_get->port) &&
           a.http_get->host == b.http_get->host;
  }
  if (a.tcp_socket != nullptr && b.tcp_socket != nullptr) {
    return same(a.tcp_socket->port, b.tcp_socket->port) && a.tcp_socket->host == b.tcp_socket->host;
  }
  if (a.exec != nullptr && b.exec != nullptr) return std::ranges::equal(a.exec->command, b.exec->command);
  return false;
}

// Seconds of failing after which a probe acts; the defaults are those of the API.
std::int64_t patience(const kube::Probe& probe) {
  constexpr std::int64_t most = 1'000'000'000;  // whatever stands there, the product fits
  return std::clamp<std::int64_t>(probe.period_seconds.value_or(10), 1, most) *
         std::clamp<std::int64_t>(probe.failure_threshold.value_or(3), 1, most);
}

void run(const ContainerView& container, Reporter& report) {
  const kube::Probe* liveness = container.container.liveness_probe;
  const kube::Probe* readiness = container.container.readiness_probe;
  if (liveness == nullptr || readiness == nullptr || !ask_the_same(*liveness, *readiness)) return;
  // A liveness probe that waits longer lets readiness act first.
  if (patience(*liveness) > patience(*readiness)) return;
  report
      .broken(container.path("livenessProbe"),
              "the livenessProbe asks what the readinessProbe asks, and is no more patient")
      .no_fix("what tells that the program hangs is known to its owner alone");
}

}  // namespace

extern const Check liveness_same_as_readiness;
const Check liveness_same_as_readiness{
    .about =
        {.id = "liveness-same-as-readiness",
         .aliases = {},
         .chapter = finding::Chapter::kubernetes_upgrades,
         .severity = finding::Severity::low,
         .title = "Being slow is no reason to be restarted",
         .effect =
             "Under load, or while a dependency is upgraded, all pods are restarted at once instead of being "
             "taken out of service.",
         .remedy = "Give the livenessProbe a cheaper question or a higher failureThreshold.",
         .sources = {{"Kubernetes: liveness, readiness and startup probes",
                      "https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/"}},
         .mappings = {{finding::Framework::guide, "Regularly update to the latest version of Kubernetes"}}},
    .rule = ContainerRule{run},
};

}  // namespace bulwark::posture

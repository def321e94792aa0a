// Pod Security Standards, Baseline from v1.34, "Host Probes / Lifecycle Hooks": host of httpGet and tcpSocket must
// be unset or empty.
#include <fmt/format.h>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const ContainerView& container, Reporter& report) {
  const auto ask = [&](const auto* handler, const char* name, const char* parent = nullptr) {
    if (handler == nullptr) return;
    const auto forbidden = [&](const auto* action, const char* kind) {
      if (action == nullptr || action->host.empty()) return;
      const FieldPath at = (parent == nullptr ? container.path() : container.path(parent)) / name / kind / "host";
      report.broken(at, fmt::format("{} asks the host \"{}\"", name, action->host)).fix([&] {
        return Edits{remove(at)};
      });
    };
    forbidden(handler->http_get, "httpGet");
    forbidden(handler->tcp_socket, "tcpSocket");
  };
  const kube::Container& spec = container.container;
  ask(spec.liveness_probe, "livenessProbe");
  ask(spec.readiness_probe, "readinessProbe");
  ask(spec.startup_probe, "startupProbe");
  if (spec.lifecycle == nullptr) return;
  ask(spec.lifecycle->post_start, "postStart", "lifecycle");
  ask(spec.lifecycle->pre_stop, "preStop", "lifecycle");
}

}  // namespace

extern const Check probe_host;
const Check probe_host{
    .about = {.id = "probe-host",
              .aliases = {},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::medium,
              .title = "Probes and lifecycle hooks ask the pod itself",
              .effect = "The kubelet sends the request from the node to any address that the manifest names: a "
                        "way to reach services that the pod itself must not reach.",
              .remedy = "Remove host from the probe or hook; the kubelet then asks the pod's own address.",
              .sources = {{"Pod Security Standards",
                           "https://kubernetes.io/docs/concepts/security/pod-security-standards/"}},
              .mappings = {{finding::Framework::guide, "Secure container access to resources"},
                           {finding::Framework::pss_baseline, "Host Probes / Lifecycle Hooks"}}},
    .pss = {.level = PssLevel::baseline, .since = {1, 34}, .control = "hostProbesAndHostLifecycle"},
    .rule = ContainerRule{run},
};

}  // namespace bulwark::posture

// A probe's port by name must be one of the container's own ports.
#include <fmt/format.h>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const ContainerView& container, Reporter& report) {
  const auto judge = [&](const kube::Probe* probe, const char* name) {
    if (probe == nullptr) return;
    const auto port_of = [&](const kube::IntOrString& port, const char* action) {
      if (!port.is_string) return;
      for (const kube::ContainerPort& each : container.container.ports) {
        if (each.name == port.text) return;
      }
      report.broken(container.path(name) / action / "port",
                    fmt::format("{} asks the port \"{}\", which the container does not have", name, port.text));
    };
    if (probe->http_get != nullptr) port_of(probe->http_get->port, "httpGet");
    if (probe->tcp_socket != nullptr) port_of(probe->tcp_socket->port, "tcpSocket");
  };
  judge(container.container.liveness_probe, "livenessProbe");
  judge(container.container.readiness_probe, "readinessProbe");
  judge(container.container.startup_probe, "startupProbe");
}

}  // namespace

extern const Check probe_port;
const Check probe_port{
    .about =
        {.id = "probe-port",
         .aliases = {"liveness-port", "readiness-port", "startup-port"},
         .chapter = finding::Chapter::kubernetes_upgrades,
         .severity = finding::Severity::medium,
         .title = "Probes ask a port that the container has",
         .effect = "The probe never succeeds: the pod is never ready, or is restarted for ever.",
         .remedy = "Name a port that stands in the container's ports.",
         .sources = {{"Kubernetes: liveness, readiness and startup probes",
                      "https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/"}},
         .mappings = {}},
    .rule = ContainerRule{run},
};

}  // namespace bulwark::posture

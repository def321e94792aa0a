// A probe's port by name must be one of the container's own ports; by number, one that there can be. Digits in
// quotes are a name to the API server, and no valid one.
#include <fmt/format.h>

#include <algorithm>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

// What is wrong with the port; empty when nothing is.
std::string fault_of(const kube::IntOrString& port, const kube::Container& container) {
  if (!port.set()) return {};
  if (port.is_string) {
    const auto& ports = container.ports;
    if (std::any_of(ports.begin(), ports.end(),
                    [&](const kube::ContainerPort& each) { return each.name == port.text; })) {
      return {};
    }
    const bool digits = !port.text.empty() && port.text.find_first_not_of("0123456789") == std::string_view::npos;
    return digits ? fmt::format("the number \"{}\" in quotes, which the API server refuses", port.text)
                  : fmt::format("the port \"{}\", which the container does not have", port.text);
  }
  std::int64_t number = 0;
  if (document::integer_value(port.text, number) && number >= 1 && number <= 65535) return {};
  return fmt::format("the port {}, which cannot be", port.text);
}

void run(const ContainerView& container, Reporter& report) {
  const auto judge = [&](const kube::Probe* probe, const char* name) {
    if (probe == nullptr) return;
    const auto port_of = [&](const kube::IntOrString& port, const char* action) {
      const std::string fault = fault_of(port, container.container);
      if (fault.empty()) return;
      report.broken(container.path(name) / action / "port", fmt::format("{} asks {}", name, fault))
          .no_fix("which port is meant is known to its owner alone");
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
         .severity = finding::Severity::high,
         .title = "Probes ask a port that the container has",
         .effect = "The probe never succeeds: the pod is never ready, or is restarted for ever.",
         .remedy = "Name a port that stands in the container's ports.",
         .sources = {{"Kubernetes: liveness, readiness and startup probes",
                      "https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/"}},
         .mappings = {}},
    .rule = ContainerRule{run},
};

}  // namespace bulwark::posture

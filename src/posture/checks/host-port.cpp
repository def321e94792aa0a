// Pod Security Standards, Baseline, "Host Ports": hostPort must be unset or 0.
#include <fmt/format.h>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const ContainerView& container, Reporter& report) {
  const auto ports = container.container.ports;
  for (std::size_t i = 0; i < ports.size(); ++i) {
    if (ports[i].host_port.value_or(0) == 0) continue;
    const FieldPath at = container.path("ports") / i / "hostPort";
    report.broken(at, fmt::format("port {} of the node is opened", *ports[i].host_port))
        .no_fix("who reaches the port through the node is not in the manifest");
  }
}

}  // namespace

extern const Check host_port;
const Check host_port{
    .about = {.id = "host-port",
              .aliases = {"KSV024"},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::medium,
              .title = "Containers open no port of the node",
              .effect = "The port is open on the node's own address, past Services and often past network "
                        "policies, and two such pods cannot share a node.",
              .remedy = "Remove hostPort and publish the port through a Service.",
              .sources = {{"Pod Security Standards",
                           "https://kubernetes.io/docs/concepts/security/pod-security-standards/"}},
              .mappings = {{finding::Framework::guide, "Secure container access to resources"},
                           {finding::Framework::pss_baseline, "Host Ports"},
                           {finding::Framework::cis_kubernetes, "5.2.13"},
                           {finding::Framework::defender,
                            "Usage of host networking and ports should be restricted"}}},
    .pss = {.level = PssLevel::baseline, .since = {1, 0}, .control = "hostPorts"},
    .rule = ContainerRule{run},
};

}  // namespace bulwark::posture

// Defender alerts on SSH servers in containers (K8S.NODE_ContainerSSH).
#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const ContainerView& container, Reporter& report) {
  const auto ports = container.container.ports;
  for (std::size_t i = 0; i < ports.size(); ++i) {
    if (ports[i].container_port != 22 || (!ports[i].protocol.empty() && ports[i].protocol != "TCP")) continue;
    report.broken(container.path("ports") / i / "containerPort", "port 22 is that of SSH")
        .no_fix("the server must be taken out of the image");
  }
}

}  // namespace

extern const Check ssh_port;
const Check ssh_port{
    .about = {.id = "ssh-port",
              .aliases = {"C-0042"},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::medium,
              .title = "Containers run no SSH server",
              .effect =
                  "An SSH server in a container is a way in past the API server, its rights and its audit log.",
              .remedy = "Remove the SSH server; use `kubectl exec` or an ephemeral container.",
              .sources =
                  {{"Defender for Containers",
                    "https://learn.microsoft.com/azure/defender-for-cloud/defender-for-containers-introduction"}},
              .mappings = {{finding::Framework::guide, "Secure container access to resources"},
                           {finding::Framework::mitre, "T1021"}}},
    .rule = ContainerRule{run},
};

}  // namespace bulwark::posture

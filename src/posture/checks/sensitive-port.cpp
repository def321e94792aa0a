// Defender alerts K8S_ExposedPostgresBroadIPRange, K8S_ExposedRedis and their kin.
#include <fmt/format.h>

#include <array>
#include <cstdint>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

struct Port {
  std::int64_t number;
  std::string_view name;
};
constexpr std::array sensitive{Port{22, "SSH"},        Port{23, "Telnet"},       Port{2379, "etcd"},
                               Port{3306, "MySQL"},    Port{3389, "RDP"},        Port{5432, "PostgreSQL"},
                               Port{6379, "Redis"},    Port{6443, "API server"}, Port{9200, "Elasticsearch"},
                               Port{10250, "kubelet"}, Port{11211, "memcached"}, Port{27017, "MongoDB"}};

void run(const kube::Object& object, Reporter& report) {
  const kube::ServiceSpec& service = kube::as<kube::Service>(object)->spec;
  if (service.type != "LoadBalancer" && service.type != "NodePort") return;
  if (kube::find_label(object.metadata.annotations, "service.beta.kubernetes.io/azure-load-balancer-internal") ==
      "true")
    return;
  for (std::size_t i = 0; i < service.ports.size(); ++i) {
    for (const Port& port : sensitive) {
      if (service.ports[i].port != port.number) continue;
      report
          .broken(FieldPath("spec") / "ports" / i / "port",
                  fmt::format("port {} ({}) is open to the network", port.number, port.name))
          .no_fix("who may call the service is known to its owner alone");
    }
  }
}

}  // namespace

extern const Check sensitive_port;
const Check sensitive_port{
    .about =
        {.id = "sensitive-port",
         .aliases = {},
         .chapter = finding::Chapter::api_server_access,
         .severity = finding::Severity::high,
         .title = "No administration or database port is open to the network",
         .effect = "Ports of databases, SSH and the kubelet are what scanners look for first.",
         .remedy = "Use a ClusterIP, and reach the port through a private network or `kubectl port-forward`.",
         .sources = {{"Defender for Containers",
                      "https://learn.microsoft.com/azure/defender-for-cloud/defender-for-containers-introduction"},
                     {"Kubernetes: Service", "https://kubernetes.io/docs/concepts/services-networking/service/"}},
         .mappings = {{finding::Framework::guide, "Cluster isolation"},
                      {finding::Framework::defender, "Services should listen on allowed ports only"},
                      {finding::Framework::mitre, "T1133"}}},
    .rule = ObjectRule{{kube::ResourceKind::service}, run},
};

}  // namespace bulwark::posture

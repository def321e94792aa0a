// Defender alerts K8S_ExposedPostgresBroadIPRange, K8S_ExposedRedis and their kin; the recommendation that
// services listen on allowed ports only.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "document/scalar.h"
#include "posture/check.h"
#include "posture/exposure.h"

namespace bulwark::posture {

namespace {

struct Port {
  std::int64_t number;
  std::string_view name;
};
constexpr std::array sensitive{Port{22, "SSH"},          Port{23, "Telnet"},          Port{445, "SMB"},
                               Port{1433, "SQL Server"}, Port{2375, "Docker"},        Port{2379, "etcd"},
                               Port{2380, "etcd"},       Port{3306, "MySQL"},         Port{3389, "RDP"},
                               Port{5432, "PostgreSQL"}, Port{5985, "WinRM"},         Port{6379, "Redis"},
                               Port{6443, "API server"}, Port{9200, "Elasticsearch"}, Port{10250, "kubelet"},
                               Port{10255, "kubelet"},   Port{11211, "memcached"},    Port{27017, "MongoDB"}};

const Port* find(std::int64_t number) {
  const auto found =
      std::find_if(sensitive.begin(), sensitive.end(), [&](const Port& each) { return each.number == number; });
  return found == sensitive.end() ? nullptr : &*found;
}

void run(const kube::Object& object, Reporter& report) {
  const Exposure exposure = exposure_of(object);
  const bool internet = exposure == Exposure::internet;
  const kube::ServiceSpec& service = kube::as<kube::Service>(object)->spec;
  if (!internet && service.type != "NodePort") return;
  for (std::size_t i = 0; i < service.ports.size(); ++i) {
    const kube::ServicePort& each = service.ports[i];
    std::int64_t target = 0;
    const bool by_number = each.target_port.set() && !each.target_port.is_string &&
                           document::integer_value(each.target_port.text, target);
    const Port* port = find(each.port.value_or(0));
    const FieldPath at = FieldPath("spec") / "ports" / i;
    const bool behind = port == nullptr && by_number;
    if (behind) port = find(target);
    if (port == nullptr) continue;
    report
        .broken(at / (behind ? "targetPort" : "port"),
                fmt::format("port {} ({}) is open to {}", port->number, port->name,
                            internet ? "the internet" : "the network of the nodes"))
        .severity(internet ? finding::Severity::high : finding::Severity::medium)
        .no_fix("who may call the service is known to its owner alone");
  }
}

}  // namespace

extern const Check sensitive_port;
const Check sensitive_port{
    .about = {.id = "sensitive-port",
              .aliases = {},
              .chapter = finding::Chapter::api_server_access,
              .severity = finding::Severity::high,
              .title = "No administration or database port is open to the network",
              .effect = "Ports of databases, SSH and the kubelet are what scanners look for first.",
              .remedy = "Use a ClusterIP, and reach the port through a private network or `kubectl port-forward`.",
              .sources = {{"Kubernetes: Service",
                           "https://kubernetes.io/docs/concepts/services-networking/service/"},
                          {"Defender for Cloud: container alerts",
                           "https://learn.microsoft.com/azure/defender-for-cloud/alerts-containers"}},
              .mappings = {{finding::Framework::guide, "Cluster isolation"},
                           {finding::Framework::defender, "Services should listen on allowed ports only"},
                           {finding::Framework::mitre, "T1133"}}},
    .rule = ObjectRule{{kube::ResourceKind::service}, run},
};

}  // namespace bulwark::posture

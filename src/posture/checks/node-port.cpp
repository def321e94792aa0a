// Defender: services should listen on allowed ports only.
#include <fmt/format.h>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  const kube::ServiceSpec& service = kube::as<kube::Service>(object)->spec;
  if (service.type != "NodePort") return;
  report.broken(FieldPath("spec") / "type", "the service opens a port on every node");
}

}  // namespace

extern const Check node_port;
const Check node_port{
    .about = {.id = "node-port",
              .aliases = {"exposed-services"},
              .chapter = finding::Chapter::api_server_access,
              .severity = finding::Severity::low,
              .title = "Services open no port on every node",
              .effect = "The port is open on the address of every node, past the load balancer and its rules.",
              .remedy = "Use a ClusterIP with an Ingress, or a LoadBalancer.",
              .sources = {{"Kubernetes: Service",
                           "https://kubernetes.io/docs/concepts/services-networking/service/"}},
              .mappings = {{finding::Framework::guide, "Cluster isolation"},
                           {finding::Framework::defender, "Services should listen on allowed ports only"}}},
    .rule = ObjectRule{{kube::ResourceKind::service}, run},
};

}  // namespace bulwark::posture

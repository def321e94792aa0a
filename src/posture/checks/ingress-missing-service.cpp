// An Ingress whose backend is no Service of its namespace, or a port that the Service does not have, answers with
// an error.
#include <fmt/format.h>

#include <string>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

struct Backends {
  const kube::Inventory& inventory;
  ClusterReporter& report;
  const kube::Object& ingress;

  void judge(const kube::IngressBackend& backend, const FieldPath& at) const {
    const std::string_view name = backend.target();
    if (name.empty()) return;
    report.judged(ingress);
    const bool beta = backend.service == nullptr;
    const kube::Object* service =
        inventory.find(kube::ResourceKind::service, ingress.namespace_or_default(), name);
    if (service == nullptr) {
      report
          .broken(ingress, beta ? at / "serviceName" : at / "service" / "name",
                  fmt::format("namespace \"{}\" has no Service \"{}\"", ingress.namespace_or_default(), name))
          .no_fix("which Service is meant is known to its owner alone");
      return;
    }
    const kube::ServiceSpec& spec = kube::as<kube::Service>(*service)->spec;
    // A Service without ports, or for a name outside, says nothing about its ports.
    if (spec.type == "ExternalName" || spec.ports.empty()) return;
    const std::string wanted = !beta                        ? port_text(backend.service->port)
                               : backend.service_port.set() ? std::string(backend.service_port.text)
                                                            : std::string();
    if (wanted.empty()) return;
    for (const kube::ServicePort& port : spec.ports) {
      if (port.name == wanted || (port.port && std::to_string(*port.port) == wanted)) return;
    }
    report
        .broken(ingress, beta ? at / "servicePort" : at / "service" / "port",
                fmt::format("Service \"{}\" has no port \"{}\"", name, wanted))
        .no_fix("which port is meant is known to its owner alone");
  }

  static std::string port_text(const kube::ServiceBackendPort& port) {
    return port.number ? std::to_string(*port.number) : std::string(port.name);
  }
};

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  for (const kube::Object* object : inventory.of(kube::ResourceKind::ingress)) {
    // Without any Service here, they are somewhere else.
    if (inventory.of(kube::ResourceKind::service, object->namespace_or_default()).empty()) continue;
    const Backends backends{inventory, report, *object};
    const kube::IngressSpec& spec = kube::as<kube::Ingress>(*object)->spec;
    if (spec.default_backend != nullptr) {
      backends.judge(*spec.default_backend, FieldPath("spec") / "defaultBackend");
    }
    if (spec.backend != nullptr) backends.judge(*spec.backend, FieldPath("spec") / "backend");
    for (std::size_t i = 0; i < spec.rules.size(); ++i) {
      if (spec.rules[i].http == nullptr) continue;
      const auto paths = spec.rules[i].http->paths;
      for (std::size_t k = 0; k < paths.size(); ++k) {
        backends.judge(paths[k].backend, FieldPath("spec") / "rules" / i / "http" / "paths" / k / "backend");
      }
    }
  }
}

}  // namespace

extern const Check ingress_missing_service;
const Check ingress_missing_service{
    .about = {.id = "ingress-missing-service",
              .aliases = {"dangling-ingress"},
              .chapter = finding::Chapter::kubernetes_upgrades,
              .severity = finding::Severity::medium,
              .title = "Ingresses send to Services and ports that exist",
              .effect = "Every request to the path is answered with an error.",
              .remedy = "Correct the name or port of the backend, or add the Service.",
              .sources = {{"Kubernetes: Ingress",
                           "https://kubernetes.io/docs/concepts/services-networking/ingress/"}},
              .mappings = {{finding::Framework::guide, "Regularly update to the latest version of Kubernetes"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

// Service, targetPort: a name is looked up among the ports of each pod's containers; pods without it get no
// endpoint.
#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "posture/check.h"
#include "posture/workloads.h"

namespace bulwark::posture {

namespace {

bool has_port(const Workload& workload, std::string_view name) {
  const auto any = [&](std::span<const kube::Container> containers) {
    return std::any_of(containers.begin(), containers.end(), [&](const kube::Container& container) {
      return std::any_of(container.ports.begin(), container.ports.end(),
                         [&](const kube::ContainerPort& port) { return port.name == name; });
    });
  };
  return any(workload.spec->containers) || any(workload.spec->init_containers);
}

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  for (const std::string_view name_space : inventory.namespaces()) {
    const auto services = inventory.of(kube::ResourceKind::service, name_space);
    if (services.empty()) continue;
    const WorkloadIndex& workloads = inventory.workload_index(name_space);
    for (const kube::Object* service : services) {
      const kube::ServiceSpec& spec = kube::as<kube::Service>(*service)->spec;
      if (spec.selector.empty() || spec.type == "ExternalName") continue;
      for (std::size_t i = 0; i < spec.ports.size(); ++i) {
        const kube::IntOrString& target = spec.ports[i].target_port;
        if (!target.is_string) continue;
        const Workload* first = nullptr;
        bool found = false;
        workloads.for_each_selected({spec.selector, {}}, [&](const Workload& workload, std::size_t) {
          if (first == nullptr) first = &workload;
          found |= has_port(workload, target.text);
        });
        if (first == nullptr) continue;
        report.judged(*service);
        if (found) continue;
        report
            .broken(
                *service, FieldPath("spec") / "ports" / i / "targetPort",
                fmt::format("no container of {} has a port named \"{}\"", describe(*first->object), target.text))
            .no_fix("which port is meant is known to its owner alone");
      }
    }
  }
}

}  // namespace

extern const Check service_missing_port;
const Check service_missing_port{
    .about = {.id = "service-missing-port",
              .aliases = {},
              .chapter = finding::Chapter::kubernetes_upgrades,
              .severity = finding::Severity::medium,
              .title = "Services send to ports that their pods have",
              .effect = "The Service has no endpoints for this port, and every call to it fails.",
              .remedy = "Name a port of the container, or give the number.",
              .sources = {{"Kubernetes: Service",
                           "https://kubernetes.io/docs/concepts/services-networking/service/"}},
              .mappings = {{finding::Framework::guide, "Regularly update to the latest version of Kubernetes"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

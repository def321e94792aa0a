// A Service whose selector matches no pod has no endpoints: every call to it fails.
#include "posture/check.h"
#include "posture/workloads.h"

namespace bulwark::posture {

namespace {

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  for (const std::string_view name_space : inventory.namespaces()) {
    const auto services = inventory.of(kube::ResourceKind::service, name_space);
    if (services.empty()) continue;
    const WorkloadIndex& workloads = inventory.workload_index(name_space);
    // Without any workload here, they are somewhere else.
    if (workloads.all().empty()) continue;
    for (const kube::Object* service : services) {
      const kube::ServiceSpec& spec = kube::as<kube::Service>(*service)->spec;
      if (spec.selector.empty() || spec.type == "ExternalName") continue;
      report.judged(*service);
      const kube::LabelSelector selector{spec.selector, {}};
      bool selects_any = false;
      workloads.for_each_selected(selector, [&](const Workload&, std::size_t) { selects_any = true; });
      if (selects_any) continue;
      report
          .broken(*service, FieldPath("spec") / "selector",
                  nothing_matches(workloads.all().size(), name_space, kube::text(selector)))
          .no_fix("which pods are meant is known to its owner alone");
    }
  }
}

}  // namespace

extern const Check service_without_pods;
const Check service_without_pods{
    .about = {.id = "service-without-pods",
              .aliases = {"dangling-service"},
              .chapter = finding::Chapter::kubernetes_upgrades,
              .severity = finding::Severity::medium,
              .title = "Services select pods that exist",
              .effect = "The Service has no endpoints, and every call to it fails.",
              .remedy = "Make the selector match the labels of the pod template.",
              .sources = {{"Kubernetes: Service",
                           "https://kubernetes.io/docs/concepts/services-networking/service/"}},
              .mappings = {{finding::Framework::guide, "Regularly update to the latest version of Kubernetes"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

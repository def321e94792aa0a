// Defender alerts K8S_ExposedDashboard and K8S_ExposedKubeflow.
#include <fmt/format.h>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  const auto* service = kube::as<kube::Service>(object);
  if (service->spec.type != "LoadBalancer" && service->spec.type != "NodePort") return;
  for (const std::string_view name : {"kubernetes-dashboard", "kubeflow", "argo-server", "weave-scope"}) {
    if (object.metadata.name.find(name) == std::string_view::npos) continue;
    report.broken(FieldPath("spec") / "type",
                  fmt::format("the dashboard \"{}\" is open to the network", object.metadata.name));
    return;
  }
}

}  // namespace

extern const Check exposed_dashboard;
const Check exposed_dashboard{
    .about = {.id = "exposed-dashboard",
              .aliases = {},
              .chapter = finding::Chapter::threat_protection,
              .severity = finding::Severity::high,
              .title = "No dashboard is open to the network",
              .effect = "The Kubernetes dashboard acts with the rights of its own account for whoever reaches it.",
              .remedy = "Remove the dashboard, or reach it through `kubectl proxy` alone.",
              .sources =
                  {{"Defender for Containers",
                    "https://learn.microsoft.com/azure/defender-for-cloud/defender-for-containers-introduction"}},
              .mappings = {{finding::Framework::guide, "Enable threat protection"},
                           {finding::Framework::mitre, "T1133"}}},
    .rule = ObjectRule{{kube::ResourceKind::service}, run},
};

}  // namespace bulwark::posture

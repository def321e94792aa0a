// Defender alerts K8S_ExposedDashboard and K8S_ExposedKubeflow.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "posture/check.h"
#include "posture/exposure.h"

namespace bulwark::posture {

namespace {

constexpr std::array<std::string_view, 5> dashboards{"kubernetes-dashboard", "kubeflow", "argo-server",
                                                     "argocd-server", "weave-scope"};

void run(const kube::Object& object, Reporter& report) {
  const Exposure exposure = exposure_of(object);
  const auto& service = *kube::as<kube::Service>(object);
  if (exposure != Exposure::internet && service.spec.type != "NodePort") return;
  for (const std::string_view name : dashboards) {
    const auto& selector = service.spec.selector;
    const bool selects = std::any_of(selector.begin(), selector.end(),
                                     [&](const kube::Label& label) { return label.value == name; });
    if (!selects && object.metadata.name.find(name) == std::string_view::npos) continue;
    report
        .broken(FieldPath("spec") / "type",
                fmt::format("the dashboard \"{}\" is open to {}", object.metadata.name,
                            exposure == Exposure::internet ? "the internet" : "the network of the nodes"))
        .no_fix("who uses the dashboard is known to its owner alone");
    return;
  }
}

}  // namespace

extern const Check exposed_dashboard;
const Check exposed_dashboard{
    .about = {.id = "exposed-dashboard",
              .aliases = {"C-0014"},
              .chapter = finding::Chapter::threat_protection,
              .severity = finding::Severity::high,
              .title = "No dashboard is open to the network",
              .effect = "The Kubernetes dashboard acts with the rights of its own account for whoever reaches it.",
              .remedy = "Remove the dashboard, or reach it through `kubectl proxy` alone.",
              .sources =
                  {{"Defender for Cloud: container alerts",
                    "https://learn.microsoft.com/azure/defender-for-cloud/alerts-containers"},
                   {"Defender for Containers",
                    "https://learn.microsoft.com/azure/defender-for-cloud/defender-for-containers-introduction"}},
              .mappings = {{finding::Framework::guide, "Enable threat protection"},
                           {finding::Framework::mitre, "T1133"}}},
    .rule = ObjectRule{{kube::ResourceKind::service}, run},
};

}  // namespace bulwark::posture

// Defender alert K8S_KubeSystemContainer: kube-system should not contain user resources, and attackers hide there.
// Agents of the node and what the cluster itself needs, by kind or priority, belong there, as do the images of AKS
// and Kubernetes.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "posture/check.h"
#include "posture/image.h"
#include "posture/user_namespaces.h"

namespace bulwark::posture {

namespace {

bool is_of_the_platform(const kube::Container& container) {
  static constexpr std::array<std::string_view, 5> registries{"mcr.microsoft.com", "mcr.azk8s.cn",
                                                              "registry.k8s.io", "k8s.gcr.io", "gke.gcr.io"};
  const std::string_view registry = parse_image(container.image).registry;
  return std::find(registries.begin(), registries.end(), registry) != registries.end() ||
         registry.ends_with(".amazonaws.com");
}

void run(const PodView& pod, Reporter& report) {
  const kube::Object& object = pod.object;
  if (object.metadata.name_space != "kube-system" || object.kind == kube::ResourceKind::daemon_set) return;
  if (is_managed(object) || object.metadata.controller() != nullptr) return;
  if (pod.spec.priority_class_name.starts_with("system-")) return;
  const auto containers = pod.spec.containers;
  if (containers.empty() || std::all_of(containers.begin(), containers.end(), is_of_the_platform)) return;
  report
      .broken(FieldPath("metadata") / "namespace",
              fmt::format("{} \"{}\" runs among the cluster's own pods", object.kind_name, object.metadata.name))
      .no_fix("the namespace that it belongs to is known to its owner alone");
}

}  // namespace

extern const Check kube_system_workload;
const Check kube_system_workload{
    .about = {.id = "kube-system-workload",
              .aliases = {},
              .chapter = finding::Chapter::threat_protection,
              .severity = finding::Severity::low,
              .title = "Workloads of one's own live outside of kube-system",
              .effect =
                  "Azure Policy, webhooks and many rules leave kube-system out, so nothing there is judged at "
                  "admission, and Defender takes the new container for an intruder's.",
              .remedy = "Give the workload a namespace of its own.",
              .sources = {{"Defender for Cloud: container alerts",
                           "https://learn.microsoft.com/azure/defender-for-cloud/alerts-containers"},
                          {"Kubernetes: namespaces",
                           "https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/"}},
              .mappings = {{finding::Framework::guide, "Enable threat protection"},
                           {finding::Framework::mitre, "T1036.005"}}},
    .rule = PodRule{run},
};

}  // namespace bulwark::posture

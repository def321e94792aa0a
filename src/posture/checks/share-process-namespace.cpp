// spec.shareProcessNamespace: true removes the border between the containers of a pod.
#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const PodView& pod, Reporter& report) {
  if (!pod.spec.share_process_namespace.value_or(false)) return;
  // One container alone has nobody to share with; it may want the pause container to reap its children.
  std::size_t together = 0;
  for_each_container(pod, [&](const ContainerView& view) {
    if (view.is_long_running() || view.role == ContainerRole::ephemeral) ++together;
  });
  if (together < 2) return;
  report.broken(pod.spec_path() / "shareProcessNamespace", "the containers share their process namespace")
      .no_fix("a container may send signals to another");
}

}  // namespace

extern const Check share_process_namespace;
const Check share_process_namespace{
    .about = {.id = "share-process-namespace",
              .aliases = {},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::low,
              .title = "Containers of a pod do not see each other's processes",
              .effect =
                  "Each container of the pod can read the memory and environment of the others, secrets included.",
              .remedy = "Remove shareProcessNamespace.",
              .sources = {{"AKS: pod security",
                           "https://learn.microsoft.com/azure/aks/developer-best-practices-pod-security"}},
              .mappings = {{finding::Framework::guide, "Secure container access to resources"}}},
    .rule = PodRule{run},
};

}  // namespace bulwark::posture

// use-azure-ad-pod-identity.md: deprecated 2022-10-24, archived 2023-09, the AKS add-on supported to 2025-09.
#include <fmt/format.h>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  const bool custom = object.group() == "aadpodidentity.k8s.io";
  const bool nmi = object.kind == kube::ResourceKind::daemon_set &&
                   (object.metadata.name == "nmi" || object.metadata.name == "aad-pod-identity-nmi");
  if (custom || nmi) {
    report
        .broken({}, fmt::format("{} {} belongs to AAD pod identity, which has no support", object.kind_name,
                                object.metadata.name))
        .no_fix("the workload must be moved to workload identity first");
    return;
  }
  const kube::PodLocation pod = kube::pod_of(object);
  if (pod.spec == nullptr || kube::find_label(pod.metadata->labels, "aadpodidbinding").data() == nullptr) return;
  FieldPath at;
  for (const std::string_view key : pod.path) at = std::move(at) / key;
  report
      .broken(std::move(at) / "metadata" / "labels" / "aadpodidbinding",
              "the pod gets its identity from AAD pod identity, which has no support")
      .no_fix("the workload must be moved to workload identity first");
}

}  // namespace

extern const Check pod_identity;
const Check pod_identity{
    .about =
        {.id = "pod-identity",
         .aliases = {},
         .chapter = finding::Chapter::instance_metadata,
         .severity = finding::Severity::high,
         .title = "Nothing rests on AAD pod identity",
         .effect =
             "Pod identity is deprecated since 2022, its project archived since 2023 and without support on AKS "
             "since 2025: it gets no fixes, and its NMI pods answer for the metadata service on every node.",
         .remedy = "Move to Microsoft Entra Workload ID.",
         .sources = {{"AKS: pod identity (deprecated)",
                      "https://learn.microsoft.com/azure/aks/use-azure-ad-pod-identity"},
                     {"AKS: workload identity",
                      "https://learn.microsoft.com/azure/aks/workload-identity-overview"}},
         .mappings = {{finding::Framework::guide, "Restrict access to the Instance Metadata API"}}},
    .rule = ObjectRule{{}, run},
};

}  // namespace bulwark::posture

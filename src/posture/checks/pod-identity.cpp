// use-azure-ad-pod-identity.md: deprecated 2022-10-24, archived 2023-09, the AKS add-on supported to 2025-09.
// Its parts: objects of aadpodidentity.k8s.io, the DaemonSet of NMI and the Deployment of MIC, and the label
// aadpodidbinding of pods.
#include <fmt/format.h>

#include <algorithm>

#include "posture/check.h"
#include "posture/image.h"

namespace bulwark::posture {

namespace {

// The images of NMI and MIC: mcr.microsoft.com/oss/azure/aad-pod-identity/nmi.
bool has_image(const kube::PodSpec& pod) {
  return std::any_of(pod.containers.begin(), pod.containers.end(), [](const kube::Container& each) {
    const std::string_view repository = parse_image(each.image).repository;
    return repository.ends_with("aad-pod-identity/nmi") || repository.ends_with("aad-pod-identity/mic");
  });
}

void run(const kube::Object& object, Reporter& report) {
  constexpr std::string_view no_fix = "the workload must be moved to workload identity first";
  const FieldPath name = FieldPath("metadata") / "name";
  if (object.group() == "aadpodidentity.k8s.io") {
    report
        .broken(name, fmt::format("{} \"{}\" belongs to Microsoft Entra pod identity, which has no support",
                                  object.kind_name, object.metadata.name))
        .no_fix(no_fix);
    return;
  }
  const kube::PodLocation pod = kube::pod_of(object);
  if (pod.spec == nullptr) return;
  const bool nmi = object.kind == kube::ResourceKind::daemon_set &&
                   (object.metadata.name == "nmi" || object.metadata.name == "aad-pod-identity-nmi");
  if (nmi || has_image(*pod.spec)) {
    report
        .broken(name, fmt::format("\"{}\" is a server of Microsoft Entra pod identity, which has no support",
                                  object.metadata.name))
        .no_fix(no_fix);
    return;
  }
  if (!kube::is_set(kube::find_label(pod.metadata->labels, "aadpodidbinding"))) return;
  FieldPath at;
  for (const std::string_view key : pod.path) at = std::move(at) / key;
  report
      .broken(std::move(at) / "metadata" / "labels" / "aadpodidbinding",
              "the pod gets its identity from Microsoft Entra pod identity, which has no support")
      .no_fix(no_fix);
}

}  // namespace

extern const Check pod_identity;
const Check pod_identity{
    .about =
        {.id = "pod-identity",
         .aliases = {},
         .chapter = finding::Chapter::instance_metadata,
         .severity = finding::Severity::high,
         .title = "Nothing rests on Microsoft Entra pod identity",
         .effect =
             "Pod identity is deprecated since 2022, its project archived since 2023 and without support on AKS "
             "since 2025: it gets no fixes, and its NMI pods answer for the metadata service on every node.",
         .remedy = "Move to Microsoft Entra Workload ID.",
         .sources = {{"AKS: pod-managed identities",
                      "https://learn.microsoft.com/azure/aks/use-azure-ad-pod-identity"},
                     {"AKS: Microsoft Entra Workload ID",
                      "https://learn.microsoft.com/azure/aks/workload-identity-overview"}},
         .mappings = {{finding::Framework::guide, "Restrict access to Instance Metadata API"}}},
    .rule = ObjectRule{{}, run},
};

}  // namespace bulwark::posture

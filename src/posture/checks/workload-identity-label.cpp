// workload-identity-overview: the webhook changes the pods with the label azure.workload.identity/use: "true".
// A label of the Deployment, or an annotation, is not seen.
#include <fmt/format.h>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

constexpr std::string_view use = "azure.workload.identity/use";

void run(const PodView& pod, Reporter& report) {
  const std::string_view label = kube::find_label(pod.metadata.labels, use);
  if (label == "true") return;
  const auto want = [&] { return pod.path("metadata") / "labels" / use; };
  const auto fix = [&] { return Edits{set(want(), document::Literal::string("true"))}; };
  if (kube::is_set(label)) {
    if (label != "false") {
      report
          .broken(want(),
                  fmt::format("the label is \"{}\", not \"true\": the webhook does not see the pod", label))
          .no_fix("whether the pod is to have the identity is known to its owner alone");
    }
  } else if (kube::find_label(pod.metadata.annotations, use) == "true") {
    report.broken(pod.path("metadata") / "annotations" / use, "an annotation where the webhook looks for a label")
        .fix(fix);
  } else if (!pod.prefix.empty() && kube::find_label(pod.object.metadata.labels, use) == "true") {
    report
        .broken(FieldPath("metadata") / "labels" / use,
                fmt::format("the label is the {}'s and not its pods'", pod.object.kind_name))
        .fix(fix);
  }
}

}  // namespace

extern const Check workload_identity_label;
const Check workload_identity_label{
    .about = {.id = "workload-identity-label",
              .aliases = {},
              .chapter = finding::Chapter::instance_metadata,
              .severity = finding::Severity::medium,
              .title = "Pods with a workload identity have its label",
              .effect = "The pod starts without the identity's token, and its SDK falls back on others, such as "
                        "that of the node at the metadata service.",
              .remedy =
                  "Set the label azure.workload.identity/use: \"true\" in the pod's, or the template's, metadata.",
              .sources = {{"AKS: Microsoft Entra Workload ID",
                           "https://learn.microsoft.com/azure/aks/workload-identity-overview"}},
              .mappings = {{finding::Framework::guide, "Restrict access to Instance Metadata API"}}},
    .rule = PodRule{run},
};

}  // namespace bulwark::posture

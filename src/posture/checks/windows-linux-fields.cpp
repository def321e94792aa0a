// KEP-2802: with spec.os.name: windows the API server refuses the security fields that only Linux has ("cannot be
// set for a windows pod"); from 1.25 on in all clusters.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/windows_pods.h"

namespace bulwark::posture {

namespace {

void run(const PodView& pod, Reporter& report) {
  if (!pod.is_windows()) return;
  for_each_linux_field(pod, [&](std::string_view name, const FieldPath& at) {
    report.broken(at, fmt::format("{} is a field of Linux: the API server refuses it on a Windows pod", name))
        .fix([&] { return Edits{remove(at)}; });
  });
}

}  // namespace

extern const Check windows_linux_fields;
const Check windows_linux_fields{
    .about = {.id = "windows-linux-fields",
              .aliases = {},
              .chapter = finding::Chapter::windows_node_updates,
              .severity = finding::Severity::high,
              .title = "Windows pods set no fields that only Linux has",
              .effect = "The API server refuses the pod, or for a template its pods are never made.",
              .remedy = "Remove the field, and use securityContext.windowsOptions.",
              .sources = {{"KEP-2802: identify the OS of a pod",
                           "https://github.com/kubernetes/enhancements/tree/master/keps/sig-windows/"
                           "2802-identify-windows-pods-apiserver-admission"},
                          {"Kubernetes: Windows containers",
                           "https://kubernetes.io/docs/concepts/windows/intro/"}},
              .mappings = {{finding::Framework::guide, "Process Windows Server node updates"}}},
    .from = {1, 25},
    .rule = PodRule{run},
};

}  // namespace bulwark::posture

// KEP-2802: Pod Security admission knows a Windows pod by spec.os.name alone. Without it the restricted level asks
// for seccomp, capabilities and allowPrivilegeEscalation, which Windows does not have.
#include "posture/check.h"
#include "posture/windows_pods.h"

namespace bulwark::posture {

namespace {

void run(const PodView& pod, Reporter& report) {
  if (pod.spec.os != nullptr || !selects_windows(pod.spec)) return;
  const FieldPath at = pod.spec_path() / "os" / "name";
  report
      .broken(at, "the node selector asks for Windows, and os.name is not set: the pod is judged as one of Linux")
      .fix([&] {
        Edits edits{set(at, document::Literal::string("windows"))};
        for_each_linux_field(pod,
                             [&](std::string_view, const FieldPath& field) { edits.push_back(remove(field)); });
        return edits;
      });
}

}  // namespace

extern const Check windows_os_unset;
const Check windows_os_unset{
    .about = {.id = "windows-os-unset",
              .aliases = {},
              .chapter = finding::Chapter::windows_node_updates,
              .severity = finding::Severity::medium,
              .title = "Windows pods say so in os.name",
              .effect = "Pod Security admission at level restricted refuses the pod unless it sets fields that do "
                        "nothing on Windows.",
              .remedy = "Set spec.os.name: windows, and remove the fields that only Linux has.",
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

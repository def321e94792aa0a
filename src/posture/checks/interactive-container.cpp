// stdin and tty are for a person at a keyboard (kubectl run -it); a workload that is left with them waits for one
// who attaches past its entry point.
#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const ContainerView& container, Reporter& report) {
  // Ephemeral containers are made to be typed into.
  if (container.role == ContainerRole::ephemeral) return;
  const bool input = container.container.stdin_open.value_or(false);
  if (!input && !container.container.tty.value_or(false)) return;
  report
      .broken(container.path(input ? "stdin" : "tty"),
              input ? "the container keeps its standard input open" : "the container has a terminal")
      .no_fix("a shell that is the container's program would end at once");
}

}  // namespace

extern const Check interactive_container;
const Check interactive_container{
    .about = {.id = "interactive-container",
              .aliases = {},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::low,
              .title = "Workloads do not wait for a person to type",
              .effect =
                  "Who may attach to the pod types into its main process, and `kubectl attach` is often allowed "
                  "where `kubectl exec` is not.",
              .remedy = "Remove stdin and tty; use an ephemeral container for debugging.",
              .sources = {{"Kubernetes: debug running pods",
                           "https://kubernetes.io/docs/tasks/debug/debug-application/debug-running-pod/"}},
              .mappings = {{finding::Framework::guide, "Secure container access to resources"},
                           {finding::Framework::mitre, "T1609"}}},
    .rule = ContainerRule{run},
};

}  // namespace bulwark::posture

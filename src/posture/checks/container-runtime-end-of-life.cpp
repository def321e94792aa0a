// Kubernetes 1.35 is the last release that supports containerd 1.x. containerd's own RELEASES.md: 1.6 ended on
// 2025-08-23, and 1.7 in September 2026.
#include <fmt/format.h>

#include "kube/version.h"
#include "posture/check.h"
#include "posture/nodes.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  constexpr std::string_view prefix = "containerd://";
  const NodeView node(object);
  const std::string_view runtime = node.node.status.node_info.container_runtime_version;
  if (!runtime.starts_with(prefix)) return;
  const auto version = kube::Version::parse(runtime.substr(prefix.size()));
  if (!version || version->major > 1) return;
  const auto kubelet = node.kubelet();
  const auto say = [&](std::string_view what, finding::Severity severity) {
    report
        .broken(FieldPath("status") / "nodeInfo" / "containerRuntimeVersion",
                fmt::format("container runtime \"{}\": {}", runtime, what))
        .severity(severity)
        .no_fix("a node gets its runtime from AKS");
  };
  if (kubelet && kubelet->minor() > kube::Minor{1, 35}) {
    say(fmt::format("Kubernetes {} does not support containerd 1.x", kubelet->minor().text()),
        finding::Severity::high);
  } else if (version->minor() < kube::Minor{1, 7}) {
    say(fmt::format("containerd {} gets no security fixes since 2025-08-23 or before", version->minor().text()),
        finding::Severity::high);
  } else {
    say("containerd ended 1.7 in September 2026, and Kubernetes 1.36 and later need containerd 2",
        finding::Severity::low);
  }
}

}  // namespace

extern const Check container_runtime_end_of_life;
const Check container_runtime_end_of_life{
    .about = {.id = "container-runtime-end-of-life",
              .aliases = {},
              .chapter = finding::Chapter::linux_node_updates,
              .severity = finding::Severity::high,
              .title = "Nodes run a containerd that gets security fixes",
              .effect =
                  "Flaws of the runtime, through which a container reaches its node, stay open; and the next "
                  "upgrades need a newer one.",
              .remedy =
                  "Upgrade the node image, or the pool to a Kubernetes version whose images have containerd 2.",
              .sources = {{"containerd: releases and their support",
                           "https://github.com/containerd/containerd/blob/main/RELEASES.md"},
                          {"Kubernetes: container runtimes",
                           "https://kubernetes.io/docs/setup/production-environment/container-runtimes/"}},
              .mappings = {{finding::Framework::guide, "Process Linux node updates"}}},
    .rule = ObjectRule{{kube::ResourceKind::node}, run},
};

}  // namespace bulwark::posture

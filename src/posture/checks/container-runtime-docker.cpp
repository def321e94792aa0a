// Kubernetes 1.24 removed dockershim: a node whose runtime is Docker cannot be upgraded to it.
#include <fmt/format.h>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  const std::string_view runtime = kube::as<kube::Node>(object)->status.node_info.container_runtime_version;
  if (!runtime.starts_with("docker://")) return;
  report
      .broken(FieldPath("status") / "nodeInfo" / "containerRuntimeVersion",
              fmt::format("container runtime \"{}\": Kubernetes 1.24 and later have no dockershim", runtime))
      .no_fix("a node gets its runtime from AKS");
}

}  // namespace

extern const Check container_runtime_docker;
const Check container_runtime_docker{
    .about = {.id = "container-runtime-docker",
              .aliases = {},
              .chapter = finding::Chapter::linux_node_updates,
              .severity = finding::Severity::high,
              .title = "Nodes run containers by containerd",
              .effect = "The node cannot be upgraded to a Kubernetes version that is supported.",
              .remedy = "Replace the node pool by a new one, which has containerd.",
              .sources = {{"Kubernetes: dockershim removal",
                           "https://kubernetes.io/docs/tasks/administer-cluster/migrating-from-dockershim/"}},
              .mappings = {{finding::Framework::guide, "Process Linux node updates"}}},
    .rule = ObjectRule{{kube::ResourceKind::node}, run},
};

}  // namespace bulwark::posture

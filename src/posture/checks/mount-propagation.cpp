// volumeMounts.mountPropagation: Bidirectional needs a privileged container and changes the node's mount table.
#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const ContainerView& container, Reporter& report) {
  const auto mounts = container.container.volume_mounts;
  for (std::size_t i = 0; i < mounts.size(); ++i) {
    if (mounts[i].mount_propagation != "Bidirectional") continue;
    report
        .broken(container.path("volumeMounts") / i / "mountPropagation", "mounts of the container reach the node")
        .no_fix("storage drivers need it, other programs must be changed first");
  }
}

}  // namespace

extern const Check mount_propagation;
const Check mount_propagation{
    .about = {.id = "mount-propagation",
              .aliases = {},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::high,
              .title = "Mounts made in a container stay there",
              .effect =
                  "With Bidirectional propagation the container's mounts appear on the node and in other pods.",
              .remedy = "Remove mountPropagation, or use HostToContainer.",
              .sources = {{"Kubernetes: volumes", "https://kubernetes.io/docs/concepts/storage/volumes/"}},
              .mappings = {{finding::Framework::guide, "Secure container access to resources"}}},
    .rule = ContainerRule{run},
};

}  // namespace bulwark::posture

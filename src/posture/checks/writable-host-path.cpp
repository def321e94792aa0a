// A writable hostPath mount is a way from the container to the node (NSA/CISA Hardening Guidance, host paths).
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/host_paths.h"

namespace bulwark::posture {

namespace {

void run(const ContainerView& container, Reporter& report) {
  for (const kube::Volume& volume : container.pod.spec.volumes) {
    if (volume.host_path == nullptr) continue;
    const auto mounts = container.container.volume_mounts;
    for (std::size_t i = 0; i < mounts.size(); ++i) {
      if (mounts[i].name != volume.name || mounts[i].read_only.value_or(false)) continue;
      if (ignores_read_only(volume.host_path->path, volume.host_path->type)) continue;
      report
          .broken(container.path("volumeMounts") / i / "readOnly",
                  fmt::format("the node's \"{}\" is mounted writable", volume.host_path->path))
          .no_fix("whether the program writes there is known to its owner alone");
    }
  }
}

}  // namespace

extern const Check writable_host_path;
const Check writable_host_path{
    .about = {.id = "writable-host-path",
              .aliases = {"writable-host-mount", "C-0045"},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::medium,
              .title = "Paths of the node are mounted read-only",
              .effect = "What a container writes outlives it on the node, fills its disk, and is read there by "
                        "other pods or by the node itself.",
              .remedy = "Set readOnly: true on the mount, or use a volume that is not of the node.",
              .sources = {{"AKS: secure container access to resources",
                           "https://learn.microsoft.com/azure/aks/secure-container-access"},
                          {"Kubernetes: volumes", "https://kubernetes.io/docs/concepts/storage/volumes/"}},
              .mappings = {{finding::Framework::guide, "Secure container access to resources"},
                           {finding::Framework::nsa, "Pod security: hostPath"},
                           {finding::Framework::mitre, "T1611"}}},
    .rule = ContainerRule{run},
};

}  // namespace bulwark::posture

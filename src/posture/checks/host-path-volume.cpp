// Pod Security Standards, Baseline, "HostPath Volumes": spec.volumes[*].hostPath must be unset.
#include <fmt/format.h>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const PodView& pod, Reporter& report) {
  const auto volumes = pod.spec.volumes;
  for (std::size_t i = 0; i < volumes.size(); ++i) {
    if (volumes[i].host_path == nullptr) continue;
    report
        .broken(
            pod.spec_path() / "volumes" / i / "hostPath",
            fmt::format("volume \"{}\" is the node's path \"{}\"", volumes[i].name, volumes[i].host_path->path))
        .no_fix("where the data should live instead is a decision of its owner");
  }
}

}  // namespace

extern const Check host_path_volume;
const Check host_path_volume{
    .about = {.id = "host-path-volume",
              .aliases = {"KSV023"},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::medium,
              .title = "Pods mount no path of the node",
              .effect = "A pod that sees files of the node can read other pods' data and, where it may write, "
                        "take over the node.",
              .remedy = "Use a PersistentVolumeClaim, emptyDir or configMap; leave hostPath to node agents in "
                        "namespaces of their own.",
              .sources = {{"Pod Security Standards",
                           "https://kubernetes.io/docs/concepts/security/pod-security-standards/"},
                          {"Kubernetes: volumes", "https://kubernetes.io/docs/concepts/storage/volumes/"}},
              .mappings = {{finding::Framework::guide, "Secure container access to resources"},
                           {finding::Framework::pss_baseline, "HostPath Volumes"},
                           {finding::Framework::cis_kubernetes, "5.2.12"},
                           {finding::Framework::nsa, "Pod security: hostPath"},
                           {finding::Framework::defender,
                            "Usage of pod HostPath volume mounts should be restricted to a known list"}}},
    .pss = {.level = PssLevel::baseline, .since = {1, 0}, .control = "hostPathVolumes"},
    .rule = PodRule{run},
};

}  // namespace bulwark::posture

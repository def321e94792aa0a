// NSA/CISA Kubernetes Hardening Guidance: hostPath mounts expose the node. How much depends on the path: the list
// stands in posture/host_paths.cpp.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/host_paths.h"

namespace bulwark::posture {

namespace {

// A volume that no container mounts yet may be mounted by an ephemeral one: it counts as mounted read-only.
bool is_mounted_writable(const PodView& pod, std::string_view volume) {
  bool writable = false;
  for_each_container(pod, [&](const ContainerView& view) {
    for (const kube::VolumeMount& mount : view.container.volume_mounts) {
      writable = writable || (mount.name == volume && !mount.read_only.value_or(false));
    }
  });
  return writable;
}

void run(const PodView& pod, Reporter& report) {
  const auto volumes = pod.spec.volumes;
  for (std::size_t i = 0; i < volumes.size(); ++i) {
    if (volumes[i].host_path == nullptr) continue;
    const bool writable = is_mounted_writable(pod, volumes[i].name);
    const auto danger = host_path_danger(volumes[i].host_path->path, writable);
    if (!danger) continue;
    report
        .broken(pod.spec_path() / "volumes" / i / "hostPath" / "path",
                fmt::format("\"{}\" of the node is mounted{}: {}", volumes[i].host_path->path,
                            writable ? "" : " read-only", danger->why))
        .severity(danger->severity)
        .no_fix("what the program needs of the node must be named first");
  }
}

}  // namespace

extern const Check sensitive_host_path;
const Check sensitive_host_path{
    .about = {.id = "sensitive-host-path",
              .aliases = {"sensitive-host-mounts", "docker-sock", "container-runtime-socket", "KSV006"},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::critical,
              .title = "Pods mount no path of the node that gives the node away",
              .effect =
                  "Who can read or write these paths has the secrets of all pods of the node, or the node itself.",
              .remedy = "Remove the volume; node agents that need it belong into a namespace of their own, with "
                        "the narrowest path and readOnly mounts.",
              .sources = {{"AKS: secure container access to resources",
                           "https://learn.microsoft.com/azure/aks/secure-container-access"},
                          {"Kubernetes: volumes", "https://kubernetes.io/docs/concepts/storage/volumes/"}},
              .mappings = {{finding::Framework::guide, "Secure container access to resources"},
                           {finding::Framework::cis_kubernetes, "5.2.12"},
                           {finding::Framework::nsa, "Pod security: hostPath"},
                           {finding::Framework::defender,
                            "Usage of pod HostPath volume mounts should be restricted to a known list"},
                           {finding::Framework::mitre, "T1611"}}},
    .rule = PodRule{run},
};

}  // namespace bulwark::posture

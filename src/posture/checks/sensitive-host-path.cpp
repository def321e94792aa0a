// hostPath volumes by what the path holds; the list stands in posture/host_paths.cpp.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/host_paths.h"

namespace bulwark::posture {

namespace {

void run(const PodView& pod, Reporter& report) {
  const auto volumes = pod.spec.volumes;
  for (std::size_t i = 0; i < volumes.size(); ++i) {
    if (volumes[i].host_path == nullptr) continue;
    const HostPathRisk* risk = host_path_risk(volumes[i].host_path->path);
    if (risk == nullptr) continue;
    report
        .broken(pod.spec_path() / "volumes" / i / "hostPath" / "path",
                fmt::format("\"{}\" of the node is mounted: {}", volumes[i].host_path->path, risk->why))
        .severity(risk->severity)
        .no_fix("what the program needs of the node must be named first");
  }
}

}  // namespace

extern const Check sensitive_host_path;
const Check sensitive_host_path{
    .about = {.id = "sensitive-host-path",
              .aliases = {"sensitive-host-mounts", "docker-sock", "KSV006", "C-0045"},
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
                           {finding::Framework::cis_kubernetes, "5.2.11"},
                           {finding::Framework::nsa, "Pod security: hostPath"},
                           {finding::Framework::mitre, "T1611"}}},
    .rule = PodRule{run},
};

}  // namespace bulwark::posture

#include "finding/descriptor.h"

#include <algorithm>

namespace bulwark::finding {

namespace {
constexpr std::array severities{Severity::low, Severity::medium, Severity::high, Severity::critical};
}

std::string_view name(Severity severity) {
  switch (severity) {
    case Severity::low:
      return "low";
    case Severity::medium:
      return "medium";
    case Severity::high:
      return "high";
    case Severity::critical:
      return "critical";
  }
  return "";
}

std::optional<Severity> parse_severity(std::string_view text) {
  for (const Severity severity : severities) {
    if (name(severity) == text) return severity;
  }
  return std::nullopt;
}

std::string_view id(Chapter chapter) {
  switch (chapter) {
    case Chapter::threat_protection:
      return "threat-protection";
    case Chapter::api_server_access:
      return "api-server-access";
    case Chapter::instance_metadata:
      return "instance-metadata";
    case Chapter::container_access:
      return "container-access";
    case Chapter::kubernetes_upgrades:
      return "kubernetes-upgrades";
    case Chapter::linux_node_updates:
      return "linux-node-updates";
    case Chapter::windows_node_updates:
      return "windows-node-updates";
  }
  return "";
}

std::string_view title(Chapter chapter) {
  switch (chapter) {
    case Chapter::threat_protection:
      return "Enable threat protection";
    case Chapter::api_server_access:
      return "Secure access to the API server and cluster nodes";
    case Chapter::instance_metadata:
      return "Restrict access to the Instance Metadata API";
    case Chapter::container_access:
      return "Secure container access to resources";
    case Chapter::kubernetes_upgrades:
      return "Regularly update to the latest version of Kubernetes";
    case Chapter::linux_node_updates:
      return "Process Linux node updates";
    case Chapter::windows_node_updates:
      return "Process Windows Server node updates";
  }
  return "";
}

std::string_view id(Framework framework) {
  switch (framework) {
    case Framework::guide:
      return "guide";
    case Framework::pss_baseline:
      return "pss-baseline";
    case Framework::pss_restricted:
      return "pss-restricted";
    case Framework::cis_kubernetes:
      return "cis-kubernetes";
    case Framework::cis_aks:
      return "cis-aks";
    case Framework::nsa:
      return "nsa";
    case Framework::defender:
      return "defender";
    case Framework::mitre:
      return "mitre";
  }
  return "";
}

std::string_view title(Framework framework) {
  switch (framework) {
    case Framework::guide:
      return "AKS best practices for cluster security and upgrades";
    case Framework::pss_baseline:
      return "Pod Security Standards, Baseline";
    case Framework::pss_restricted:
      return "Pod Security Standards, Restricted";
    case Framework::cis_kubernetes:
      return "CIS Kubernetes Benchmark 1.9";
    case Framework::cis_aks:
      return "CIS AKS Benchmark 1.5";
    case Framework::nsa:
      return "NSA/CISA Kubernetes Hardening Guidance 1.2";
    case Framework::defender:
      return "Microsoft Defender for Containers recommendation";
    case Framework::mitre:
      return "MITRE ATT&CK for Containers";
  }
  return "";
}

bool Descriptor::maps_to(Framework framework) const {
  return std::any_of(mappings.begin(), mappings.end(), [&](const Mapping& m) { return m.framework == framework; });
}

}  // namespace bulwark::finding

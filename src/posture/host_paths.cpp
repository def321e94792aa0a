#include "posture/host_paths.h"

#include <array>
#include <string>

namespace bulwark::posture {

namespace {

using finding::Severity;

constexpr std::array risks{
    HostPathRisk{"/var/run/docker.sock", Severity::critical,
                 "the container runtime's socket starts any container"},
    HostPathRisk{"/run/docker.sock", Severity::critical, "the container runtime's socket starts any container"},
    HostPathRisk{"/run/containerd", Severity::critical, "the container runtime's socket starts any container"},
    HostPathRisk{"/var/run/containerd", Severity::critical, "the container runtime's socket starts any container"},
    HostPathRisk{"/run/crio", Severity::critical, "the container runtime's socket starts any container"},
    HostPathRisk{"/var/run/crio", Severity::critical, "the container runtime's socket starts any container"},
    HostPathRisk{"/etc/kubernetes", Severity::critical, "the kubelet's credentials and azure.json lie there"},
    HostPathRisk{"/var/lib/kubelet", Severity::critical,
                 "the secrets and tokens of all pods of the node lie there"},
    HostPathRisk{"/var/lib/docker", Severity::critical, "the file systems of all containers lie there"},
    HostPathRisk{"/var/lib/containerd", Severity::critical, "the file systems of all containers lie there"},
    HostPathRisk{"/var/lib/etcd", Severity::critical, "the cluster's whole state lies there"},
    HostPathRisk{"/root", Severity::high, "root's keys lie there"},
    HostPathRisk{"/home", Severity::high, "the administrators' keys lie there"},
    HostPathRisk{"/proc", Severity::high, "it shows and steers every process of the node"},
    HostPathRisk{"/sys", Severity::high, "it steers the node's kernel and devices"},
    HostPathRisk{"/dev", Severity::high, "it gives the node's disks and memory"},
    HostPathRisk{"/boot", Severity::high, "the node's kernel lies there"},
    HostPathRisk{"/lib/modules", Severity::medium, "kernel modules lie there"},
    HostPathRisk{"/var/log", Severity::medium, "links in it have led kubelet logs to any file of the node"},
    HostPathRisk{"/etc", Severity::high, "accounts, keys and units of the node lie there"},
};

std::string normal(std::string_view path) {
  std::string out;
  for (const char c : path) {
    if (c == '/' && out.ends_with('/')) continue;
    out += c;
  }
  while (out.size() > 1 && out.ends_with('/')) out.pop_back();
  return out;
}

bool is_below(std::string_view path, std::string_view folder) {
  return path == folder || (path.starts_with(folder) && path[folder.size()] == '/');
}

}  // namespace

const HostPathRisk* host_path_risk(std::string_view given) {
  static constexpr HostPathRisk root{"/", Severity::critical, "it is the node's whole file system"};
  const std::string path = normal(given);
  if (path == "/") return &root;
  const HostPathRisk* worst = nullptr;
  for (const HostPathRisk& risk : risks) {
    if (!is_below(path, risk.path) && !is_below(risk.path, path)) continue;
    if (worst == nullptr || risk.severity > worst->severity) worst = &risk;
  }
  return worst;
}

}  // namespace bulwark::posture

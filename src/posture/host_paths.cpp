#include "posture/host_paths.h"

#include <algorithm>
#include <array>
#include <string>

namespace bulwark::posture {

namespace {

using finding::Severity;

constexpr auto low = Severity::low, medium = Severity::medium, high = Severity::high,
               critical = Severity::critical;
constexpr auto harmless = std::nullopt;

constexpr std::string_view runtime = "the container runtime's socket starts any container";
constexpr std::string_view kubelet = "the secrets and tokens of all pods of the node lie there";
constexpr std::string_view storage = "the file systems of all containers lie there";
constexpr std::string_view programs = "programs that the node runs as root lie there";
constexpr std::string_view plugins = "a socket left there is called by the kubelet";
constexpr std::string_view settings = "accounts, keys and services of the node lie there";
constexpr std::string_view kernel = "it steers the node's kernel and devices";
constexpr std::string_view keys = "private keys lie there";

// Paths as the kubelet, containerd, systemd and the Azure agent use them, and those of which everyday agents (log
// collectors, node exporters, CNI and CSI drivers) mount a harmless part.
constexpr std::array risks{
    HostPathRisk{"/", critical, critical, "it is the node's whole file system"},
    // Sockets: readOnly does not stop anybody from talking to them.
    HostPathRisk{"/run/docker.sock", critical, critical, runtime},
    HostPathRisk{"/run/dockershim.sock", critical, critical, runtime},
    HostPathRisk{"/run/cri-dockerd.sock", critical, critical, runtime},
    HostPathRisk{"/run/containerd", critical, critical, runtime},
    HostPathRisk{"/run/k3s/containerd", critical, critical, runtime},
    HostPathRisk{"/run/crio", critical, critical, runtime},
    HostPathRisk{"/run/podman", critical, critical, runtime},
    HostPathRisk{"/pipe/docker_engine", critical, critical, runtime},
    HostPathRisk{"/pipe/containerd-containerd", critical, critical, runtime},
    HostPathRisk{"/run/systemd", critical, critical, "systemd's sockets start any program on the node"},
    HostPathRisk{"/run/dbus", high, high, "its socket leads to the services of the node"},
    HostPathRisk{"/run/user", high, high, "sockets and keys of the node's users lie there"},
    // Kubernetes.
    HostPathRisk{"/etc/kubernetes", critical, critical, "the kubelet's credentials and azure.json lie there"},
    HostPathRisk{"/var/lib/kubelet", critical, critical, kubelet},
    HostPathRisk{"/var/lib/kubelet/device-plugins", medium, medium, plugins},
    HostPathRisk{"/var/lib/kubelet/plugins", medium, medium, plugins},
    HostPathRisk{"/var/lib/kubelet/plugins_registry", medium, medium, plugins},
    HostPathRisk{"/var/lib/kubelet/pod-resources", low, low, "it tells which pod has which device"},
    HostPathRisk{"/var/lib/kubelet/seccomp", harmless, high, "the seccomp profiles of other pods lie there"},
    HostPathRisk{"/var/lib/etcd", critical, critical, "the cluster's whole state lies there"},
    HostPathRisk{"/var/lib/docker", high, critical, storage},
    HostPathRisk{"/var/lib/docker/containers", low, high, "the logs of all pods lie there"},
    HostPathRisk{"/var/lib/containerd", high, critical, storage},
    HostPathRisk{"/var/lib/containers", high, critical, storage},
    HostPathRisk{"/var/lib/waagent", high, critical, "the Azure agent's certificates and scripts lie there"},
    HostPathRisk{"/opt/azure", low, critical, "scripts that the node runs as root lie there"},
    HostPathRisk{"/opt/cni", harmless, critical, programs},
    HostPathRisk{"/etc/cni", low, critical, "it tells which programs the kubelet runs for each pod"},
    HostPathRisk{"/var/log", low, high, "links in it have led kubelet logs to any file of the node"},
    // The node itself.
    HostPathRisk{"/root", high, critical, "root's keys lie there"},
    HostPathRisk{"/home", high, critical, "the administrators' keys lie there"},
    HostPathRisk{"/etc", high, critical, settings},
    HostPathRisk{"/etc/ssl", harmless, high, "the node's trusted certificates lie there"},
    HostPathRisk{"/etc/ssl/private", high, critical, keys},
    HostPathRisk{"/etc/pki", harmless, high, "the node's trusted certificates lie there"},
    HostPathRisk{"/etc/pki/tls/private", high, critical, keys},
    HostPathRisk{"/etc/ca-certificates", harmless, high, "the node's trusted certificates lie there"},
    HostPathRisk{"/etc/localtime", harmless, medium, settings},
    HostPathRisk{"/etc/timezone", harmless, medium, settings},
    HostPathRisk{"/etc/machine-id", harmless, medium, settings},
    HostPathRisk{"/etc/os-release", harmless, medium, settings},
    HostPathRisk{"/etc/hostname", harmless, medium, settings},
    HostPathRisk{"/etc/hosts", harmless, high, "it tells the node where names lead"},
    HostPathRisk{"/etc/resolv.conf", harmless, high, "it tells the node where names lead"},
    HostPathRisk{"/var/spool/cron", low, critical, programs},
    HostPathRisk{"/usr", harmless, critical, programs},
    HostPathRisk{"/bin", harmless, critical, programs},
    HostPathRisk{"/sbin", harmless, critical, programs},
    HostPathRisk{"/lib", harmless, critical, programs},
    HostPathRisk{"/lib64", harmless, critical, programs},
    HostPathRisk{"/boot", low, critical, "the node's kernel lies there"},
    HostPathRisk{"/proc", medium, critical, "it shows and steers every process of the node"},
    HostPathRisk{"/sys", low, high, kernel},
    HostPathRisk{"/dev", high, high, "it gives the node's disks and memory"},
    HostPathRisk{"/dev/shm", low, low, "it is memory that programs of the node share"},
    HostPathRisk{"/dev/null", harmless, harmless, {}},
    HostPathRisk{"/dev/urandom", harmless, harmless, {}},
    HostPathRisk{"/dev/net/tun", low, low, kernel},
    HostPathRisk{"/dev/fuse", low, low, kernel},
    HostPathRisk{"/dev/kvm", low, low, kernel},
    HostPathRisk{"/dev/dri", low, low, kernel},
    HostPathRisk{"/dev/infiniband", low, low, kernel},
    // Windows nodes, in small letters.
    HostPathRisk{"c:", critical, critical, "it is the node's whole file system"},
    HostPathRisk{"c:/k", critical, critical, "the kubelet's credentials and azure.json lie there"},
    HostPathRisk{"c:/var/lib/kubelet", critical, critical, kubelet},
    HostPathRisk{"c:/programdata/containerd", high, critical, storage},
    HostPathRisk{"c:/windows", low, critical, programs},
    HostPathRisk{"c:/users", high, critical, "the administrators' keys lie there"},
    HostPathRisk{"c:/var/log", low, high, "the logs of all pods lie there"},
};

// One spelling for each path. Windows paths get small letters and slashes.
std::string normal(std::string_view given) {
  const bool windows = given.find('\\') != std::string_view::npos || (given.size() >= 2 && given[1] == ':');
  std::string path;
  const auto drop_last = [&] { path.erase(std::min(path.rfind('/'), path.size())); };
  while (!given.empty()) {
    const std::size_t end = std::min(given.find_first_of(windows ? "\\/" : "/"), given.size());
    const std::string_view step = given.substr(0, end);
    given.remove_prefix(std::min(end + 1, given.size()));
    if (step == "..") {
      drop_last();
    } else if (!step.empty() && step != ".") {
      const bool drive = windows && path.empty() && step.ends_with(':');
      if (!drive) path += '/';
      for (const char c : step) path += windows && c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  if (path == "/var/run" || path.starts_with("/var/run/")) path.erase(0, 4);
  return path.empty() ? "/" : path;
}

bool is_below(std::string_view path, std::string_view folder) {
  if (folder == "/") return path.starts_with('/');
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

}  // namespace

std::optional<HostPathDanger> host_path_danger(std::string_view given, bool writable) {
  const std::string path = normal(given);
  const auto severity_of = [&](const HostPathRisk& risk) { return writable ? risk.writable : risk.readable; };
  const HostPathRisk* found = nullptr;
  for (const HostPathRisk& risk : risks) {
    const bool root = risk.path == "/" || risk.path == "c:";
    if (root ? path != risk.path : !is_below(path, risk.path)) continue;
    if (found == nullptr || risk.path.size() > found->path.size()) found = &risk;
  }
  if (found == nullptr || found->path == path) {
    for (const HostPathRisk& risk : risks) {
      if (!is_below(risk.path, path)) continue;
      if (found == nullptr || severity_of(risk) > severity_of(*found)) found = &risk;
    }
  }
  if (found == nullptr || !severity_of(*found)) return std::nullopt;
  return HostPathDanger{*severity_of(*found), found->why};
}

bool ignores_read_only(std::string_view path, std::string_view type) {
  if (type == "Socket" || type == "CharDevice" || type == "BlockDevice") return true;
  if (path.ends_with(".sock")) return true;
  const std::string plain = normal(path);
  return plain.starts_with("/dev/") || plain.starts_with("/pipe/");
}

}  // namespace bulwark::posture

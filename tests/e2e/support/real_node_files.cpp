#include "e2e/support/real_node_files.h"

#include <fmt/format.h>

#include "e2e/support/scratch_folder.h"

namespace bulwark::e2e {
namespace {

// `restrict_oom_score_adj`: where CAP_SYS_RESOURCE is missing nobody may lower that score; runc would try to, and
// die. The plugin `opt` would make a folder below the machine's /opt.
constexpr const char* containerd_toml = R"(version = 2
root = "/var/lib/containerd"
state = "/run/containerd"
disabled_plugins = ["io.containerd.internal.v1.opt"]
[grpc]
  address = "/run/containerd/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{}"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "{}"
    conf_dir = "{}"
)";

constexpr const char* network_json = R"({{
  "cniVersion": "0.4.0",
  "name": "pods",
  "plugins": [{{
    "type": "bridge", "bridge": "cni0", "isGateway": true, "isDefaultGateway": true, "hairpinMode": true,
    "ipam": {{"type": "host-local", "ranges": [[{{"subnet": "{}"}}]]}}
  }}]
}}
)";

// It may not judge by the machine's disk what to throw away; every node sees all of the machine.
constexpr const char* kubelet_yaml = R"(apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication:
  anonymous: {{enabled: false}}
  webhook: {{enabled: true}}
  x509: {{clientCAFile: {0}/ca.crt}}
authorization: {{mode: Webhook}}
tlsCertFile: {0}/serving.crt
tlsPrivateKeyFile: {0}/serving.key
cgroupDriver: cgroupfs
cgroupRoot: {1}
clusterDomain: cluster.local
clusterDNS: [10.96.0.10]
resolvConf: {0}/resolv.conf
volumePluginDir: /var/lib/kubelet/volume-plugins
failSwapOn: false
evictionHard: {{memory.available: 50Mi, nodefs.available: 1%, nodefs.inodesFree: 1%, imagefs.available: 1%}}
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
nodeStatusUpdateFrequency: 1s
nodeStatusReportFrequency: 1m
)";

}  // namespace

base::Result<> RealNodeFiles::write(const std::filesystem::path& folder) const {
  std::error_code error;
  const std::filesystem::path profiles = folder / "lib/kubelet/seccomp", network = folder / "network";
  for (const std::filesystem::path& path : {profiles, network, folder / "log"}) {
    std::filesystem::create_directories(path, error);
    if (error) return base::fail(path.string() + ": " + error.message());
  }
  const std::string place = folder.string();
  TRY(write_file(folder / "ca.crt", authority));
  TRY(write_file(folder / "serving.crt", serving.certificate));
  TRY(write_file(folder / "serving.key", serving.key));
  TRY(write_file(folder / "kubeconfig", kubeconfig));
  TRY(write_file(folder / "resolv.conf", "nameserver 192.0.2.53\n", false));
  TRY(write_file(folder / "kubelet.yaml", fmt::format(kubelet_yaml, place, cgroup)));
  TRY(write_file(folder / "containerd.toml",
                 fmt::format(containerd_toml, pause_image, (programs / "cni").string(), network.string())));
  TRY(write_file(network / "10-pods.conflist", fmt::format(network_json, pod_range)));
  for (const auto& [name, profile] : seccomp_profiles) TRY(write_file(profiles / name, profile, false));
  return {};
}

}  // namespace bulwark::e2e

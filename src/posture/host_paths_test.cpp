#include "posture/host_paths.h"

#include <gtest/gtest.h>

namespace bulwark::posture {
namespace {

using finding::Severity;

TEST(HostPaths, Danger) {
  constexpr auto none = std::nullopt;
  struct Case {
    const char* path;
    std::optional<Severity> readable, writable;
  };
  for (const Case& c : {
           Case{"/", Severity::critical, Severity::critical},
           Case{"//", Severity::critical, Severity::critical},
           Case{"/srv/..", Severity::critical, Severity::critical},
           Case{"/var/run/docker.sock", Severity::critical, Severity::critical},
           Case{"/run//docker.sock", Severity::critical, Severity::critical},
           Case{"/var/run/containerd/containerd.sock", Severity::critical, Severity::critical},
           Case{"/var/run", Severity::critical, Severity::critical},
           Case{"/var/run/", Severity::critical, Severity::critical},
           Case{"/run/xtables.lock", none, none},
           Case{"/var", Severity::critical, Severity::critical},
           Case{"/var/lib", Severity::critical, Severity::critical},
           Case{"/var/lib/kubelet/pods", Severity::critical, Severity::critical},
           Case{"/var/lib/kubelet/device-plugins", Severity::medium, Severity::medium},
           Case{"/var/lib/kubelet/plugins/disk.csi.azure.com", Severity::medium, Severity::medium},
           Case{"/var/lib/kubeletter", none, none},
           Case{"/etc", Severity::critical, Severity::critical},
           Case{"/etc/", Severity::critical, Severity::critical},
           Case{"/etc/kubernetes/azure.json", Severity::critical, Severity::critical},
           Case{"/etc/shadow", Severity::high, Severity::critical},
           Case{"/etc/localtime", none, Severity::medium},
           Case{"/etc/ssl/certs", none, Severity::high},
           Case{"/etc/ssl", Severity::high, Severity::critical},
           Case{"/etcetera", none, none},
           Case{"/lib/modules", none, Severity::critical},
           Case{"/usr/share/ca-certificates", none, Severity::critical},
           Case{"/opt/cni/bin", none, Severity::critical},
           Case{"/opt", Severity::low, Severity::critical},
           Case{"/proc", Severity::medium, Severity::critical},
           Case{"/sys/fs/cgroup", Severity::low, Severity::high},
           Case{"/dev", Severity::high, Severity::high},
           Case{"/dev/fuse", Severity::low, Severity::low},
           Case{"/dev/null", none, none},
           Case{"/var/log/pods", Severity::low, Severity::high},
           Case{"/srv/data", none, none},
           Case{"/tmp", none, none},
           Case{"C:\\", Severity::critical, Severity::critical},
           Case{"C:\\k", Severity::critical, Severity::critical},
           Case{"c:\\k\\config", Severity::critical, Severity::critical},
           Case{"C:\\data", none, none},
           Case{"C:\\var\\log\\pods", Severity::low, Severity::high},
           Case{"\\\\.\\pipe\\docker_engine", Severity::critical, Severity::critical},
           Case{"\\\\.\\pipe\\mine", none, none},
       }) {
    for (const bool writable : {false, true}) {
      const auto danger = host_path_danger(c.path, writable);
      const auto severity = danger ? std::optional(danger->severity) : std::nullopt;
      EXPECT_EQ(severity, writable ? c.writable : c.readable) << c.path << (writable ? " writable" : " read-only");
      if (danger) {
        EXPECT_FALSE(danger->why.empty()) << c.path;
      }
    }
  }
}

TEST(HostPaths, SocketsAndDevicesIgnoreReadOnly) {
  EXPECT_TRUE(ignores_read_only("/var/run/docker.sock", ""));
  EXPECT_TRUE(ignores_read_only("/run/agent", "Socket"));
  EXPECT_TRUE(ignores_read_only("/dev/sda", ""));
  EXPECT_TRUE(ignores_read_only("\\\\.\\pipe\\docker_engine", ""));
  EXPECT_FALSE(ignores_read_only("/srv/data", "Directory"));
  EXPECT_FALSE(ignores_read_only("/device", ""));
}

}  // namespace
}  // namespace bulwark::posture

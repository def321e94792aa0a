#include "posture/host_paths.h"

#include <gtest/gtest.h>

namespace bulwark::posture {
namespace {

TEST(HostPaths, Risks) {
  struct Case {
    const char* path;
    const char* of;  // the path that makes it risky; nullptr: none
  };
  for (const Case& c : {
           Case{"/", "/"},
           Case{"//", "/"},
           Case{"/var/run/docker.sock", "/var/run/docker.sock"},
           Case{"/var/run", "/var/run/docker.sock"},
           Case{"/var/lib/kubelet/pods", "/var/lib/kubelet"},
           Case{"/etc/hosts", "/etc"},
           Case{"/etc/", "/etc/kubernetes"},
           Case{"/srv/data", nullptr},
           Case{"/etcetera", nullptr},
       }) {
    const HostPathRisk* risk = host_path_risk(c.path);
    ASSERT_EQ(risk != nullptr, c.of != nullptr) << c.path;
    if (risk != nullptr) {
      EXPECT_EQ(risk->path, c.of) << c.path;
    }
  }
}

}  // namespace
}  // namespace bulwark::posture

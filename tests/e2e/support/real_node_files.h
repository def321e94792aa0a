// What a real node reads: the configuration of its containerd, its kubelet and its pods' network.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "base/result.h"
#include "e2e/support/certificates.h"

namespace bulwark::e2e {

struct RealNodeFiles {
  std::filesystem::path programs;  // that has cni/
  std::string cgroup;              // "/a/node-1"
  std::string pod_range;           // "10.128.1.0/24"
  std::string authority;           // PEM; issues the API server's client certificate for kubelets
  KeyPair serving;                 // the kubelet's own
  std::string kubeconfig;          // the kubelet's
  std::map<std::string, std::string> seccomp_profiles;  // file name -> JSON

  // Fills the folder that will be the node's disk.
  base::Result<> write(const std::filesystem::path& folder) const;
};

// The image that holds a pod's namespaces.
inline constexpr const char* pause_image = "localhost/pause:1";

}  // namespace bulwark::e2e

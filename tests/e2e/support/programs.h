// Where the programs of the control plane are.
#pragma once

#include <filesystem>

#include "base/result.h"

namespace bulwark::e2e {

struct Programs {
  std::filesystem::path folder;
  int minor = 0;  // of Kubernetes' version: 20 for v1.20.2

  std::filesystem::path operator[](const char* name) const { return folder / name; }
};

// The folder that KUBEBUILDER_ASSETS names, or else the one that tests/e2e/control-plane/build fills
// (${XDG_CACHE_HOME:-~/.cache}/bulwark/kubernetes-1.20.2/bin). Error: one of etcd, kube-apiserver,
// kube-controller-manager and kube-scheduler is not there, or does not run on this machine.
base::Result<Programs> find_programs();

}  // namespace bulwark::e2e

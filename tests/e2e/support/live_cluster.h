// A test's own connection to a cluster.
#pragma once

#include <filesystem>
#include <memory>

#include "base/result.h"
#include "kube/cluster.h"

namespace bulwark::e2e {

// The cluster of a kubeconfig's current context; "": the one that kubectl would take. Without a limit of its own,
// and a call that fails is not repeated: whoever plays nodes knows better when to try again.
base::Result<std::unique_ptr<kube::Cluster>> connect(const std::filesystem::path& kubeconfig);

}  // namespace bulwark::e2e

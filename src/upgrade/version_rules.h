// Which versions an upgrade may go to.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "kube/version.h"
#include "upgrade/node_pools.h"
#include "upgrade/rollout.h"

namespace bulwark::upgrade {

struct VersionProblem {
  std::string pool;        // empty: the control plane
  std::string message;     // a sentence without full stop
  bool is_certain = true;  // false: some clusters may all the same
};

// What speaks against an upgrade of the control plane to `options.version`: it is not taken back, nor over a minor
// version; and no kubelet may be newer, or older by more than the version skew policy allows, from the moment on
// at which the control plane is upgraded. `server`: its version now; without it, the newest of the nodes counts.
std::vector<VersionProblem> version_problems(std::optional<kube::Minor> server, std::span<const NodePool> pools,
                                             const RolloutOptions& options);

}  // namespace bulwark::upgrade

#pragma once

#include "kube/version.h"

namespace bulwark::kube {

// How many minor versions a kubelet or a kube-proxy may be older than the API server: three, and before 1.25 two
// (https://kubernetes.io/releases/version-skew-policy/). Newer it may not be.
constexpr int allowed_skew(Minor of_node) { return of_node < Minor{1, 25} ? 2 : 3; }

}  // namespace bulwark::kube

#pragma once

#include "kube/version.h"

namespace bulwark::kube {

// A Kubernetes release without its patch: 1.34.
using MinorVersion = Minor;

// The newest release whose rules Bulwark knows.
inline constexpr MinorVersion latest_version = kLatest;

}  // namespace bulwark::kube

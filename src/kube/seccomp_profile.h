#pragma once

#include <span>
#include <string_view>

#include "kube/values.h"

namespace bulwark::kube {

struct SeccompArgument {
  OptionalInt index;
  std::string_view op;
};

// When a rule of the older Moby schema applies. Only Docker reads it; in the OCI schema the rule always does.
struct SeccompCondition {
  std::span<const std::string_view> arches, caps;
  std::string_view min_kernel;
};

// LinuxSyscall of the OCI runtime specification.
struct SeccompRule {
  std::span<const std::string_view> names;
  std::string_view name;    // of Docker's first schema; containerd, CRI-O and runc read `names` alone
  std::string_view action;  // SCMP_ACT_...
  OptionalInt errno_ret;
  std::span<const SeccompArgument> args;
  const SeccompCondition* includes = nullptr;
  const SeccompCondition* excludes = nullptr;
};

// LinuxSeccomp of the OCI runtime specification (config-linux.md), with what the spec of the custom resource adds.
struct SeccompSpec {
  std::string_view default_action;
  OptionalInt default_errno_ret;
  std::span<const std::string_view> architectures;
  Presence arch_map;  // of Moby's schema, which stands there for architectures
  std::span<const SeccompRule> syscalls;
  std::string_view base_profile_name;  // custom resource: a profile whose rules are added
};

// A profile file, or a SeccompProfile of security-profiles-operator.x-k8s.io.
struct SeccompProfile {
  SeccompSpec spec;
  bool is_file = false;  // the spec is the root of the document
};

}  // namespace bulwark::kube

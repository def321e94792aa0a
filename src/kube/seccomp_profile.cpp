// Fields of seccomp profiles: the OCI runtime specification's LinuxSeccomp (schema/config-linux.json), what Moby's
// schema has besides, and the spec of security-profiles-operator (api/seccompprofile/v1beta1).
#include "kube/seccomp_profile.h"

#include "kube/decoder.h"

namespace bulwark::kube {

template <>
const Listing& listing<SeccompArgument>() {
  using T = SeccompArgument;
  // The values are unsigned, and no rule needs them.
  static const Listing fields{"LinuxSeccompArg",
                              {field<&T::index>("index"), field<&T::op>("op"), known("value"), known("valueTwo")}};
  return fields;
}

template <>
const Listing& listing<SeccompCondition>() {
  using T = SeccompCondition;
  static const Listing fields{
      "SeccompFilter", {field<&T::arches>("arches"), field<&T::caps>("caps"), field<&T::min_kernel>("minKernel")}};
  return fields;
}

template <>
const Listing& listing<SeccompRule>() {
  using T = SeccompRule;
  static const Listing fields{
      "LinuxSyscall",
      {field<&T::action>("action"), field<&T::args>("args"), known("comment"), known("errno"),
       field<&T::errno_ret>("errnoRet"), field<&T::excludes>("excludes"), field<&T::includes>("includes"),
       field<&T::name>("name"), field<&T::names>("names")}};
  return fields;
}

template <>
const Listing& listing<SeccompSpec>() {
  using T = SeccompSpec;
  static const Listing fields{
      "LinuxSeccomp",
      {field<&T::arch_map>("archMap"), field<&T::architectures>("architectures"),
       field<&T::base_profile_name>("baseProfileName"), field<&T::default_action>("defaultAction"),
       known("defaultErrno"), field<&T::default_errno_ret>("defaultErrnoRet"), known("disabled"), known("flags"),
       known("listenerMetadata"), known("listenerPath"), field<&T::syscalls>("syscalls")}};
  return fields;
}

template <>
const Listing& listing<SeccompProfile>() {
  static const Listing fields{"SeccompProfile", {field<&SeccompProfile::spec>("spec"), known("status")}};
  return fields;
}

}  // namespace bulwark::kube

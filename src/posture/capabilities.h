#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace bulwark::posture {

// The capabilities that Pod Security Standards, Baseline, lets a container add: those that the container runtimes
// give by default.
inline constexpr std::array<std::string_view, 13> default_capabilities{
    "AUDIT_WRITE",      "CHOWN",   "DAC_OVERRIDE", "FOWNER",  "FSETID", "KILL",      "MKNOD",
    "NET_BIND_SERVICE", "SETFCAP", "SETGID",       "SETPCAP", "SETUID", "SYS_CHROOT"};

constexpr bool is_default_capability(std::string_view name) {
  return std::find(default_capabilities.begin(), default_capabilities.end(), name) != default_capabilities.end();
}

}  // namespace bulwark::posture

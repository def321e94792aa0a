// Pod Security Standards, Baseline, "Sysctls": a set of safe ones that has grown in v1.27, v1.29, v1.32 and v1.37.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

struct SafeSysctl {
  std::string_view name;
  kube::MinorVersion since;
};
constexpr std::array safe{
    SafeSysctl{"kernel.shm_rmid_forced", {1, 0}},
    SafeSysctl{"net.ipv4.ip_local_port_range", {1, 0}},
    SafeSysctl{"net.ipv4.tcp_syncookies", {1, 0}},
    SafeSysctl{"net.ipv4.ping_group_range", {1, 0}},
    SafeSysctl{"net.ipv4.ip_unprivileged_port_start", {1, 0}},
    SafeSysctl{"net.ipv4.ip_local_reserved_ports", {1, 27}},
    SafeSysctl{"net.ipv4.tcp_keepalive_time", {1, 29}},
    SafeSysctl{"net.ipv4.tcp_fin_timeout", {1, 29}},
    SafeSysctl{"net.ipv4.tcp_keepalive_intvl", {1, 29}},
    SafeSysctl{"net.ipv4.tcp_keepalive_probes", {1, 29}},
    SafeSysctl{"net.ipv4.tcp_rmem", {1, 32}},
    SafeSysctl{"net.ipv4.tcp_wmem", {1, 32}},
    SafeSysctl{"net.ipv4.tcp_slow_start_after_idle", {1, 37}},
    SafeSysctl{"net.ipv4.tcp_notsent_lowat", {1, 37}},
};

bool is_safe(std::string_view name, kube::MinorVersion version) {
  return std::any_of(safe.begin(), safe.end(),
                     [&](const SafeSysctl& each) { return each.name == name && each.since <= version; });
}

void run(const PodView& pod, Reporter& report) {
  const auto* context = pod.spec.security_context;
  if (context == nullptr) return;
  for (std::size_t i = 0; i < context->sysctls.size(); ++i) {
    const std::string_view name = context->sysctls[i].name;
    if (is_safe(name, pod.version)) continue;
    report
        .broken(pod.spec_path() / "securityContext" / "sysctls" / i / "name",
                fmt::format("sysctl \"{}\" is not in the safe set of Kubernetes {}", name, pod.version.text()))
        .no_fix("whether the program works without it is known to its owner alone");
  }
}

}  // namespace

extern const Check unsafe_sysctls;
const Check unsafe_sysctls{
    .about = {.id = "unsafe-sysctls",
              .aliases = {"KSV026"},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::high,
              .title = "Pods set only safe sysctls",
              .effect = "Sysctls outside the safe set change the node's kernel for all its pods, or are refused "
                        "by the kubelet.",
              .remedy = "Remove the sysctl, or set it on a node pool of its own.",
              .sources = {{"Pod Security Standards",
                           "https://kubernetes.io/docs/concepts/security/pod-security-standards/"}},
              .mappings = {{finding::Framework::guide, "Secure container access to resources"},
                           {finding::Framework::pss_baseline, "Sysctls"}}},
    .pss = {.level = PssLevel::baseline, .since = {1, 0}, .control = "sysctls"},
    .rule = PodRule{run},
};

}  // namespace bulwark::posture

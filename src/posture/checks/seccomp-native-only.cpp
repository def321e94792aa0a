// OCI runtime specification, config-linux.md, "Seccomp": architectures. Without it the filter knows the node's own
// architecture alone, and libseccomp's action for others is to kill (src/db.c, act_badarch): 32-bit programs and
// x32 calls end with SIGSYS. That breaks programs; it lets none past the filter.
#include "posture/check.h"
#include "posture/seccomp.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  const SeccompView profile = seccomp_view(object);
  // The base profile may name them.
  if (!profile.spec.architectures.empty() || !profile.spec.base_profile_name.empty()) return;
  const bool docker = static_cast<bool>(profile.spec.arch_map);
  report
      .broken(profile.path / (docker ? "archMap" : "architectures"),
              docker ? "\"archMap\" is read by Docker alone: elsewhere 32-bit programs are killed"
                     : "no architectures are named: 32-bit programs are killed")
      .no_fix("for which architectures the nodes' programs are built is not in the profile");
}

}  // namespace

extern const Check seccomp_native_only;
const Check seccomp_native_only{
    .about = {.id = "seccomp-native-only",
              .aliases = {},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::low,
              .title = "Seccomp profiles name the architectures of the programs that they hold for",
              .effect = "A program built for another architecture of the processor (32-bit or x32) is killed at "
                        "its first system call; it does not get past the filter.",
              .remedy = "Set architectures, for example SCMP_ARCH_X86_64, SCMP_ARCH_X86 and SCMP_ARCH_X32.",
              .sources = {{"OCI runtime specification: seccomp",
                           "https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md#seccomp"},
                          {"libseccomp: seccomp_arch_add(3)",
                           "https://man7.org/linux/man-pages/man3/seccomp_arch_add.3.html"}},
              .mappings = {{finding::Framework::guide, "Secure container access to resources"}}},
    .rule = ObjectRule{{kube::ResourceKind::seccomp_profile}, run},
};

}  // namespace bulwark::posture

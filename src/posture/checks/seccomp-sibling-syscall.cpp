// A list of denied calls holds only if it has every call that does the same: systemd's RestrictSUIDSGID fell to
// fchmodat2 (systemd#29618), and each release of Linux brings more (openat2, clone3, mount_setattr, setxattrat).
// data/system-call-families.txt has the families.
#include <fmt/format.h>

#include <vector>

#include "posture/check.h"
#include "posture/seccomp.h"

namespace bulwark::posture {

namespace {

// The first rule that denies a call; syscalls.size() when none does. What is written under the dead key `name`
// counts too: it is what the author meant, and seccomp-dead-name reports that it has no effect.
std::size_t denied_by(const kube::SeccompSpec& spec, std::string_view call) {
  for (std::size_t i = 0; i < spec.syscalls.size(); ++i) {
    const kube::SeccompRule& rule = spec.syscalls[i];
    if (!denies(rule.action)) continue;
    bool found = false;
    for_each_name(rule, [&](std::string_view name, const FieldPath&) { found |= name == call; });
    if (found) return i;
  }
  return spec.syscalls.size();
}

void judge(const SeccompView& profile, const SystemCallFamily& family, Reporter& report) {
  const std::size_t none = profile.spec.syscalls.size();
  std::size_t first = none;
  std::vector<std::string_view> denied;
  std::vector<std::string_view> open;
  for (const SystemCall& call : family.calls) {
    const std::size_t rule = denied_by(profile.spec, call.name);
    if (rule != none) {
      denied.push_back(call.name);
      first = std::min(first, rule);
    } else if (!call.only_32_bit || profile.has_32_bit()) {
      open.push_back(call.name);
    }
  }
  // io_uring alone is no sign that the rest of a family should be denied.
  if (denied.empty() || open.empty() || (denied.size() == 1 && denied.front() == "io_uring_setup")) return;
  auto finding = report.broken(profile.rule(first), fmt::format("denies {} but not {}, which can do the same",
                                                                some_of(denied, 4), some_of(open, 4)));
  const kube::SeccompRule& rule = profile.spec.syscalls[first];
  if (family.is_vital) {
    finding.no_fix("hardly any program runs without these calls: an allow-list says what is meant");
  } else if (!rule.args.empty()) {
    finding.no_fix("the rule looks at arguments, which the other calls have in other places");
  } else {
    finding.fix([&] {
      Edits edits;
      for (const std::string_view call : open) {
        edits.push_back(append(profile.rule(first) / "names", document::Literal::string(call)));
      }
      return edits;
    });
  }
}

void run(const kube::Object& object, Reporter& report) {
  const SeccompView profile = seccomp_view(object);
  if (!profile.is_deny_list()) return;
  for (const SystemCallFamily& family : system_call_families()) judge(profile, family, report);
}

}  // namespace

extern const Check seccomp_sibling_syscall;
const Check seccomp_sibling_syscall{
    .about = {.id = "seccomp-sibling-syscall",
              .aliases = {},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::high,
              .title = "A seccomp profile that denies a system call denies those that do the same",
              .effect = "The program reaches what the profile should keep from it through the other call: with "
                        "chmod denied, fchmod and fchmodat2 still change modes.",
              .remedy = "Name the whole family of calls, or better allow only what the program needs.",
              .sources = {{"Linux manual: syscalls(2)", "https://man7.org/linux/man-pages/man2/syscalls.2.html"},
                          {"systemd#29618: fchmodat2", "https://github.com/systemd/systemd/issues/29618"},
                          {"AKS: secure container access to resources",
                           "https://learn.microsoft.com/azure/aks/secure-container-access"}},
              .mappings = {{finding::Framework::guide, "Secure container access to resources"}}},
    .rule = ObjectRule{{kube::ResourceKind::seccomp_profile}, run},
};

}  // namespace bulwark::posture

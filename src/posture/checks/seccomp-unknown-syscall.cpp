// runc resolves each name with libseccomp and passes over those that it does not know, with a message at level
// debug (libcontainer/seccomp). data/system-calls.txt has the names of every architecture.
#include <fmt/format.h>

#include <algorithm>

#include "posture/check.h"
#include "posture/seccomp.h"

namespace bulwark::posture {

namespace {

// Whether some rule with the same action has the name already, be it under the dead key `name`.
bool is_covered(const kube::SeccompSpec& spec, std::string_view name, std::string_view action) {
  return std::any_of(spec.syscalls.begin(), spec.syscalls.end(), [&](const kube::SeccompRule& rule) {
    return rule.action == action &&
           (rule.name == name || std::find(rule.names.begin(), rule.names.end(), name) != rule.names.end());
  });
}

void run(const kube::Object& object, Reporter& report) {
  const SeccompView profile = seccomp_view(object);
  for (std::size_t i = 0; i < profile.spec.syscalls.size(); ++i) {
    const kube::SeccompRule& rule = profile.spec.syscalls[i];
    const bool only_one = rule.names.size() + (rule.name.empty() ? 0 : 1) == 1;
    for_each_name(rule, [&](std::string_view name, const FieldPath& way) {
      if (is_system_call(name)) return;
      const std::string_view meant = nearest_system_call(name);
      const FieldPath at = profile.rule(i) / way;
      // The field is the rule, which stays when names move within it; the place is the name.
      auto finding = report.broken(
          profile.rule(i), meant.empty() ? fmt::format("\"{}\" is no system call, and is passed over", name)
                                         : fmt::format("\"{}\" is no system call, and is passed over; did "
                                                       "you mean \"{}\"?",
                                                       name, meant));
      finding.at(document::locate(report.root(), at).offset(true));
      // What is passed over can go, once it is sure that nothing else was meant.
      if (!meant.empty() && is_covered(profile.spec, meant, rule.action)) {
        finding.fix([&] { return Edits{remove(only_one ? profile.rule(i) : at)}; });
      } else {
        finding.no_fix("which call was meant is known to the author alone");
      }
    });
  }
}

}  // namespace

extern const Check seccomp_unknown_syscall;
const Check seccomp_unknown_syscall{
    .about = {.id = "seccomp-unknown-syscall",
              .aliases = {},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::medium,
              .title = "Seccomp profiles name system calls that exist",
              .effect = "The runtime passes over the name without a word, so the call that was meant is treated "
                        "as if the profile did not mention it.",
              .remedy = "Write the name as the kernel has it, for example fchmodat for chmodat.",
              .sources = {{"Linux manual: syscalls(2)", "https://man7.org/linux/man-pages/man2/syscalls.2.html"},
                          {"AKS: secure container access to resources",
                           "https://learn.microsoft.com/azure/aks/secure-container-access"}},
              .mappings = {{finding::Framework::guide, "Secure container access to resources"}}},
    .rule = ObjectRule{{kube::ResourceKind::seccomp_profile}, run},
};

}  // namespace bulwark::posture

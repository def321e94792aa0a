// A Localhost profile stands in place of RuntimeDefault and adds nothing to it, yet satisfies the Pod Security
// Standards. data/system-calls-denied-by-default.txt has what is lost.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "posture/check.h"
#include "posture/seccomp.h"

namespace bulwark::posture {

namespace {

constexpr std::string_view author_alone = "which calls the program needs is seen only by running it";

// A rule that decides about a call whatever its arguments are.
bool names_always(const kube::SeccompRule& rule, std::string_view call) {
  return rule.args.empty() && std::find(rule.names.begin(), rule.names.end(), call) != rule.names.end();
}

void judge_deny_list(const SeccompView& profile, Reporter& report) {
  std::vector<std::string_view> open;
  for (const std::string_view call : calls_denied_by_default()) {
    const auto is_denied = [&](const kube::SeccompRule& rule) {
      return !allows(rule.action) && names_always(rule, call);
    };
    if (std::none_of(profile.spec.syscalls.begin(), profile.spec.syscalls.end(), is_denied)) open.push_back(call);
  }
  if (open.empty()) return;
  report
      .broken(profile.path / "defaultAction", fmt::format("{} opens what RuntimeDefault denies: {}",
                                                          profile.spec.default_action, some_of(open, 5)))
      .no_fix(author_alone);
}

// One finding for the profile, at the first rule that allows too much.
void judge_allow_list(const SeccompView& profile, Reporter& report) {
  const auto rules = profile.spec.syscalls;
  std::vector<std::string_view> open;
  std::size_t first = rules.size();
  bool conditional = false;
  for (const std::string_view call : calls_denied_by_default()) {
    for (std::size_t i = 0; i < rules.size(); ++i) {
      if (!allows(rules[i].action) || !names_always(rules[i], call)) continue;
      open.push_back(call);
      first = std::min(first, i);
      conditional |= rules[i].includes != nullptr && !rules[i].includes->caps.empty();
      break;
    }
  }
  if (open.empty()) return;
  report
      .broken(profile.rule(first), fmt::format("allows what RuntimeDefault denies: {}{}", some_of(open, 5),
                                               conditional ? "; \"includes\" is read by Docker alone" : ""))
      .severity(finding::Severity::medium)
      .no_fix(author_alone);
}

void run(const kube::Object& object, Reporter& report) {
  const SeccompView profile = seccomp_view(object);
  if (profile.is_deny_list()) {
    judge_deny_list(profile, report);
  } else {
    judge_allow_list(profile, report);
  }
}

}  // namespace

extern const Check seccomp_weaker_than_default;
const Check seccomp_weaker_than_default{
    .about =
        {.id = "seccomp-weaker-than-default",
         .aliases = {},
         .chapter = finding::Chapter::container_access,
         .severity = finding::Severity::high,
         .title = "A seccomp profile denies at least what the runtime's default denies",
         .effect = "The profile replaces RuntimeDefault instead of adding to it, so calls such as bpf, mount, "
                   "keyctl and unshare are open, although the pod meets the Pod Security Standards.",
         .remedy = "Begin with defaultAction: SCMP_ACT_ERRNO and allow what the program uses, within what the "
                   "default profile allows.",
         .sources = {{"Docker: seccomp security profiles", "https://docs.docker.com/engine/security/seccomp/"},
                     {"Kubernetes: restrict a container's syscalls with seccomp",
                      "https://kubernetes.io/docs/tutorials/security/seccomp/"},
                     {"AKS: secure container access to resources",
                      "https://learn.microsoft.com/azure/aks/secure-container-access"}},
         .mappings = {{finding::Framework::guide, "Secure container access to resources"}}},
    .rule = ObjectRule{{kube::ResourceKind::seccomp_profile}, run},
};

}  // namespace bulwark::posture

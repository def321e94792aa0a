// OCI runtime specification, config-linux.md, "Seccomp": a rule has `names`. `name` is of Docker's first schema,
// and only Docker's own reader still knows it; containerd and CRI-O drop it, and runc installs no rule for an
// empty list.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "posture/check.h"
#include "posture/seccomp.h"

namespace bulwark::posture {

namespace {

bool is_dead(const kube::SeccompRule& rule) {
  return !rule.name.empty() && std::find(rule.names.begin(), rule.names.end(), rule.name) == rule.names.end();
}

Edits rename_all(const SeccompView& profile) {
  Edits edits;
  const auto rules = profile.spec.syscalls;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (!is_dead(rules[i])) continue;
    const FieldPath names = profile.rule(i) / "names";
    if (rules[i].names.empty()) {
      edits.push_back(set(names, document::Literal::strings({std::string(rules[i].name)})));
    } else {
      edits.push_back(append(names, document::Literal::string(rules[i].name)));
    }
    edits.push_back(remove(profile.rule(i) / "name"));
  }
  return edits;
}

// One finding for the whole profile: it was written for another reader, and one change mends it.
void run(const kube::Object& object, Reporter& report) {
  const SeccompView profile = seccomp_view(object);
  const auto rules = profile.spec.syscalls;
  const auto dead = std::count_if(rules.begin(), rules.end(), is_dead);
  if (dead == 0) return;
  const auto first = static_cast<std::size_t>(std::find_if(rules.begin(), rules.end(), is_dead) - rules.begin());
  const kube::SeccompRule& rule = rules[first];
  const std::string_view effect = profile.is_deny_list() ? "is not denied" : "is not allowed";
  const FieldPath at = profile.rule(first) / "name";
  report
      .broken(at, fmt::format("\"name\" is not read, only \"names\": \"{}\" {}{}", rule.name, effect,
                              dead == 1   ? ""
                              : dead == 2 ? ", nor is another call"
                                          : fmt::format(", nor are {} more calls", dead - 1)))
      .fix([&] { return rename_all(profile); });
}

}  // namespace

extern const Check seccomp_dead_name;
const Check seccomp_dead_name{
    .about = {.id = "seccomp-dead-name",
              .aliases = {},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::high,
              .title = "Rules of seccomp profiles name their calls under names",
              .effect = "containerd, CRI-O and runc drop the key name, so the rule is never installed: a profile "
                        "that denies calls denies nothing, and one that allows calls allows nothing.",
              .remedy = "Write names with a list of system calls in place of name.",
              .sources = {{"OCI runtime specification: seccomp",
                           "https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md#seccomp"},
                          {"AKS: secure container access to resources",
                           "https://learn.microsoft.com/azure/aks/secure-container-access"}},
              .mappings = {{finding::Framework::guide, "Secure container access to resources"}}},
    .rule = ObjectRule{{kube::ResourceKind::seccomp_profile}, run},
};

}  // namespace bulwark::posture

// Flags such as --password=... with a literal value (CWE-214). What counts as a secret stands in
// posture/secret_names.h. The value is never shown.
#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "posture/check.h"
#include "posture/secret_names.h"

namespace bulwark::posture {

namespace {

struct Flag {
  std::string_view name, value;
  bool has_value = false;  // in the same word, after =
};

// --name=value, -name=value (as Go's flags), -Dname=value (Java). Words of other shapes have no name.
Flag flag_of(std::string_view word) {
  if (!word.starts_with('-')) return {};
  word.remove_prefix(std::min(word.find_first_not_of('-'), word.size()));
  if (word.starts_with('D') && word.find('=') != std::string_view::npos) word.remove_prefix(1);
  const std::size_t equals = word.find('=');
  if (word.substr(0, equals).find_first_of(" \t\r\n") != std::string_view::npos) return {};
  if (equals == std::string_view::npos) return {word, {}, false};
  return {word.substr(0, equals), word.substr(equals + 1), true};
}

void run(const ContainerView& container, Reporter& report) {
  const auto judge = [&](std::span<const std::string_view> words, const char* list) {
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (holds_a_secret(words[i])) {
        report.broken(container.path(list) / i, "the command line holds a secret")
            .confidential()
            .no_fix("the secret is known by now and must be changed");
        continue;
      }
      const Flag flag = flag_of(words[i]);
      if (!names_a_secret(flag.name)) continue;
      std::size_t at = i;
      std::string_view value = flag.value;
      if (!flag.has_value) {
        if (i + 1 == words.size() || words[i + 1].starts_with('-')) continue;
        value = words[at = i + 1];
      }
      if (!may_be_secret(value)) continue;
      const std::string_view dashes = words[i].starts_with("--") ? "--" : "-";
      report
          .broken(container.path(list) / at,
                  fmt::format("{}{} has its secret on the command line", dashes, flag.name))
          .confidential()
          .no_fix("the secret is known by now and must be changed");
    }
  };
  judge(container.container.command, "command");
  judge(container.container.args, "args");
}

}  // namespace

extern const Check secret_in_args;
const Check secret_in_args{
    .about = {.id = "secret-in-args",
              .aliases = {},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::high,
              .title = "No secret stands on a command line",
              .effect =
                  "Command lines are seen by every process of the pod, in audit logs and in `kubectl describe`.",
              .remedy = "Let the program read the secret from a file.",
              .sources = {{"AKS: pod security",
                           "https://learn.microsoft.com/azure/aks/developer-best-practices-pod-security"},
                          {"Kubernetes: good practices for Secrets",
                           "https://kubernetes.io/docs/concepts/security/secrets-good-practices/"}},
              .mappings = {{finding::Framework::guide, "Pod security"}, {finding::Framework::mitre, "T1552"}}},
    .rule = ContainerRule{run},
};

}  // namespace bulwark::posture

// Flags such as --password=... with a literal value. The value is never shown.
#include <fmt/format.h>

#include <span>

#include "posture/check.h"
#include "posture/secret_names.h"

namespace bulwark::posture {

namespace {

void run(const ContainerView& container, Reporter& report) {
  const auto judge = [&](std::span<const std::string_view> words, const char* list) {
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (!words[i].starts_with("--")) continue;
      const std::size_t equals = words[i].find('=');
      if (equals == std::string_view::npos || equals + 1 == words[i].size()) continue;
      const std::string_view name = words[i].substr(2, equals - 2), value = words[i].substr(equals + 1);
      if (!names_a_secret(name) || value.starts_with("$") || value.starts_with('/') || value == "true" ||
          value == "false")
        continue;
      report.broken(container.path(list) / i, fmt::format("--{} has its secret on the command line", name))
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

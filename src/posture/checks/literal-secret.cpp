// The guide's page on pods: "Don't define credentials in your application code"; in manifests they are as visible.
// What counts as a secret stands in posture/secret_names.h. The value is never shown.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/secret_names.h"

namespace bulwark::posture {

namespace {

void run(const ContainerView& container, Reporter& report) {
  const auto env = container.container.env;
  for (std::size_t i = 0; i < env.size(); ++i) {
    const std::string_view value = env[i].value;
    if (value.empty()) continue;
    const bool by_name = names_a_secret(env[i].name) && may_be_secret(value);
    if (!by_name && !holds_a_secret(value)) continue;
    report
        .broken(container.path("env") / i / "value", fmt::format("variable {} has {} in the manifest", env[i].name,
                                                                 by_name ? "its secret" : "a secret"))
        .confidential()
        .no_fix("the secret is known by now and must be changed");
  }
}

}  // namespace

extern const Check literal_secret;
const Check literal_secret{
    .about = {.id = "literal-secret",
              .aliases = {"env-var-secret", "C-0012"},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::high,
              .title = "No secret stands in a manifest",
              .effect = "Everybody who can read the manifest, its repository or the pod has the secret.",
              .remedy = "Put it into a key vault or a Secret, mount that, and change the secret.",
              .sources = {{"AKS: pod security",
                           "https://learn.microsoft.com/azure/aks/developer-best-practices-pod-security"},
                          {"Kubernetes: good practices for Secrets",
                           "https://kubernetes.io/docs/concepts/security/secrets-good-practices/"}},
              .mappings = {{finding::Framework::guide, "Pod security"}, {finding::Framework::mitre, "T1552"}}},
    .rule = ContainerRule{run},
};

}  // namespace bulwark::posture

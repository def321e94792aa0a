// Names such as PASSWORD, API_KEY or CONNECTION_STRING with a literal value. The value is never shown.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/secret_names.h"

namespace bulwark::posture {

namespace {

void run(const ContainerView& container, Reporter& report) {
  const kube::Container& spec = container.container;
  for (std::size_t i = 0; i < spec.env.size(); ++i) {
    const std::string_view value = spec.env[i].value;
    if (value.empty() || !names_a_secret(spec.env[i].name)) continue;
    // References to other variables, paths and switches are no secrets.
    if (value.starts_with("$(") || value.starts_with('/') || value == "true" || value == "false") continue;
    report
        .broken(container.path("env") / i / "value",
                fmt::format("variable {} has its secret in the manifest", spec.env[i].name))
        .no_fix("the secret is known by now and must be changed");
  }
}

}  // namespace

extern const Check literal_secret;
const Check literal_secret{
    .about = {.id = "literal-secret",
              .aliases = {"C-0012"},
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

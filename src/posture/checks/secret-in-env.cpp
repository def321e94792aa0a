// CIS 5.4.1: prefer using secrets as files over secrets as environment variables. The guide: credentials do not
// belong in code.
#include <fmt/format.h>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const ContainerView& container, Reporter& report) {
  const kube::Container& spec = container.container;
  for (std::size_t i = 0; i < spec.env.size(); ++i) {
    const auto* from = spec.env[i].value_from;
    if (from == nullptr || from->secret_key_ref == nullptr) continue;
    report
        .broken(container.path("env") / i / "valueFrom" / "secretKeyRef",
                fmt::format("variable {} holds a value of the Secret \"{}\"", spec.env[i].name,
                            from->secret_key_ref->name))
        .no_fix("the program must learn to read a file");
  }
  for (std::size_t i = 0; i < spec.env_from.size(); ++i) {
    if (spec.env_from[i].secret_ref == nullptr) continue;
    report
        .broken(container.path("envFrom") / i / "secretRef",
                fmt::format("all values of the Secret \"{}\" are variables", spec.env_from[i].secret_ref->name))
        .no_fix("the program must learn to read a file");
  }
}

}  // namespace

extern const Check secret_in_env;
const Check secret_in_env{
    .about =
        {.id = "secret-in-env",
         .aliases = {"read-secret-from-env-var", "C-0207"},
         .chapter = finding::Chapter::container_access,
         .severity = finding::Severity::low,
         .title = "Secrets reach programs as files and not as environment variables",
         .effect =
             "Environment variables are seen by every child process, in crash dumps and in `kubectl describe`.",
         .remedy = "Mount the Secret as a volume, or use the Secrets Store CSI driver with workload identity.",
         .sources = {{"AKS: pod security",
                      "https://learn.microsoft.com/azure/aks/developer-best-practices-pod-security"},
                     {"Kubernetes: good practices for Secrets",
                      "https://kubernetes.io/docs/concepts/security/secrets-good-practices/"}},
         .mappings = {{finding::Framework::guide, "Pod security"},
                      {finding::Framework::cis_kubernetes, "5.4.1"},
                      {finding::Framework::cis_aks, "4.5.1"}}},
    .rule = ContainerRule{run},
};

}  // namespace bulwark::posture

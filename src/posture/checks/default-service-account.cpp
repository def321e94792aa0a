// CIS 5.1.5: default service accounts are not actively used.
#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const PodView& pod, Reporter& report) {
  const std::string_view account = pod.spec.service_account();
  if (!account.empty() && account != "default") return;
  // Without a token the account gives nothing away.
  if (!pod.spec.automount_service_account_token.value_or(true)) return;
  report.broken(pod.spec_path() / "serviceAccountName", "the pod runs as the namespace's default service account")
      .no_fix("an account of its own needs the rights that the default one has here");
}

}  // namespace

extern const Check default_service_account;
const Check default_service_account{
    .about = {.id = "default-service-account",
              .aliases = {},
              .chapter = finding::Chapter::api_server_access,
              .severity = finding::Severity::low,
              .title = "Workloads run under a service account of their own",
              .effect =
                  "Whatever is granted to the default service account is granted to every pod of the namespace.",
              .remedy = "Make a ServiceAccount for the workload and name it in serviceAccountName.",
              .sources = {{"Kubernetes: configure service accounts for pods",
                           "https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/"},
                          {"AKS: authentication and authorization",
                           "https://learn.microsoft.com/azure/aks/operator-best-practices-identity"}},
              .mappings = {{finding::Framework::guide, "Authentication and authorization"},
                           {finding::Framework::cis_kubernetes, "5.1.5"},
                           {finding::Framework::cis_aks, "4.1.5"}}},
    .rule = PodRule{run},
};

}  // namespace bulwark::posture

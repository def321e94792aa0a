// Secrets of type kubernetes.io/service-account-token; not made automatically since Kubernetes 1.24 (KEP-2799).
#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  if (kube::as<kube::Secret>(object)->type != "kubernetes.io/service-account-token") return;
  report.broken("type", "the Secret holds a service account token that never ends")
      .no_fix("whoever uses the token must be moved to one that ends");
}

}  // namespace

extern const Check legacy_token_secret;
const Check legacy_token_secret{
    .about = {.id = "legacy-token-secret",
              .aliases = {},
              .chapter = finding::Chapter::api_server_access,
              .severity = finding::Severity::medium,
              .title = "Service account tokens end",
              .effect =
                  "The token in such a Secret never ends: who reads it once has it until the account is deleted.",
              .remedy =
                  "Delete the Secret; use the TokenRequest API (`kubectl create token`) or a projected volume.",
              .sources = {{"Kubernetes: configure service accounts for pods",
                           "https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/"},
                          {"Kubernetes: good practices for Secrets",
                           "https://kubernetes.io/docs/concepts/security/secrets-good-practices/"}},
              .mappings = {{finding::Framework::guide, "Authentication and authorization"},
                           {finding::Framework::mitre, "T1528"}}},
    .rule = ObjectRule{{kube::ResourceKind::secret}, run},
};

}  // namespace bulwark::posture

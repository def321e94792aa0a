// CIS 5.1.11: minimize access to the approval sub-resource of certificatesigningrequests objects.
#include "posture/check.h"
#include "posture/rbac.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  for_each_rule(object, [&](const kube::PolicyRule& rule, const FieldPath& at) {
    if (contains(rule.resources, "*")) return;
    constexpr std::string_view group = "certificates.k8s.io";
    const bool approves = covers(rule, group, "certificatesigningrequests/approval") &&
                          (grants_verb(rule, "update") || grants_verb(rule, "patch"));
    const bool signs = covers(rule, group, "signers") && rule.resource_names.empty() &&
                       (grants_verb(rule, "approve") || grants_verb(rule, "sign"));
    if (approves || signs)
      report.broken(at, approves ? "the rule allows to approve certificate requests"
                                 : "the rule allows to sign for every signer");
  });
}

}  // namespace

extern const Check certificate_approval_access;
const Check certificate_approval_access{
    .about =
        {.id = "certificate-approval-access",
         .aliases = {},
         .chapter = finding::Chapter::api_server_access,
         .severity = finding::Severity::high,
         .title = "Nobody may sign certificates for the API server",
         .effect = "Who can approve and sign certificate requests becomes any user or node.",
         .remedy = "Leave approval to the controllers that need it, with the signers named in resourceNames.",
         .sources = {{"Kubernetes: RBAC good practices",
                      "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"},
                     {"Kubernetes: certificate signing requests",
                      "https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/"}},
         .mappings = {{finding::Framework::guide, "Secure access to the API server and cluster nodes"},
                      {finding::Framework::cis_kubernetes, "5.1.11"}}},
    .rule = ObjectRule{{kube::ResourceKind::role, kube::ResourceKind::cluster_role}, run},
};

}  // namespace bulwark::posture

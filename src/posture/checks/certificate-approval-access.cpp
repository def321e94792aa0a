// CIS 5.1.11: minimize access to the approval sub-resource of certificatesigningrequests objects. The API
// server also asks for the verb approve on the signer, so that a role that names harmless signers is none of
// this.
#include <algorithm>

#include "posture/check.h"
#include "posture/rbac.h"

namespace bulwark::posture {

namespace {

// The signer makes certificates that the API server or the kubelet take for a login.
bool is_dangerous(std::string_view signer) {
  return signer == "*" || signer == "kubernetes.io/*" || signer == "kubernetes.io/kube-apiserver-client" ||
         signer == "kubernetes.io/kube-apiserver-client-kubelet" || signer == "kubernetes.io/legacy-unknown";
}

void run(const kube::Object& object, Reporter& report) {
  bool signers = false, dangerous = false;
  for_each_rule(object, [&](const kube::PolicyRule& rule, const FieldPath&) {
    if (!grants_verb(rule, "approve") || !covers(rule, "certificates.k8s.io", "signers")) return;
    signers = true;
    const auto& names = rule.resource_names;
    dangerous = dangerous || names.empty() || std::any_of(names.begin(), names.end(), is_dangerous);
  });
  if (signers && !dangerous) return;
  for_each_grant(object, {{"certificates.k8s.io", "certificatesigningrequests/approval"}}, {"update", "patch"},
                 [&](const FieldPath& at, const kube::PolicyRule&, Right, std::string_view) {
                   report.broken(at, "the rule allows to approve certificate requests for any name and group")
                       .severity(dangerous ? finding::Severity::high : finding::Severity::medium)
                       .no_fix("which signers are needed is known to its owner alone");
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
         .title = "Nobody may approve certificates for the API server",
         .effect = "Who can approve certificate requests becomes any user or node.",
         .remedy = "Leave approval to the controllers that need it, with the signers named in resourceNames.",
         .sources = {{"Kubernetes: certificate signing requests",
                      "https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/"},
                     {"Kubernetes: RBAC good practices",
                      "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"}},
         .mappings = {{finding::Framework::guide, "Secure access to the API server and cluster nodes"},
                      {finding::Framework::cis_kubernetes, "5.1.11"}}},
    .rule = ObjectRule{{kube::ResourceKind::role, kube::ResourceKind::cluster_role}, run},
};

}  // namespace bulwark::posture

// CIS 5.1.12: minimize access to webhook configuration objects.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/rbac.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  constexpr std::string_view group = "admissionregistration.k8s.io";
  for_each_grant(object, {{group, "mutatingwebhookconfigurations"}, {group, "validatingwebhookconfigurations"}},
                 {"create", "update", "patch", "delete"},
                 [&](const FieldPath& at, const kube::PolicyRule& rule, Right right, std::string_view verbs) {
                   if (!rule.resource_names.empty()) return;
                   report.broken(at, fmt::format("the rule allows to {} {}", verbs, right.resource))
                       .no_fix("which webhooks the owner keeps is known to it alone");
                 });
}

}  // namespace

extern const Check webhook_write_access;
const Check webhook_write_access{
    .about = {.id = "webhook-write-access",
              .aliases = {"KSV114", "C-0039"},
              .chapter = finding::Chapter::api_server_access,
              .severity = finding::Severity::high,
              .title = "Few may change admission webhooks",
              .effect = "Who can change a webhook reads and rewrites every object that is sent to the API server, "
                        "secrets included, or switches the cluster's policies off.",
              .remedy = "Name the webhook configurations in resourceNames, or leave the rule to the operators "
                        "that keep them.",
              .sources = {{"Kubernetes: RBAC good practices",
                           "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"}},
              .mappings = {{finding::Framework::guide, "Secure access to the API server and cluster nodes"},
                           {finding::Framework::cis_kubernetes, "5.1.12"}}},
    .rule = ObjectRule{{kube::ResourceKind::role, kube::ResourceKind::cluster_role}, run},
};

}  // namespace bulwark::posture

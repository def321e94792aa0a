// CIS 5.1.12: minimize access to webhook configuration objects.
#include "posture/check.h"
#include "posture/rbac.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  for_each_rule(object, [&](const kube::PolicyRule& rule, const FieldPath& at) {
    constexpr std::string_view group = "admissionregistration.k8s.io";
    if (contains(rule.resources, "*") || !rule.resource_names.empty()) return;
    const bool webhooks = covers(rule, group, "validatingwebhookconfigurations") ||
                          covers(rule, group, "mutatingwebhookconfigurations");
    if (!webhooks || (!grants_verb(rule, "create") && !grants_verb(rule, "update") && !grants_verb(rule, "patch")))
      return;
    report.broken(at, "the rule allows to change admission webhooks");
  });
}

}  // namespace

extern const Check webhook_write_access;
const Check webhook_write_access{
    .about = {.id = "webhook-write-access",
              .aliases = {"C-0039"},
              .chapter = finding::Chapter::api_server_access,
              .severity = finding::Severity::high,
              .title = "Few may change admission webhooks",
              .effect = "Who can change a webhook reads and rewrites every object that is sent to the API server, "
                        "secrets included.",
              .remedy = "Leave the rule to the operators that keep webhooks.",
              .sources = {{"Kubernetes: RBAC good practices",
                           "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"}},
              .mappings = {{finding::Framework::guide, "Secure access to the API server and cluster nodes"},
                           {finding::Framework::cis_kubernetes, "5.1.12"}}},
    .rule = ObjectRule{{kube::ResourceKind::role, kube::ResourceKind::cluster_role}, run},
};

}  // namespace bulwark::posture

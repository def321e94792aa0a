// Pod Security Standards, Restricted from v1.8, "Privilege Escalation": allowPrivilegeEscalation must be false on
// every container; from v1.25 it is not asked of Windows pods. The guide names this field.
#include <algorithm>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

bool adds_sys_admin(const kube::SecurityContext& context) {
  if (context.capabilities == nullptr) return false;
  const auto added = context.capabilities->add;
  return std::find(added.begin(), added.end(), "SYS_ADMIN") != added.end() ||
         std::find(added.begin(), added.end(), "CAP_SYS_ADMIN") != added.end();
}

void run(const ContainerView& container, Reporter& report) {
  if (container.pod.is_windows() && container.pod.version >= kube::MinorVersion{1, 25}) return;
  const auto* context = container.container.security_context;
  if (context != nullptr && context->allow_privilege_escalation && !*context->allow_privilege_escalation) return;
  const FieldPath at = container.path("securityContext") / "allowPrivilegeEscalation";
  const bool set_so = context != nullptr && context->allow_privilege_escalation;
  auto finding = report.broken(
      at, set_so ? "allowPrivilegeEscalation is true" : "allowPrivilegeEscalation is not set to false");
  if (context != nullptr && (context->privileged.value_or(false) || adds_sys_admin(*context))) {
    finding.no_fix("the API server refuses false together with privileged or SYS_ADMIN");
    return;
  }
  finding.fix([&] { return Edits{set(at, document::Literal::boolean(false))}; });
}

}  // namespace

extern const Check allow_privilege_escalation;
const Check allow_privilege_escalation{
    .about = {.id = "allow-privilege-escalation",
              .aliases = {"privilege-escalation-container", "KSV001"},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::medium,
              .title = "Containers cannot gain more privileges than they start with",
              .effect =
                  "A setuid program inside the container can make its caller root, whatever user it runs as.",
              .remedy = "Set allowPrivilegeEscalation: false on the container.",
              .sources = {{"AKS: cluster security and upgrades",
                           "https://learn.microsoft.com/azure/aks/operator-best-practices-cluster-security"},
                          {"Pod Security Standards",
                           "https://kubernetes.io/docs/concepts/security/pod-security-standards/"}},
              .mappings = {{finding::Framework::guide, "Secure container access to resources"},
                           {finding::Framework::pss_restricted, "Privilege Escalation"},
                           {finding::Framework::cis_kubernetes, "5.2.6"},
                           {finding::Framework::cis_aks, "4.2.5"},
                           {finding::Framework::nsa, "Pod security: privilege escalation"},
                           {finding::Framework::defender,
                            "Container with privilege escalation should be avoided"}}},
    .pss = {.level = PssLevel::restricted, .since = {1, 8}, .control = "allowPrivilegeEscalation"},
    .from = {1, 8},
    .rule = ContainerRule{run},
};

}  // namespace bulwark::posture

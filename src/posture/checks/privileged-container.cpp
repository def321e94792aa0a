// Pod Security Standards, Baseline, "Privileged Containers": securityContext.privileged must be unset or false.
#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const ContainerView& container, Reporter& report) {
  const auto* context = container.container.security_context;
  if (context == nullptr || !context->privileged.value_or(false)) return;
  report.broken(container.path("securityContext") / "privileged", "the container is privileged")
      .no_fix("what the program needs of the node must be granted in its stead");
}

}  // namespace

extern const Check privileged_container;
const Check privileged_container{
    .about =
        {.id = "privileged-container",
         .aliases = {"KSV017", "privileged"},
         .chapter = finding::Chapter::container_access,
         .severity = finding::Severity::critical,
         .title = "Containers are not privileged",
         .effect =
             "The container has every capability and every device of the node: who breaks into it owns the node.",
         .remedy = "Remove privileged, and grant the one capability or device that the program needs.",
         .sources = {{"Pod Security Standards",
                      "https://kubernetes.io/docs/concepts/security/pod-security-standards/"},
                     {"AKS: secure container access to resources",
                      "https://learn.microsoft.com/azure/aks/secure-container-access"}},
         .mappings = {{finding::Framework::guide, "Secure container access to resources"},
                      {finding::Framework::pss_baseline, "Privileged Containers"},
                      {finding::Framework::cis_kubernetes, "5.2.2"},
                      {finding::Framework::cis_aks, "4.2.1"},
                      {finding::Framework::nsa, "Pod security: privileged containers"},
                      {finding::Framework::defender, "Privileged containers should be avoided"},
                      {finding::Framework::mitre, "T1610"}}},
    .pss = {.level = PssLevel::baseline, .since = {1, 0}, .control = "privileged"},
    .rule = ContainerRule{run},
};

}  // namespace bulwark::posture

// Pod Security Standards, Baseline, "Capabilities": adding capabilities beyond the default set of the container
// runtimes is forbidden.
#include <fmt/format.h>

#include "posture/capabilities.h"
#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const ContainerView& container, Reporter& report) {
  const auto* context = container.container.security_context;
  if (context == nullptr || context->capabilities == nullptr) return;
  const auto added = context->capabilities->add;
  for (std::size_t i = 0; i < added.size(); ++i) {
    if (is_default_capability(added[i])) continue;
    report
        .broken(container.path("securityContext") / "capabilities" / "add" / i,
                fmt::format("capability {} is added", added[i]))
        .severity(added[i] == "ALL" || added[i] == "SYS_ADMIN" || added[i] == "CAP_SYS_ADMIN"
                      ? finding::Severity::critical
                      : finding::Severity::high)
        .no_fix("whether the program works without it is known to its owner alone");
  }
}

}  // namespace

extern const Check added_capabilities;
const Check added_capabilities{
    .about = {.id = "added-capabilities",
              .aliases = {"KSV022"},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::high,
              .title = "Containers add no capability beyond the runtime's default set",
              .effect = "With capabilities such as SYS_ADMIN, NET_ADMIN or SYS_PTRACE a container can take over "
                        "the node or its neighbours.",
              .remedy = "Take the capability out of add; if the program cannot do without, run it in a namespace "
                        "of its own with an exception.",
              .sources = {{"Pod Security Standards",
                           "https://kubernetes.io/docs/concepts/security/pod-security-standards/"},
                          {"AKS: pod security",
                           "https://learn.microsoft.com/azure/aks/developer-best-practices-pod-security"}},
              .mappings = {{finding::Framework::guide, "Secure container access to resources"},
                           {finding::Framework::pss_baseline, "Capabilities"},
                           {finding::Framework::cis_kubernetes, "5.2.9"},
                           {finding::Framework::defender,
                            "Least privileged Linux capabilities should be enforced for containers"},
                           {finding::Framework::nsa, "Pod security: capabilities"}}},
    .pss = {.level = PssLevel::baseline, .since = {1, 0}, .control = "capabilities"},
    .rule = ContainerRule{run},
};

}  // namespace bulwark::posture

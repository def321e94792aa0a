// Pod Security Standards, Restricted from v1.22, "Capabilities": drop must have ALL, add only NET_BIND_SERVICE;
// from v1.25 not asked of Windows pods.
#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "posture/capabilities.h"
#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const ContainerView& container, Reporter& report) {
  if (container.pod.is_windows() && container.pod.version >= kube::MinorVersion{1, 25}) return;
  const auto* context = container.container.security_context;
  const auto* capabilities = context == nullptr ? nullptr : context->capabilities;
  const FieldPath at = container.path("securityContext") / "capabilities";
  const auto drop = capabilities == nullptr ? std::span<const std::string_view>{} : capabilities->drop;
  if (std::find(drop.begin(), drop.end(), "ALL") == drop.end()) {
    auto finding = report.broken(at / "drop", "the container does not drop ALL capabilities");
    if (context != nullptr && context->privileged.value_or(false)) {
      finding.no_fix("a privileged container has all capabilities whatever it drops");
    } else {
      finding.fix([&] { return Edits{set(at / "drop", document::Literal::strings({"ALL"}))}; });
    }
  }
  if (capabilities == nullptr) return;
  for (std::size_t i = 0; i < capabilities->add.size(); ++i) {
    const std::string_view added = capabilities->add[i];
    // Beyond the default set it is the matter of added-capabilities, which this control replaces.
    if (added == "NET_BIND_SERVICE" || (!report.is_pod_security() && !is_default_capability(added))) continue;
    report.broken(at / "add" / i, fmt::format("capability {} is added", added))
        .no_fix("whether the program works without it is known to its owner alone");
  }
}

}  // namespace

extern const Check drop_all_capabilities;
const Check drop_all_capabilities{
    .about = {.id = "drop-all-capabilities",
              .aliases = {"drop-net-raw-capability", "KSV003"},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::medium,
              .title = "Containers drop all capabilities and add none but NET_BIND_SERVICE",
              .effect = "The runtime's default capabilities allow raw sockets, changing owners and more that a "
                        "program seldom needs and an intruder likes.",
              .remedy =
                  "Set capabilities.drop: [ALL], and add NET_BIND_SERVICE where a port below 1024 is needed.",
              .sources = {{"AKS: pod security",
                           "https://learn.microsoft.com/azure/aks/developer-best-practices-pod-security"},
                          {"Pod Security Standards",
                           "https://kubernetes.io/docs/concepts/security/pod-security-standards/"}},
              .mappings = {{finding::Framework::guide, "Secure container access to resources"},
                           {finding::Framework::pss_restricted, "Capabilities"},
                           {finding::Framework::cis_kubernetes, "5.2.8"},
                           {finding::Framework::cis_kubernetes, "5.2.10"},
                           {finding::Framework::nsa, "Pod security: capabilities"},
                           {finding::Framework::defender,
                            "Least privileged Linux capabilities should be enforced for containers"}}},
    .pss = {.level = PssLevel::restricted,
            .since = {1, 22},
            .control = "capabilities_restricted",
            .replaces = "capabilities"},
    .rule = ContainerRule{run},
};

}  // namespace bulwark::posture

// Groups of which no API is served any more, by the table of API lifecycles (extensions/v1beta1 had its last
// kind, Ingress, until Kubernetes 1.21), and podsecuritypolicies, gone with 1.25.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "kube/api_lifecycle.h"
#include "posture/check.h"
#include "posture/rbac.h"

namespace bulwark::posture {

namespace {

// The first release that serves nothing of the group; nullopt for groups that live, or that Kubernetes does not
// have.
std::optional<kube::Minor> end_of(std::string_view group) {
  std::optional<kube::Minor> end;
  for (const kube::ApiLifecycle& api : kube::api_lifecycles()) {
    if (api.group_version.group != group) continue;
    if (!api.removed) return std::nullopt;
    end = end ? std::max(*end, *api.removed) : *api.removed;
  }
  return end;
}

void run(const kube::Object& object, Reporter& report) {
  const kube::Minor release = report.version();
  for_each_rule(object, [&](const kube::PolicyRule& rule, const FieldPath& at) {
    for (std::size_t i = 0; i < rule.api_groups.size(); ++i) {
      // The core group, and those of Kubernetes with a short name or below k8s.io.
      const std::string_view group = rule.api_groups[i];
      if (group.empty() || group == "*" ||
          (group.find('.') != std::string_view::npos && !group.ends_with(".k8s.io")))
        continue;
      const auto end = end_of(group);
      if (!end || release < *end) continue;
      const FieldPath path = at / "apiGroups" / i;
      auto finding = report.broken(
          path, fmt::format("the API group \"{}\" is empty since Kubernetes {}", group, end->text()));
      if (rule.api_groups.size() > 1) {
        finding.fix([&] { return Edits{remove(path)}; });
      } else {
        finding.no_fix("whether another group is meant is known to the role's owner alone");
      }
    }
    const auto psp = find_resource(rule, {"policy", "podsecuritypolicies"});
    if (!psp || release < kube::Minor{1, 25}) return;
    const FieldPath path = at / "resources" / *psp;
    auto finding = report.broken(path, "podsecuritypolicies are gone since Kubernetes 1.25");
    if (rule.resources.size() > 1) {
      finding.fix([&] { return Edits{remove(path)}; });
    } else {
      finding.no_fix("the rule as a whole must be removed");
    }
  });
}

}  // namespace

extern const Check dead_api_group;
const Check dead_api_group{
    .about = {.id = "dead-api-group",
              .aliases = {},
              .chapter = finding::Chapter::api_server_access,
              .severity = finding::Severity::low,
              .title = "Roles name API groups that exist",
              .effect = "The rule grants nothing today, and whoever reads the role believes that it does.",
              .remedy = "Remove the group, or name the one that took its place.",
              .sources = {{"Kubernetes: deprecated API migration guide",
                           "https://kubernetes.io/docs/reference/using-api/deprecation-guide/"},
                          {"AKS: Kubernetes RBAC with Microsoft Entra ID",
                           "https://learn.microsoft.com/azure/aks/kubernetes-rbac-entra-id"}},
              .mappings = {{finding::Framework::guide, "Secure access to the API server and cluster nodes"}}},
    .rule = ObjectRule{{kube::ResourceKind::role, kube::ResourceKind::cluster_role}, run},
};

}  // namespace bulwark::posture

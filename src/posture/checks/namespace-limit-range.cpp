// NSA/CISA Hardening Guidance: LimitRange and ResourceQuota.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/system_namespaces.h"

namespace bulwark::posture {

namespace {

// Namespaces of users that the input tells something of.
template <class Visit>
void for_each_user_namespace(const kube::Inventory& inventory, Visit&& visit) {
  for (const kube::Object* object : inventory.of(kube::ResourceKind::name_space)) {
    if (!is_system_namespace(object->metadata.name)) visit(*object);
  }
}

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  for_each_user_namespace(inventory, [&](const kube::Object& object) {
    report.judged(object);
    const std::string_view space = object.metadata.name;
    if (inventory.of(kube::ResourceKind::limit_range, space).empty()) {
      report.broken(object, {}, fmt::format("the namespace {} has no LimitRange", space))
          .no_fix("how much a container may take is a decision of its owner");
    }
  });
}

}  // namespace

extern const Check namespace_limit_range;
const Check namespace_limit_range{
    .about = {.id = "namespace-limit-range",
              .aliases = {"KSV039"},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::low,
              .title = "Namespaces have a LimitRange",
              .effect = "Containers that name no limits get none.",
              .remedy = "Add a LimitRange with default and defaultRequest.",
              .sources = {{"Kubernetes: resource quotas",
                           "https://kubernetes.io/docs/concepts/policy/resource-quotas/"}},
              .mappings = {{finding::Framework::nsa, "Resource policies"}}},
    .in_guide = false,
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

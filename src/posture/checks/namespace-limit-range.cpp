// NSA/CISA Hardening Guidance: LimitRange and ResourceQuota.
#include "posture/check.h"
#include "posture/user_namespaces.h"

namespace bulwark::posture {

namespace {

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  report_namespaces_without(inventory, kube::ResourceKind::limit_range, "LimitRange",
                            "how much a container may take is a decision of its owner", report);
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
              .sources = {{"Kubernetes: limit ranges", "https://kubernetes.io/docs/concepts/policy/limit-range/"}},
              .mappings = {{finding::Framework::nsa, "Resource policies"}}},
    .in_guide = false,
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

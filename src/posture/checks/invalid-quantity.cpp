// resource.Quantity, k8s.io/apimachinery/pkg/api/resource: what cannot be parsed is refused.
#include <fmt/format.h>

#include "kube/quantity.h"
#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const ContainerView& container, Reporter& report) {
  const auto* resources = container.container.resources;
  if (resources == nullptr) return;
  const auto judge = [&](kube::Labels list, const char* name) {
    for (const kube::Label& each : list) {
      if (kube::Quantity::from_manifest(each.value)) continue;
      report.broken(container.path("resources") / name / each.key,
                    fmt::format("\"{}\" is no quantity", each.value));
    }
  };
  judge(resources->requests, "requests");
  judge(resources->limits, "limits");
}

}  // namespace

extern const Check invalid_quantity;
const Check invalid_quantity{
    .about = {.id = "invalid-quantity",
              .aliases = {},
              .chapter = finding::Chapter::kubernetes_upgrades,
              .severity = finding::Severity::high,
              .title = "Quantities can be read",
              .effect = "The API server refuses the whole object.",
              .remedy = "Write the quantity with one of the suffixes m, k, M, G, Ki, Mi, Gi.",
              .sources = {{"Kubernetes: resource management for pods and containers",
                           "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/"}},
              .mappings = {}},
    .rule = ContainerRule{run},
};

}  // namespace bulwark::posture

// StatefulSet: "you are responsible for creating this Service"; without the Service that serviceName names, its
// pods have no names in DNS.
#include <fmt/format.h>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  for (const kube::Object* object : inventory.of(kube::ResourceKind::stateful_set)) {
    const std::string_view name = kube::as<kube::StatefulSet>(*object)->spec.service_name;
    const std::string_view name_space = object->namespace_or_default();
    // Without any Service here, they are somewhere else.
    if (name.empty() || inventory.of(kube::ResourceKind::service, name_space).empty()) continue;
    report.judged(*object);
    if (inventory.find(kube::ResourceKind::service, name_space, name) != nullptr) continue;
    report
        .broken(*object, FieldPath("spec") / "serviceName",
                fmt::format("namespace \"{}\" has no Service \"{}\"", name_space, name))
        .no_fix("which Service is meant is known to its owner alone");
  }
}

}  // namespace

extern const Check stateful_set_missing_service;
const Check stateful_set_missing_service{
    .about = {.id = "stateful-set-missing-service",
              .aliases = {},
              .chapter = finding::Chapter::kubernetes_upgrades,
              .severity = finding::Severity::medium,
              .title = "StatefulSets name a Service that exists",
              .effect = "Its pods have no names in DNS: members that find each other by name cannot join again "
                        "after a drain.",
              .remedy = "Add the headless Service, or correct its name.",
              .sources = {{"Kubernetes: StatefulSets",
                           "https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/"}},
              .mappings = {{finding::Framework::guide, "Regularly update to the latest version of Kubernetes"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

#include "posture/user_namespaces.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "posture/system_namespaces.h"

namespace bulwark::posture {

std::string UserNamespace::text() const {
  if (object == nullptr && anchor().metadata.name_space.empty()) return "the workload's namespace";
  return fmt::format("namespace \"{}\"", name);
}

std::vector<UserNamespace> user_namespaces(const kube::Inventory& inventory) {
  std::vector<UserNamespace> found;
  for (const std::string_view name : inventory.namespaces()) {
    if (is_system_namespace(name)) continue;
    const UserNamespace each{name, inventory.find(kube::ResourceKind::name_space, {}, name),
                             inventory.workloads(name)};
    if (each.object != nullptr ? !is_managed(*each.object) : !each.workloads.empty()) found.push_back(each);
  }
  return found;
}

void report_namespaces_without(const kube::Inventory& inventory, kube::ResourceKind kind,
                               std::string_view kind_name, std::string_view no_fix, ClusterReporter& report) {
  for (const UserNamespace& space : user_namespaces(inventory)) {
    if (space.object == nullptr) continue;
    report.judged(*space.object);
    if (!inventory.of(kind, space.name).empty()) continue;
    report
        .broken(*space.object, FieldPath("metadata") / "name",
                fmt::format("namespace \"{}\" has no {}", space.name, kind_name))
        .no_fix(no_fix);
  }
}

bool is_whole_cluster(const kube::Inventory& inventory) { return inventory.has(kube::ResourceKind::node); }

bool would_show(const kube::Inventory& inventory, const UserNamespace& name_space, kube::ResourceKind kind) {
  return name_space.object != nullptr || inventory.has(kind) || is_whole_cluster(inventory);
}

bool is_made_by_workload(const kube::Inventory& inventory, const kube::Object& object) {
  struct Maker {
    std::string_view name;
    kube::ResourceKind kind;
  };
  using enum kube::ResourceKind;
  static constexpr std::array<Maker, 7> makers{{{"ReplicaSet", replica_set},
                                                {"Deployment", deployment},
                                                {"StatefulSet", stateful_set},
                                                {"DaemonSet", daemon_set},
                                                {"Job", job},
                                                {"CronJob", cron_job},
                                                {"ReplicationController", replication_controller}}};
  const kube::OwnerReference* owner = object.metadata.controller();
  if (owner == nullptr) return false;
  const auto maker =
      std::find_if(makers.begin(), makers.end(), [&](const Maker& each) { return each.name == owner->kind; });
  return maker != makers.end() &&
         inventory.find(maker->kind, object.namespace_or_default(), owner->name) != nullptr;
}

bool is_managed(const kube::Object& object) {
  for (const kube::Label& label : object.metadata.labels) {
    if (label.key == "kubernetes.io/bootstrapping" || label.key == "addonmanager.kubernetes.io/mode") return true;
    if (label.key == "kubernetes.azure.com/managedby" && label.value == "aks") return true;
    if (label.key == "kubernetes.io/cluster-service" && label.value == "true") return true;
  }
  return false;
}

}  // namespace bulwark::posture

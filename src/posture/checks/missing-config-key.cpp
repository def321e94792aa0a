// A container whose configMapKeyRef or secretKeyRef names a key that is not there does not start
// (CreateContainerConfigError); here the object is in the input, and it lacks the key.
#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "posture/check.h"
#include "posture/references.h"
#include "posture/workloads.h"

namespace bulwark::posture {

namespace {

bool has(std::span<const std::string_view> keys, std::string_view key) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  for (const std::string_view name_space : inventory.namespaces()) {
    for (const Workload& workload : inventory.workload_index(name_space).all()) {
      for_each_config_reference(
          view_of(workload, report.version()), [&](const ConfigReference& to, const auto& path) {
            if (to.key.empty() || to.optional) return;
            const kube::Object* object = inventory.find(to.kind, name_space, to.name);
            if (object == nullptr) return;
            report.judged(*workload.object);
            if (const auto* map = kube::as<kube::ConfigMap>(*object); map != nullptr) {
              if (has(map->keys, to.key) || has(map->binary_keys, to.key)) return;
            } else if (const auto* secret = kube::as<kube::Secret>(*object); secret != nullptr) {
              if (has(secret->keys, to.key) || has(secret->string_keys, to.key)) return;
              // Filled in by a controller.
              if (secret->keys.empty() && secret->string_keys.empty()) return;
            }
            report
                .broken(*workload.object, path() / "key",
                        fmt::format("{} has no key \"{}\"", describe(*object), to.key))
                .no_fix("which key is meant is known to its owner alone");
          });
    }
  }
}

}  // namespace

extern const Check missing_config_key;
const Check missing_config_key{
    .about = {.id = "missing-config-key",
              .aliases = {},
              .chapter = finding::Chapter::kubernetes_upgrades,
              .severity = finding::Severity::medium,
              .title = "Keys that containers read are in their ConfigMap or Secret",
              .effect = "The container does not start, which shows only when an upgrade makes the pod anew.",
              .remedy = "Add the key, correct its name, or mark the reference as optional.",
              .sources = {{"Kubernetes: ConfigMaps",
                           "https://kubernetes.io/docs/concepts/configuration/configmap/"},
                          {"Kubernetes: Secrets", "https://kubernetes.io/docs/concepts/configuration/secret/"}},
              .mappings = {{finding::Framework::guide, "Regularly update to the latest version of Kubernetes"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

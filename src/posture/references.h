#pragma once

#include <string_view>

#include "kube/inventory.h"
#include "posture/reporter.h"
#include "posture/views.h"

namespace bulwark::posture {

// A ConfigMap or Secret that a pod names.
struct ConfigReference {
  kube::ResourceKind kind = kube::ResourceKind::config_map;  // or secret
  std::string_view name;
  std::string_view key;  // empty: the object as a whole
  bool optional = false;
};

// Calls visit(ConfigReference, path) for what containers and volumes of the pod name, path being a callable that
// makes the FieldPath of the field with the name or key. Pull secrets are left out: without one the node may still
// pull.
template <class Visit>
void for_each_config_reference(const PodView& pod, Visit&& visit) {
  using kube::ResourceKind;
  for_each_container(pod, [&](const ContainerView& container) {
    for (std::size_t i = 0; i < container.container.env.size(); ++i) {
      const kube::EnvVarSource* from = container.container.env[i].value_from;
      if (from == nullptr) continue;
      const auto one = [&](const kube::KeyReference* to, ResourceKind kind, const char* field) {
        if (to == nullptr || to->name.empty()) return;
        visit(ConfigReference{kind, to->name, to->key, to->optional.value_or(false)},
              [&] { return container.path("env") / i / "valueFrom" / field; });
      };
      one(from->config_map_key_ref, ResourceKind::config_map, "configMapKeyRef");
      one(from->secret_key_ref, ResourceKind::secret, "secretKeyRef");
    }
    for (std::size_t i = 0; i < container.container.env_from.size(); ++i) {
      const auto one = [&](const kube::NameReference* to, ResourceKind kind, const char* field) {
        if (to == nullptr || to->name.empty()) return;
        visit(ConfigReference{kind, to->name, {}, to->optional.value_or(false)},
              [&] { return container.path("envFrom") / i / field; });
      };
      one(container.container.env_from[i].config_map_ref, ResourceKind::config_map, "configMapRef");
      one(container.container.env_from[i].secret_ref, ResourceKind::secret, "secretRef");
    }
  });
  for (std::size_t i = 0; i < pod.spec.volumes.size(); ++i) {
    const kube::Volume& volume = pod.spec.volumes[i];
    const auto at = [&] { return pod.spec_path() / "volumes" / i; };
    if (volume.config_map != nullptr && !volume.config_map->name.empty()) {
      visit(
          ConfigReference{
              ResourceKind::config_map, volume.config_map->name, {}, volume.config_map->optional.value_or(false)},
          [&] { return at() / "configMap"; });
    }
    if (volume.secret != nullptr && !volume.secret->secret_name.empty()) {
      visit(
          ConfigReference{
              ResourceKind::secret, volume.secret->secret_name, {}, volume.secret->optional.value_or(false)},
          [&] { return at() / "secret"; });
    }
    if (volume.projected == nullptr) continue;
    for (std::size_t k = 0; k < volume.projected->sources.size(); ++k) {
      const kube::VolumeProjection& source = volume.projected->sources[k];
      const auto one = [&](const kube::NameReference* to, ResourceKind kind, const char* field) {
        if (to == nullptr || to->name.empty()) return;
        visit(ConfigReference{kind, to->name, {}, to->optional.value_or(false)},
              [&] { return at() / "projected" / "sources" / k / field; });
      };
      one(source.config_map, ResourceKind::config_map, "configMap");
      one(source.secret, ResourceKind::secret, "secret");
    }
  }
}

// Reports, as unknown, the ConfigMaps or Secrets that workloads cannot do without and that are not in the input:
// each once for a workload.
void report_missing_references(const kube::Inventory& inventory, kube::ResourceKind kind, ClusterReporter& report);

}  // namespace bulwark::posture

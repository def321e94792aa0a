#include <fmt/format.h>

#include <algorithm>

#include "twin/loader.h"

namespace bulwark::twin {

void Loader::load_volumes() {
  std::unordered_map<std::string_view, const kube::PersistentVolume*> volumes;
  std::unordered_map<std::string_view, const kube::StorageClass*> classes;
  for (const kube::Object* object : inventory_.of(kube::ResourceKind::persistent_volume)) {
    volumes.emplace(object->metadata.name, kube::as<kube::PersistentVolume>(*object));
  }
  for (const kube::Object* object : inventory_.of(kube::ResourceKind::storage_class)) {
    classes.emplace(object->metadata.name, kube::as<kube::StorageClass>(*object));
  }
  for (const kube::Object* object : inventory_.of(kube::ResourceKind::persistent_volume_claim)) {
    const kube::PersistentVolumeClaim& from = *kube::as<kube::PersistentVolumeClaim>(*object);
    Claim claim;
    claim.name_space = object->namespace_or_default();
    claim.name = object->metadata.name;
    claim.exists = true;
    claim.volume = from.spec.volume_name;
    claim.is_bound = !claim.volume.empty();
    const auto has_mode = [&](std::string_view mode) {
      return std::find(from.spec.access_modes.begin(), from.spec.access_modes.end(), mode) !=
             from.spec.access_modes.end();
    };
    claim.once_per_pod = has_mode("ReadWriteOncePod");
    claim.once_per_node = has_mode("ReadWriteOnce") || claim.once_per_pod;
    if (const auto found = classes.find(from.spec.storage_class_name); found != classes.end()) {
      claim.waits_for_pod = found->second->volume_binding_mode == "WaitForFirstConsumer";
      claim.driver = found->second->provisioner;
    }
    if (claim.is_bound) {
      const auto volume = volumes.find(claim.volume);
      if (volume != volumes.end()) {
        const kube::PersistentVolumeSpec& spec = volume->second->spec;
        if (spec.node_affinity != nullptr) claim.needs = spec.node_affinity->required;
        claim.is_local = spec.other_source == "local" || spec.other_source == "hostPath";
        claim.driver = spec.csi != nullptr ? spec.csi->driver : std::string_view();
      } else {
        gap(Gap::Weight::doubt, fmt::format("claim {}/{}", claim.name_space, claim.name),
            fmt::format("its volume {} is not in the input: every node is supposed to reach it", claim.volume));
      }
    }
    claim_by_name_.emplace(fmt::format("{}/{}", claim.name_space, claim.name),
                           static_cast<Index>(model_->claims.size()));
    model_->claims.push_back(claim);
  }
}

std::vector<Index> Loader::claims_of(const kube::PodSpec& spec, std::string_view name_space, Index workload,
                                     std::int32_t ordinal) {
  std::vector<Index> claims;
  const auto add = [&](std::string_view name, bool is_made_here) {
    const std::string key = fmt::format("{}/{}", name_space, name);
    auto found = claim_by_name_.find(key);
    if (found == claim_by_name_.end()) {
      Claim claim;
      claim.name_space = name_space;
      claim.name = arena_->copy(name);
      // The StatefulSet controller makes the claims of its templates; they are bound where the pod goes.
      claim.exists = claim.waits_for_pod = is_made_here;
      found = claim_by_name_.emplace(key, static_cast<Index>(model_->claims.size())).first;
      model_->claims.push_back(claim);
    }
    claims.push_back(found->second);
  };
  for (const kube::Volume& volume : spec.volumes) {
    if (volume.persistent_volume_claim != nullptr) add(volume.persistent_volume_claim->claim_name, false);
  }
  if (workload != none && ordinal >= 0) {
    const kube::StatefulSetSpec& set = kube::as<kube::StatefulSet>(*model_->workloads[workload].object)->spec;
    for (const kube::Claim& each : set.volume_claim_templates) {
      add(fmt::format("{}-{}-{}", each.metadata.name, model_->workloads[workload].name, ordinal), true);
    }
  }
  return claims;
}

}  // namespace bulwark::twin

#include "twin/simulation_volumes.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <vector>

namespace bulwark::twin {

using document::Json;

namespace {

Json string(std::string_view text) { return Json::string(text); }

const ApiKind& claims(const Store& store) { return store.kinds().core("persistentvolumeclaims"); }
const ApiKind& volumes(const Store& store) { return store.kinds().core("persistentvolumes"); }

Json parsed(const ObjectPtr& stored) {
  return stored == nullptr ? Json() : Json::parse(stored->json).value_or(Json());
}

std::string claim_name(const Json& claim, const Json& set, std::int64_t ordinal) {
  return fmt::format("{}-{}-{}", claim.text_at({"metadata", "name"}), set.text_at({"metadata", "name"}), ordinal);
}

template <class Visit>
void for_each_item(const Json* list, const Visit& visit) {
  if (list == nullptr || !list->is_array()) return;
  for (const auto& [key, item] : list->members()) visit(item);
}

std::string_view when(const Json& set, std::string_view what) {
  return set.text_at({"spec", "persistentVolumeClaimRetentionPolicy", what});
}

// Whether the set owns the claim when it should, and does not when it should not; true when that had to be
// changed.
bool set_owner(const Json& set, Json& claim) {
  const std::string_view uid = set.text_at({"metadata", "uid"});
  const bool is_wanted = when(set, "whenDeleted") == "Delete";
  const Json* owners = claim.at({"metadata", "ownerReferences"});
  bool is_owner = false;
  for_each_item(owners, [&](const Json& each) { is_owner |= each.text_at({"uid"}) == uid; });
  if (is_owner == is_wanted) return false;
  Json& list = claim["metadata"]["ownerReferences"];
  if (is_wanted) {
    Json owner = Json::object();
    owner.set("apiVersion", string("apps/v1"));
    owner.set("kind", string("StatefulSet"));
    owner.set("name", string(set.text_at({"metadata", "name"})));
    owner.set("uid", string(uid));
    list.push_back(std::move(owner));
  } else {
    list.members().erase_if([&](const auto& each) { return each.value.text_at({"uid"}) == uid; });
    if (list.empty()) claim["metadata"].erase("ownerReferences");
  }
  return true;
}

}  // namespace

void Volumes::give_claims(const Json& set, std::int64_t ordinal, Json& pod) {
  const std::string name_space(set.text_at({"metadata", "namespace"}));
  std::vector<Json> of_templates;
  for_each_item(set.at({"spec", "volumeClaimTemplates"}), [&](const Json& from) {
    const std::string name = claim_name(from, set, ordinal);
    Json volume = Json::object();
    volume.set("name", string(from.text_at({"metadata", "name"})));
    volume["persistentVolumeClaim"].set("claimName", string(name));
    of_templates.push_back(std::move(volume));
    if (store_.find(claims(store_), name_space, name) != nullptr) return;
    Json claim = from;
    claim.set("kind", string("PersistentVolumeClaim"));
    claim.set("apiVersion", string("v1"));
    claim.erase("status");
    Json& metadata = claim["metadata"];
    metadata.set("name", string(name));
    metadata.set("namespace", string(name_space));
    if (const Json* labels = set.at({"spec", "selector", "matchLabels"})) {
      for (const auto& [key, value] : labels->members()) metadata["labels"].set(key, value);
    }
    static_cast<void>(set_owner(set, claim));
    if (const auto made = store_.put(std::move(claim))) provide(*made, {});
  });
  if (of_templates.empty()) return;
  // A volume of the template with the same name gives way.
  Json list = Json::array();
  for (Json& each : of_templates) list.push_back(std::move(each));
  const auto is_taken = [&](std::string_view name) {
    return std::any_of(list.members().begin(), list.members().end(),
                       [&](const auto& each) { return each.value.text_at({"name"}) == name; });
  };
  for_each_item(pod.at({"spec", "volumes"}), [&](const Json& each) {
    if (!is_taken(each.text_at({"name"}))) list.push_back(each);
  });
  pod["spec"].set("volumes", std::move(list));
}

void Volumes::pod_bound(const Json& pod) {
  for_each_item(pod.at({"spec", "volumes"}), [&](const Json& volume) {
    const std::string_view name = volume.text_at({"persistentVolumeClaim", "claimName"});
    if (name.empty()) return;
    const ObjectPtr claim = store_.find(claims(store_), pod.text_at({"metadata", "namespace"}), name);
    if (claim != nullptr) provide(claim, pod.text_at({"spec", "nodeName"}));
  });
}

void Volumes::claim_written(std::string_view name_space, std::string_view name) {
  if (const ObjectPtr claim = store_.find(claims(store_), name_space, name)) provide(claim, {});
}

void Volumes::provide_all() {
  std::vector<ObjectPtr> all;
  store_.for_each_pointer(claims(store_), [&](const ObjectPtr& claim) { all.push_back(claim); });
  for (const ObjectPtr& claim : all) provide(claim, {});
  std::vector<ObjectPtr> pods;
  store_.for_each_pointer(store_.kinds().core("pods"), [&](const ObjectPtr& pod) { pods.push_back(pod); });
  for (const ObjectPtr& pod : pods) {
    if (!find_text(pod->json, {"spec", "nodeName"}).empty()) pod_bound(parsed(pod));
  }
}

void Volumes::provide(const ObjectPtr& stored, std::string_view node) {
  if (stored->deleting || !find_text(stored->json, {"spec", "volumeName"}).empty()) return;
  Json claim = parsed(stored);
  if (claim.at({"spec", "selector"}) != nullptr) return;  // asks for one of the volumes that an administrator made
  const std::string class_name(claim.text_at({"spec", "storageClassName"}));
  const ApiKind& classes = *store_.kinds().find("storage.k8s.io", "v1", "storageclasses");
  const Json storage_class = parsed(store_.find(classes, {}, class_name));
  const std::string_view provisioner = storage_class.text_at({"provisioner"});
  if (provisioner == "kubernetes.io/no-provisioner") return;
  const bool waits = storage_class.text_at({"volumeBindingMode"}) == "WaitForFirstConsumer";
  if (waits && node.empty()) return;

  const std::string volume_name = "pvc-" + stored->uid;
  Json volume = Json::object();
  volume.set("kind", string("PersistentVolume"));
  volume.set("apiVersion", string("v1"));
  volume["metadata"].set("name", string(volume_name));
  if (!provisioner.empty())
    volume["metadata"]["annotations"].set("pv.kubernetes.io/provisioned-by", string(provisioner));
  Json& spec = volume["spec"];
  Json capacity = Json::object();
  if (const Json* size = claim.at({"spec", "resources", "requests", "storage"})) capacity.set("storage", *size);
  spec.set("capacity", capacity);
  for (const std::string_view key : {"accessModes", "volumeMode"}) {
    if (const Json* value = claim.at({"spec", key})) spec.set(key, *value);
  }
  Json& reference = spec["claimRef"];
  reference.set("kind", string("PersistentVolumeClaim"));
  reference.set("apiVersion", string("v1"));
  reference.set("namespace", string(stored->name_space));
  reference.set("name", string(stored->name));
  reference.set("uid", string(stored->uid));
  const std::string_view policy = storage_class.text_at({"reclaimPolicy"});
  spec.set("persistentVolumeReclaimPolicy", string(policy.empty() ? "Delete" : policy));
  if (!class_name.empty()) spec.set("storageClassName", string(class_name));
  spec["csi"].set("driver", string(provisioner.empty() ? "twin.bulwark.dev" : provisioner));
  spec["csi"].set("volumeHandle", string(volume_name));
  // As the scheduler here supposes of a volume that was made for a pod: its zone reaches it.
  if (const ObjectPtr of_node = store_.find(store_.kinds().core("nodes"), {}, node); waits && of_node != nullptr) {
    for (const kube::Label& label : of_node->labels) {
      if (label.key != "topology.kubernetes.io/zone") continue;
      Json rule = Json::object();
      rule.set("key", string(label.key));
      rule.set("operator", string("In"));
      rule["values"].push_back(string(label.value));
      spec["nodeAffinity"]["required"]["nodeSelectorTerms"]
          .push_back(Json::object())["matchExpressions"]
          .push_back(std::move(rule));
    }
    claim["metadata"]["annotations"].set("volume.kubernetes.io/selected-node", string(node));
  }
  volume["status"].set("phase", string("Bound"));
  if (!store_.put(std::move(volume))) return;

  Json& annotations = claim["metadata"]["annotations"];
  annotations.set("pv.kubernetes.io/bind-completed", string("yes"));
  annotations.set("pv.kubernetes.io/bound-by-controller", string("yes"));
  claim["spec"].set("volumeName", string(volume_name));
  claim["status"].set("phase", string("Bound"));
  claim["status"].set("capacity", std::move(capacity));
  if (const Json* modes = claim.at({"spec", "accessModes"})) claim["status"].set("accessModes", *modes);
  static_cast<void>(store_.put(std::move(claim)));
}

void Volumes::claim_gone(const document::Node& claim) {
  const document::Node* spec = claim.find("spec");
  const document::Node* name = spec == nullptr ? nullptr : spec->find("volumeName");
  if (name == nullptr) return;
  const ObjectPtr stored = store_.find(volumes(store_), {}, name->text());
  if (stored == nullptr) return;
  Json volume = parsed(stored);
  if (volume.text_at({"spec", "persistentVolumeReclaimPolicy"}) == "Delete") {
    static_cast<void>(store_.remove(volumes(store_), {}, stored->name, {}));
  } else {
    volume["status"].set("phase", string("Released"));
    static_cast<void>(store_.put(std::move(volume)));
  }
}

void Volumes::set_written(const Json& set) {
  const std::string name_space(set.text_at({"metadata", "namespace"}));
  for_each_item(set.at({"spec", "volumeClaimTemplates"}), [&](const Json& from) {
    const std::string prefix =
        fmt::format("{}-{}-", from.text_at({"metadata", "name"}), set.text_at({"metadata", "name"}));
    std::vector<ObjectPtr> of_set;
    store_.for_each_pointer(claims(store_), [&](const ObjectPtr& claim) {
      if (claim->name_space != name_space || !claim->name.starts_with(prefix)) return;
      const std::string_view rest = std::string_view(claim->name).substr(prefix.size());
      const bool is_number = !rest.empty() && rest.find_first_not_of("0123456789") == std::string_view::npos;
      if (is_number) of_set.push_back(claim);
    });
    for (const ObjectPtr& stored : of_set) {
      Json claim = parsed(stored);
      if (set_owner(set, claim)) static_cast<void>(store_.put(std::move(claim)));
    }
  });
}

void Volumes::pod_scaled_away(const Json& set, std::int64_t ordinal) {
  if (when(set, "whenScaled") != "Delete") return;
  const auto number = [&](std::initializer_list<std::string_view> path, std::int64_t otherwise) {
    const Json* value = set.at(path);
    return value == nullptr ? otherwise : value->integer().value_or(otherwise);
  };
  const std::int64_t first = number({"spec", "ordinals", "start"}, 0);
  if (ordinal >= first && ordinal < first + number({"spec", "replicas"}, 1)) return;
  for_each_item(set.at({"spec", "volumeClaimTemplates"}), [&](const Json& from) {
    static_cast<void>(
        store_.remove(claims(store_), set.text_at({"metadata", "namespace"}), claim_name(from, set, ordinal), {}));
  });
}

}  // namespace bulwark::twin

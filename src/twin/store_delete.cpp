// How objects go: grace periods, finalizers, namespaces, and what was owned (k8s.io/apiserver's registry store,
// and the garbage collector and namespace controller of kube-controller-manager, which here act at once).
#include <fmt/format.h>

#include <algorithm>

#include "base/rfc3339.h"
#include "twin/store.h"

namespace bulwark::twin {

using document::Json;

namespace {

constexpr std::string_view foreground = "foregroundDeletion";

bool has_finalizers(const Json& object) {
  const Json* finalizers = object.at({"metadata", "finalizers"});
  return finalizers != nullptr && finalizers->is_array() && !finalizers->empty();
}

void add_finalizer(Json& object, std::string_view name) {
  object["metadata"]["finalizers"].push_back(Json::string(name));
}

void remove_finalizer(Json& object, std::string_view name) {
  Json* finalizers = object["metadata"].find("finalizers");
  if (finalizers == nullptr) return;
  finalizers->members().erase_if([&](const auto& member) { return member.value.text() == name; });
  if (finalizers->empty()) object["metadata"].erase("finalizers");
}

Json parsed(const ObjectPtr& object) { return Json::parse(object->json).value_or(Json::object()); }

}  // namespace

// A kubelet must end what runs; a pod that no node has, or that has ended, is gone at once.
bool Store::ends_gracefully(const ApiKind& kind, const Json& object) const {
  if (kind.custom || kind.resource.kind != "Pod" || observer_ == nullptr) return false;
  const std::string_view phase = object.text_at({"status", "phase"});
  return !object.text_at({"spec", "nodeName"}).empty() && phase != "Succeeded" && phase != "Failed";
}

ObjectPtr Store::mark_deleting(const ApiKind& kind, Json object, std::int64_t grace) {
  Json& metadata = object["metadata"];
  const auto at = std::chrono::floor<std::chrono::seconds>(now()) + std::chrono::seconds(grace);
  metadata["deletionTimestamp"] = Json::string(base::rfc3339(at));
  metadata["deletionGracePeriodSeconds"] = Json::number(grace);
  if (const Json* generation = metadata.find("generation"); generation != nullptr && kind.has_generation) {
    metadata["generation"] = Json::number(generation->integer().value_or(0) + 1);
  }
  return commit(kind, std::move(object));
}

kube::Answer<Removed> Store::remove(const ApiKind& kind, std::string_view name_space, std::string_view name,
                                    const kube::DeleteOptions& options) {
  const ObjectPtr found = find(kind, name_space, name);
  if (found == nullptr) return not_found(kind, name);
  if (!options.uid.empty() && options.uid != found->uid) {
    return conflict(kind, name,
                    fmt::format("Precondition failed: UID in precondition: {}, UID in object meta: {}",
                                options.uid, found->uid));
  }
  if (kind.resource.kind == "Namespace" && !kind.custom && (name == "default" || name.starts_with("kube-"))) {
    const bool forever = name == "default" || name == "kube-system" || name == "kube-public";
    if (forever) return forbidden(kind, name, "this namespace may not be deleted");
  }
  Json object = parsed(found);
  std::int64_t grace = 0;
  if (ends_gracefully(kind, object)) {
    const Json* own = object.at({"spec", "terminationGracePeriodSeconds"});
    grace = std::max<std::int64_t>(
        0, options.grace_period_seconds.value_or(own == nullptr ? 30 : own->integer().value_or(30)));
    const Json* left = object.at({"metadata", "deletionGracePeriodSeconds"});
    // A pod that is going already can only go sooner.
    if (left != nullptr && found->deleting && left->integer().value_or(0) <= grace && grace > 0) {
      return Removed{found, false};
    }
  }
  if (options.dry_run) return Removed{found, grace == 0 && !has_finalizers(object)};

  const bool is_namespace = kind.resource.kind == "Namespace" && !kind.custom;
  if (is_namespace) {
    if (!found->deleting) {
      object["status"]["phase"] = Json::string("Terminating");
      tell(kube::Change::modified, kind, mark_deleting(kind, std::move(object), 0));
    }
    empty_namespace(found->name);
    settle_namespace(found->name);
    const ObjectPtr left = find(kind, {}, name);
    return Removed{left == nullptr ? found : left, left == nullptr};
  }

  // batch/v1 Jobs and ReplicationControllers leave their pods behind unless they are told otherwise
  // (DefaultGarbageCollectionPolicy).
  const bool old_habit =
      !kind.custom && (kind.resource.kind == "Job" || kind.resource.kind == "ReplicationController");
  const std::string propagation = !options.propagation.empty() ? options.propagation
                                  : old_habit                  ? "Orphan"
                                                               : "Background";
  if (propagation == "Orphan") {
    orphan(found->uid);
  } else if (propagation == "Foreground" && !dependents(found->uid).empty() && !found->deleting) {
    add_finalizer(object, foreground);
    in_foreground_.emplace(found->uid, Place{&kind, found->key()});
  }
  const bool is_definition = kind.resource.kind == "CustomResourceDefinition" && !kind.custom;
  if (is_definition) drop_custom_kind(object);

  if (grace > 0 || has_finalizers(object)) {
    const ObjectPtr marked = mark_deleting(kind, std::move(object), grace);
    tell(kube::Change::modified, kind, marked);
    if (propagation == "Foreground") {
      collect(found->uid);
      settle(kind, name_space, name);
    }
    const ObjectPtr left = find(kind, name_space, name);
    return Removed{left == nullptr ? marked : left, left == nullptr};
  }
  erase(kind, found);
  tell(kube::Change::deleted, kind, found);
  after_erase(*found);
  return Removed{found, true};
}

std::vector<Store::Place> Store::dependents(const std::string& owner_uid) const {
  std::vector<Place> places;
  const auto [begin, end] = dependents_.equal_range(owner_uid);
  for (auto it = begin; it != end; ++it) places.push_back(it->second);
  std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
    return a.kind->shelf != b.kind->shelf ? a.kind->shelf < b.kind->shelf : a.key < b.key;
  });
  return places;
}

// Deletes what has lost its last owner.
void Store::collect(const std::string& owner_uid) {
  for (const Place& place : dependents(owner_uid)) {
    const auto found = shelf(*place.kind).find(place.key);
    if (found == shelf(*place.kind).end()) continue;
    const ObjectPtr object = found->second;
    if (object->owners.size() > 1) {
      Json changed = parsed(object);
      Json& owners = changed["metadata"]["ownerReferences"];
      owners.members().erase_if([&](const auto& each) { return each.value.text_at({"uid"}) == owner_uid; });
      tell(kube::Change::modified, *place.kind, commit(*place.kind, std::move(changed)));
      continue;
    }
    static_cast<void>(
        remove(*place.kind, object->name_space, object->name,
               {.dry_run = false, .grace_period_seconds = {}, .propagation = "Background", .uid = object->uid}));
  }
}

void Store::orphan(const std::string& owner_uid) {
  for (const Place& place : dependents(owner_uid)) {
    const auto found = shelf(*place.kind).find(place.key);
    if (found == shelf(*place.kind).end()) continue;
    Json changed = parsed(found->second);
    Json& owners = changed["metadata"]["ownerReferences"];
    owners.members().erase_if([&](const auto& each) { return each.value.text_at({"uid"}) == owner_uid; });
    if (owners.empty()) changed["metadata"].erase("ownerReferences");
    tell(kube::Change::modified, *place.kind, commit(*place.kind, std::move(changed)));
  }
}

// Ends what nothing keeps any more.
void Store::settle(const ApiKind& kind, std::string_view name_space, std::string_view name) {
  const ObjectPtr found = find(kind, name_space, name);
  if (found == nullptr || !found->deleting) return;
  Json object = parsed(found);
  const Json* finalizers = object.at({"metadata", "finalizers"});
  const bool in_foreground =
      finalizers != nullptr && std::any_of(finalizers->members().begin(), finalizers->members().end(),
                                           [](const auto& each) { return each.value.text() == foreground; });
  if (in_foreground && dependents(found->uid).empty()) remove_finalizer(object, foreground);
  const Json* grace = object.at({"metadata", "deletionGracePeriodSeconds"});
  if (has_finalizers(object) || (grace != nullptr && grace->integer().value_or(0) > 0)) return;
  erase(kind, found);
  tell(kube::Change::deleted, kind, found);
  after_erase(*found);
}

// What follows from an object's end.
void Store::after_erase(const StoredObject& gone) {
  collect(gone.uid);
  in_foreground_.erase(gone.uid);
  if (!gone.name_space.empty()) settle_namespace(gone.name_space);
  for (const std::string& owner : gone.owners) {
    const auto waiting = in_foreground_.find(owner);
    if (waiting == in_foreground_.end() || !dependents(owner).empty()) continue;
    const Place place = waiting->second;
    const std::size_t slash = place.key.find('/');
    settle(*place.kind, place.key.substr(0, slash), place.key.substr(slash + 1));
  }
}

void Store::finish(const ApiKind& kind, std::string_view name_space, std::string_view name) {
  const ObjectPtr found = find(kind, name_space, name);
  if (found == nullptr) return;
  Json object = parsed(found);
  object["metadata"]["deletionGracePeriodSeconds"] = Json::number(0);
  if (!found->deleting) object["metadata"]["deletionTimestamp"] = Json::string(timestamp());
  if (has_finalizers(object)) {
    if (object.write() != found->json) commit(kind, std::move(object));
    return;
  }
  // The engine knows already: only what else follows from it is told.
  erase(kind, found);
  after_erase(*found);
}

void Store::empty_namespace(const std::string& name) {
  for (std::size_t i = 0; i < kinds_.all().size(); ++i) {
    const ApiKind& kind = *kinds_.all()[i];
    if (!kind.resource.namespaced) continue;
    std::vector<ObjectPtr> objects;
    const Shelf& all = shelf(kind);
    for (auto at = all.lower_bound(name + '/'); at != all.end() && at->first.starts_with(name + '/'); ++at) {
      objects.push_back(at->second);
    }
    for (const ObjectPtr& object : objects) {
      static_cast<void>(
          remove(kind, name, object->name,
                 {.dry_run = false, .grace_period_seconds = {}, .propagation = "Background", .uid = object->uid}));
    }
  }
}

// A namespace that is going is gone with the last object in it.
void Store::settle_namespace(const std::string& name) {
  const ApiKind& kind = kinds_.core("namespaces");
  const ObjectPtr found = find(kind, {}, name);
  if (found == nullptr || !found->deleting) return;
  for (const ApiKind* each : kinds_.all()) {
    if (!each->resource.namespaced) continue;
    const auto first = shelf(*each).lower_bound(name + '/');
    if (first != shelf(*each).end() && first->first.starts_with(name + '/')) return;
  }
  if (has_finalizers(parsed(found))) return;
  erase(kind, found);
  tell(kube::Change::deleted, kind, found);
}

void Store::drop_custom_kind(const Json& definition) {
  const std::string_view group = definition.text_at({"spec", "group"});
  const std::string_view plural = definition.text_at({"spec", "names", "plural"});
  for (std::size_t i = 0; i < kinds_.all().size(); ++i) {
    const ApiKind& kind = *kinds_.all()[i];
    if (!kind.custom || kind.resource.group != group || kind.resource.plural != plural) continue;
    const Shelf objects = shelf(kind);
    for (const auto& [key, object] : objects) {
      static_cast<void>(remove(kind, object->name_space, object->name, {}));
    }
  }
  kinds_.undefine(group, plural);
}

}  // namespace bulwark::twin

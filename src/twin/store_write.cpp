// How users change objects (k8s.io/apiserver/pkg/registry/generic/registry/store.go and the strategies of each
// kind).
#include <fmt/format.h>

#include <array>
#include <utility>

#include "document/patch.h"
#include "kube/strategic_merge.h"
#include "twin/field_owners.h"
#include "twin/object_defaults.h"
#include "twin/object_fields.h"
#include "twin/object_rules.h"
#include "twin/scale.h"
#include "twin/store.h"

namespace bulwark::twin {

using document::Json;

namespace {

bool is_core(const ApiKind& kind, std::string_view name) { return !kind.custom && kind.resource.kind == name; }

// Fields of metadata that nobody sets but the API server.
constexpr std::array own_metadata{std::string_view("uid"),
                                  std::string_view("creationTimestamp"),
                                  std::string_view("generation"),
                                  std::string_view("deletionTimestamp"),
                                  std::string_view("deletionGracePeriodSeconds"),
                                  std::string_view("selfLink"),
                                  std::string_view("managedFields")};

// What metadata.generation counts changes of: all but metadata and status.
bool same_spec(const Json& a, const Json& b) {
  const auto bare = [](Json object) {
    object.erase("metadata");
    object.erase("status");
    return object;
  };
  return bare(a) == bare(b);
}

// An object without what changes with each write.
Json comparable(Json object) {
  object["metadata"].erase("managedFields");
  object["metadata"].erase("resourceVersion");
  return object;
}

// Whether an object says of itself what it is sent as; what it leaves out is filled in.
kube::Answer<> check_kind(const ApiKind& kind, Json& object) {
  if (!object.is_object()) return bad_request("the object provided is unrecognized: it is no JSON object");
  const std::string_view api_version = object.text_at({"apiVersion"}), name = object.text_at({"kind"});
  if ((!name.empty() && name != kind.resource.kind) ||
      (!api_version.empty() && api_version != kind.resource.api_version())) {
    return bad_request(fmt::format("{} in version \"{}\" cannot be handled as a {}: it was sent to {}", name,
                                   api_version, kind.resource.kind, kind.resource_name()));
  }
  object["kind"] = Json::string(kind.resource.kind);
  object["apiVersion"] = Json::string(kind.resource.api_version());
  if (const Json* metadata = object.find("metadata"); metadata != nullptr && !metadata->is_object()) {
    if (!metadata->is_null()) return bad_request("metadata must be an object");
  }
  if (!object["metadata"].is_object()) object["metadata"] = Json::object();
  return {};
}

}  // namespace

// Where an object wants to be, and whether that is there.
kube::Answer<> Store::check_new(const ApiKind& kind, std::string_view name_space, Json& object) {
  if (auto answer = check_kind(kind, object); !answer) return answer;
  Json& metadata = object["metadata"];
  if (!kind.resource.namespaced) {
    metadata.erase("namespace");
  } else {
    const std::string_view given = metadata.text_at({"namespace"});
    if (!given.empty() && given != name_space) {
      return bad_request("the namespace of the provided object does not match the namespace sent on the request");
    }
    metadata["namespace"] = Json::string(name_space);
  }
  const std::string prefix(metadata.text_at({"generateName"}));
  if (metadata.text_at({"name"}).empty() && !prefix.empty()) {
    metadata["name"] = Json::string(generated_name(prefix));
  }
  const std::string name(metadata.text_at({"name"}));
  for (const std::string_view key : own_metadata) metadata.erase(key);
  if (auto answer = validate(kind, object); !answer) return answer;
  if (kind.resource.namespaced) {
    const ApiKind& namespaces = kinds_.core("namespaces");
    const ObjectPtr place = find(namespaces, {}, name_space);
    if (place == nullptr) return not_found(namespaces, name_space);
    if (place->deleting) {
      return forbidden(
          kind, name,
          fmt::format("unable to create new content in namespace {} because it is being terminated", name_space));
    }
  }
  if (find(kind, name_space, name) != nullptr) return already_exists(kind, name);
  if (!metadata.text_at({"resourceVersion"}).empty()) {
    return bad_request("resourceVersion should not be set on objects to be created");
  }
  return {};
}

// What the API server adds that depends on other objects.
void Store::fill(const ApiKind& kind, Json& object) {
  if (is_core(kind, "Service")) {
    Json& spec = object["spec"];
    const std::string type(spec.text_at({"type"}));
    if (type == "ExternalName") return;
    if (spec.text_at({"clusterIP"}).empty()) {
      ++addresses_;
      spec["clusterIP"] =
          Json::string(fmt::format("10.96.{}.{}", 1 + addresses_ / 254 % 250, 1 + addresses_ % 254));
    }
    if (spec.find("clusterIPs") == nullptr) {
      const std::string address(spec.text_at({"clusterIP"}));
      spec["clusterIPs"].push_back(Json::string(address));
    }
    if (spec.find("ipFamilies") == nullptr) spec["ipFamilies"].push_back(Json::string("IPv4"));
    Json* ports = spec.find("ports");
    if ((type == "NodePort" || type == "LoadBalancer") && ports != nullptr) {
      for (auto& [key, port] : ports->members()) {
        if (port.find("nodePort") != nullptr) continue;
        constexpr std::uint64_t first = 30000, count = 2768;
        port["nodePort"] = Json::number(static_cast<std::int64_t>(first + ++addresses_ * 611 % count));
      }
    }
  } else if (is_core(kind, "Pod")) {
    Json& spec = object["spec"];
    if (spec.find("priority") != nullptr) return;
    const std::string class_name(spec.text_at({"priorityClassName"}));
    std::int64_t priority = 0;
    std::string policy = "PreemptLowerPriority", found_name;
    for_each(*kinds_.find("scheduling.k8s.io", "v1", "priorityclasses"), [&](const StoredObject& each) {
      const bool is_default = class_name.empty() && find_text(each.json, {"globalDefault"}) == "true";
      if (each.name != class_name && !is_default) return;
      const Json priority_class = Json::parse(each.json).value_or(Json::object());
      const Json* value = priority_class.find("value");
      priority = value == nullptr ? 0 : value->integer().value_or(0);
      policy = priority_class.text_at({"preemptionPolicy"});
      found_name = each.name;
    });
    if (!found_name.empty()) spec["priorityClassName"] = Json::string(found_name);
    spec["priority"] = Json::number(priority);
    if (spec.find("preemptionPolicy") == nullptr) spec["preemptionPolicy"] = Json::string(policy);
  } else if (is_core(kind, "PersistentVolumeClaim") && object.at({"spec", "storageClassName"}) == nullptr) {
    for_each(*kinds_.find("storage.k8s.io", "v1", "storageclasses"), [&](const StoredObject& each) {
      const std::string_view annotations = find_json(each.json, {"metadata", "annotations"});
      if (find_text(annotations, {"storageclass.kubernetes.io/is-default-class"}) != "true") return;
      object["spec"]["storageClassName"] = Json::string(each.name);
    });
  }
}

// What a definition of a kind brings with it. May refuse, and then nothing is stored.
kube::Answer<> Store::after_write(const ApiKind& kind, Json& object) {
  if (!is_core(kind, "CustomResourceDefinition")) return {};
  const std::string name(object.text_at({"metadata", "name"}));
  const std::string expected = std::string(object.text_at({"spec", "names", "plural"})) + '.' +
                               std::string(object.text_at({"spec", "group"}));
  if (name != expected) {
    return invalid(kind, name, "metadata.name", "FieldValueInvalid",
                   fmt::format("Invalid value: \"{}\": must be spec.names.plural+\".\"+spec.group", name));
  }
  if (const auto defined = kinds_.define(object); !defined) {
    return invalid(kind, name, "spec", "FieldValueRequired", "Required value: " + defined.error().message);
  }
  Json& status = object["status"];
  status["acceptedNames"] = object["spec"]["names"];
  Json conditions = Json::array();
  for (const auto& [type, reason] :
       {std::pair("NamesAccepted", "NoConflicts"), {"Established", "InitialNamesAccepted"}}) {
    Json condition = Json::object();
    condition["type"] = Json::string(type);
    condition["status"] = Json::string("True");
    condition["reason"] = Json::string(reason);
    condition["lastTransitionTime"] = Json::string(timestamp());
    conditions.push_back(std::move(condition));
  }
  status["conditions"] = std::move(conditions);
  Json stored = Json::array();
  if (const Json* versions = object.at({"spec", "versions"}); versions != nullptr && versions->is_array()) {
    for (const auto& [key, version] : versions->members()) {
      const Json* storage = version.find("storage");
      if (storage != nullptr && storage->is_true()) stored.push_back(Json::string(version.text_at({"name"})));
    }
  }
  status["storedVersions"] = std::move(stored);
  return {};
}

kube::Answer<ObjectPtr> Store::create(const ApiKind& kind, std::string_view name_space, Json object,
                                      const Writer& writer, Json owners) {
  // What cannot be read is told before where it cannot go.
  if (auto answer = check_kind(kind, object); !answer) return std::unexpected(answer.error());
  if (auto answer = check_fields(kind, Json(), object, writer.strict); !answer) return Refusal(answer.error());
  if (auto answer = check_new(kind, name_space, object); !answer) return std::unexpected(answer.error());
  Json& metadata = object["metadata"];
  metadata["uid"] = Json::string(next_uid());
  metadata["creationTimestamp"] = Json::string(timestamp());
  if (kind.has_generation) metadata["generation"] = Json::number(1);
  if (kind.has_status) object.erase("status");
  set_defaults(kind, object);
  fill(kind, object);
  if (!owners.is_null()) object["metadata"]["managedFields"] = std::move(owners);
  record_owner(object, Json(), {.manager = writer.field_manager, .time = timestamp(), .subresource = {}});
  if (writer.dry_run) return store_object(object);
  if (auto answer = after_write(kind, object); !answer) return std::unexpected(answer.error());
  ObjectPtr stored;
  if (is_core(kind, "Namespace")) {
    // With its first service account.
    stored = put(std::move(object)).value_or(nullptr);
  } else {
    stored = commit(kind, std::move(object));
  }
  tell(kube::Change::added, kind, stored);
  return stored;
}

kube::Answer<ObjectPtr> Store::update(const ApiKind& kind, const ObjectPtr& old, const Json& before, Json object,
                                      std::string_view subresource, const Writer& writer) {
  // A patch leaves the version as it is kept, which may be another than the one that was asked for.
  if (object.is_object() && object.text_at({"apiVersion"}) == before.text_at({"apiVersion"})) {
    object["apiVersion"] = Json::string(kind.resource.api_version());
  }
  if (auto answer = check_kind(kind, object); !answer) return std::unexpected(answer.error());
  Json& metadata = object["metadata"];
  const std::string_view name = metadata.text_at({"name"});
  if (!name.empty() && name != old->name) {
    return bad_request(
        fmt::format("the name of the object ({}) does not match the name on the URL ({})", name, old->name));
  }
  const std::string_view uid = metadata.text_at({"uid"});
  if (!uid.empty() && uid != old->uid) {
    return conflict(
        kind, old->name,
        fmt::format("Precondition failed: UID in precondition: {}, UID in object meta: {}", uid, old->uid));
  }
  const std::string_view version = metadata.text_at({"resourceVersion"});
  if (!version.empty() && version != std::to_string(old->resource_version)) return conflict(kind, old->name);

  if (auto answer = check_fields(kind, before, object, writer.strict); !answer) return Refusal(answer.error());

  if (subresource == "status") {
    Json status;
    if (Json* found = object.find("status")) status = std::move(*found);
    Json owners;
    if (Json* found = metadata.find("managedFields")) owners = std::move(*found);
    object = before;
    object["status"] = std::move(status);
    if (!owners.is_null()) object["metadata"]["managedFields"] = std::move(owners);
  } else {
    metadata["name"] = Json::string(old->name);
    if (kind.resource.namespaced) metadata["namespace"] = Json::string(old->name_space);
    for (const std::string_view key : own_metadata) {
      if (key == "managedFields") continue;  // an apply has set them; anything else keeps them below
      const Json* value = before.at({"metadata", key});
      if (value != nullptr) {
        metadata[key] = *value;
      } else {
        metadata.erase(key);
      }
    }
    if (kind.has_status) {
      if (const Json* status = before.find("status")) {
        object["status"] = *status;
      } else {
        object.erase("status");
      }
    }
    if (is_core(kind, "Service") && object.at({"spec", "clusterIP"}) == nullptr) {
      if (const Json* address = before.at({"spec", "clusterIP"})) object["spec"]["clusterIP"] = *address;
    }
    set_defaults(kind, object);
    fill(kind, object);
    if (auto answer = validate_update(kind, before, object); !answer) return std::unexpected(answer.error());
    if (auto answer = validate(kind, object); !answer) return std::unexpected(answer.error());
  }
  if (comparable(object) == comparable(before)) return old;
  if (kind.has_generation && !same_spec(before, object)) {
    const Json* generation = before.at({"metadata", "generation"});
    object["metadata"]["generation"] =
        Json::number((generation == nullptr ? 0 : generation->integer().value_or(0)) + 1);
  }
  record_owner(object, before,
               {.manager = writer.field_manager, .time = timestamp(), .subresource = std::string(subresource)});
  if (writer.dry_run) return store_object(object);
  if (auto answer = after_write(kind, object); !answer) return std::unexpected(answer.error());
  ObjectPtr stored = commit(kind, std::move(object));
  tell(kube::Change::modified, kind, stored);
  settle(kind, stored->name_space, stored->name);  // the last finalizer may be off
  return stored;
}

kube::Answer<ObjectPtr> Store::replace(const ApiKind& kind, std::string_view name_space, std::string_view name,
                                       Json object, std::string_view subresource, const Writer& writer) {
  const ObjectPtr old = find(kind, name_space, name);
  if (old == nullptr) return not_found(kind, name);
  const Json before = Json::parse(old->json).value_or(Json::object());
  if (const Json* owners = before.at({"metadata", "managedFields"}); owners != nullptr && object.is_object()) {
    object["metadata"]["managedFields"] = *owners;
  }
  return update(kind, old, before, std::move(object), subresource, writer);
}

kube::Answer<ObjectPtr> Store::patch(const ApiKind& kind, std::string_view name_space, std::string_view name,
                                     kube::PatchType type, const Json& patch, std::string_view subresource,
                                     const Writer& writer) {
  if (type == kube::PatchType::apply) return apply(kind, name_space, name, patch, subresource, writer);
  const ObjectPtr old = find(kind, name_space, name);
  if (old == nullptr) return not_found(kind, name);
  const Json before = Json::parse(old->json).value_or(Json::object());
  Json object = before;
  switch (type) {
    case kube::PatchType::merge:
      document::apply_merge_patch(object, patch);
      break;
    case kube::PatchType::json:
      if (const auto done = document::apply_json_patch(object, patch); !done) {
        return Refusal(kube::Status{
            .code = 422,
            .reason = "Invalid",
            .message = "the server rejected our request due to an error in our request: " + done.error().message,
            .causes = {},
            .retry_after = {}});
      }
      break;
    case kube::PatchType::strategic_merge:
      if (kind.custom) {
        return unsupported_media_type(
            "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml");
      }
      if (const auto done = kube::strategic_merge(object, patch, kind.resource.kind); !done) {
        return bad_request(done.error().message);
      }
      break;
    case kube::PatchType::apply:
      break;
  }
  return update(kind, old, before, std::move(object), subresource, writer);
}

kube::Answer<> Store::evict(std::string_view name_space, std::string_view pod,
                            const kube::DeleteOptions& options) {
  const ApiKind& pods = kinds_.core("pods");
  const ObjectPtr found = find(pods, name_space, pod);
  if (found == nullptr) return not_found(pods, pod);
  if (door_ != nullptr) return door_->evict(name_space, pod, options);
  // Nobody works out what the budgets allow: a pod that one of them guards stays.
  const ApiKind& budgets = *kinds_.find("policy", "v1", "poddisruptionbudgets");
  std::string guard;
  for_each(budgets, [&](const StoredObject& budget) {
    if (budget.name_space != name_space || !guard.empty()) return;
    const Json selector = Json::parse(find_json(budget.json, {"spec", "selector"})).value_or(Json());
    const std::string text = selector_text(selector);
    auto selection =
        Selection::compile(pods, {.name_space = std::string(name_space), .labels = text, .fields = {}});
    if (!selector.is_null() && selection && selection->matches(*found)) guard = budget.name;
  });
  if (!guard.empty()) {
    kube::Status status{.code = 429,
                        .reason = "TooManyRequests",
                        .message = "Cannot evict pod as it would violate the pod's disruption budget.",
                        .causes = {},
                        .retry_after = {}};
    status.causes.push_back(
        {.reason = "DisruptionBudget",
         .message = fmt::format("The disruption budget {} is still being processed by the server.", guard),
         .field = {}});
    return Refusal(std::move(status));
  }
  if (const auto removed = remove(pods, name_space, pod, options); !removed) return Refusal(removed.error());
  return {};
}

kube::Answer<> Store::bind(std::string_view name_space, std::string_view pod, const Json& binding) {
  const ApiKind& pods = kinds_.core("pods");
  const ObjectPtr found = find(pods, name_space, pod);
  if (found == nullptr) return not_found(pods, pod);
  const std::string node(binding.text_at({"target", "name"}));
  if (node.empty()) return invalid(pods, pod, "target.name", "FieldValueRequired", "Required value");
  const std::string_view bound = find_text(found->json, {"spec", "nodeName"});
  if (!bound.empty()) {
    return conflict(pods, pod, fmt::format("pod {} is already assigned to node \"{}\"", pod, bound));
  }
  if (door_ != nullptr) return door_->bind(name_space, pod, node);
  Json object = Json::parse(found->json).value_or(Json::object());
  object["spec"]["nodeName"] = Json::string(node);
  tell(kube::Change::modified, pods, commit(pods, std::move(object)));
  return {};
}

}  // namespace bulwark::twin

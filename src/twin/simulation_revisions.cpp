#include "twin/simulation_revisions.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <vector>

#include "twin/simulation_parts.h"

namespace bulwark::twin {

using document::Json;

namespace {

constexpr std::string_view revision_annotation = "deployment.kubernetes.io/revision";
constexpr std::string_view generation_annotation = "deprecated.daemonset.template.generation";
constexpr std::string_view revision_label = "controller-revision-hash";
constexpr std::string_view hash_label = "pod-template-hash";

Json string(std::string_view text) { return Json::string(text); }

std::int64_t number_of(std::string_view text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// FNV-1a, as upstream hashes templates; what it hashes is written otherwise there.
std::uint32_t hash_of(std::string_view text) {
  std::uint32_t hash = 2166136261U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return hash;
}

// rand.SafeEncodeString of the number: no vowels.
std::string encoded(std::uint32_t hash) {
  constexpr std::string_view letters = "bcdfghjklmnpqrstvwxz2456789";
  std::string text = std::to_string(hash);
  for (char& c : text) c = letters[static_cast<unsigned char>(c) % letters.size()];
  return text;
}

// A template as templates are compared (EqualIgnoreHash).
Json bare_template(const Json& object) {
  const Json* found = object.at({"spec", "template"});
  Json bare = found == nullptr ? Json::object() : *found;
  if (Json* metadata = bare.find("metadata")) {
    metadata->erase("creationTimestamp");
    if (Json* labels = metadata->find("labels")) labels->erase(hash_label);
    if (const Json* labels = metadata->find("labels"); labels != nullptr && labels->empty())
      metadata->erase("labels");
  }
  bare.erase("$patch");
  return bare;
}

// What is empty counts as left out: clients write the one or the other.
Json pruned(const Json& value) {
  if (!value.is_object() && !value.is_array()) return value;
  Json kept = value.is_object() ? Json::object() : Json::array();
  for (const auto& [key, member] : value.members()) {
    Json each = pruned(member);
    const bool is_empty = each.empty() || (each.is_string() && each.text().empty());
    if (value.is_array()) {
      kept.push_back(std::move(each));
    } else if (!is_empty) {
      kept.set(key, std::move(each));
    }
  }
  return kept;
}

bool same_template(const Json& a, const Json& b) { return pruned(bare_template(a)) == pruned(bare_template(b)); }

Json owner_of(const Json& object) {
  return controller_reference("apps/v1", object.text_at({"kind"}), object.text_at({"metadata", "name"}),
                              object.text_at({"metadata", "uid"}));
}

// Objects of a kind that the workload owns.
std::vector<Json> owned(const Store& store, const ApiKind& kind, const Json& owner) {
  std::vector<Json> found;
  const std::string uid(owner.text_at({"metadata", "uid"}));
  store.for_each(kind, [&](const StoredObject& each) {
    if (std::find(each.owners.begin(), each.owners.end(), uid) == each.owners.end()) return;
    if (auto object = Json::parse(each.json)) found.push_back(std::move(*object));
  });
  return found;
}

const ApiKind& apps(const Store& store, std::string_view plural) {
  return *store.kinds().find("apps", "v1", plural);
}

// A name that no other object has.
std::string free_name(const Store& store, const ApiKind& kind, const Json& owner, const std::string& text) {
  const std::string_view name_space = owner.text_at({"metadata", "namespace"});
  for (int collisions = 0;; ++collisions) {
    const std::string hash = encoded(hash_of(collisions == 0 ? text : text + std::to_string(collisions)));
    const std::string name = fmt::format("{}-{}", owner.text_at({"metadata", "name"}), hash);
    if (store.find(kind, name_space, name) == nullptr) return hash;
  }
}

std::int64_t revision_of_set(const Json& set) {
  return number_of(set.text_at({"metadata", "annotations", revision_annotation}));
}
std::int64_t revision_of(const Json& revision) { return number_of(revision.text_at({"revision"})); }

}  // namespace

void Revisions::for_each_workload(const std::function<void(const ApiKind&, const Json&)>& visit) {
  for (const std::string_view plural : {"deployments", "statefulsets", "daemonsets"}) {
    std::vector<ObjectPtr> all;
    const ApiKind& kind = apps(store_, plural);
    store_.for_each_pointer(kind, [&](const ObjectPtr& each) { all.push_back(each); });
    for (const ObjectPtr& each : all) {
      if (const auto object = Json::parse(each->json)) visit(kind, *object);
    }
  }
}

void Revisions::make_all() {
  for_each_workload([&](const ApiKind& kind, const Json& object) { written(kind, object); });
}

void Revisions::note_all() {
  for_each_workload([&](const ApiKind& kind, const Json& object) {
    // A snapshot may lack what the pods are made of.
    if (kind.resource.plural == "deployments" && owned(store_, apps(store_, "replicasets"), object).empty())
      return written(kind, object);
    known_[std::string(object.text_at({"metadata", "uid"}))] = hash_of(pruned(bare_template(object)).write());
  });
}

void Revisions::written(const ApiKind& kind, const Json& object) {
  if (kind.resource.group != "apps" || object.at({"metadata", "deletionTimestamp"}) != nullptr) return;
  const bool is_deployment = kind.resource.plural == "deployments";
  if (!is_deployment && kind.resource.plural != "statefulsets" && kind.resource.plural != "daemonsets") return;
  // A paused Deployment takes its changes up when it goes on; the pods that it has are of some ReplicaSet, though.
  if (const Json* paused = object.at({"spec", "paused"});
      is_deployment && paused != nullptr && paused->is_true() &&
      !owned(store_, apps(store_, "replicasets"), object).empty())
    return;
  const std::uint32_t hash = hash_of(pruned(bare_template(object)).write());
  const auto [known, is_new] = known_.try_emplace(std::string(object.text_at({"metadata", "uid"})), hash);
  if (!is_new && known->second == hash) return;
  known->second = hash;
  if (is_deployment) {
    settle_deployment(object);
  } else {
    settle_revisions(kind, object);
  }
}

void Revisions::settle_deployment(const Json& object) {
  const ApiKind& kind = apps(store_, "replicasets");
  const Json wanted = bare_template(object);
  std::int64_t newest = 0;
  Json set;
  for (Json& each : owned(store_, kind, object)) {
    newest = std::max(newest, revision_of_set(each));
    if (same_template(each, object)) set = std::move(each);
  }
  std::int64_t revision = set.is_null() ? newest + 1 : revision_of_set(set);
  if (set.is_null()) {
    const std::string hash = free_name(store_, kind, object, wanted.write());
    set = Json::object();
    set.set("kind", string("ReplicaSet"));
    set.set("apiVersion", string("apps/v1"));
    Json& metadata = set["metadata"];
    metadata.set("name", string(fmt::format("{}-{}", object.text_at({"metadata", "name"}), hash)));
    metadata.set("namespace", string(object.text_at({"metadata", "namespace"})));
    metadata["ownerReferences"].push_back(owner_of(object));
    Json& spec = set["spec"];
    // The Deployment's controller gives it its number.
    spec.set("replicas", Json::number(0));
    if (const Json* least = object.at({"spec", "minReadySeconds"})) spec.set("minReadySeconds", *least);
    if (const Json* selector = object.at({"spec", "selector"})) spec.set("selector", *selector);
    spec.set("template", wanted);
    spec["selector"]["matchLabels"].set(hash_label, string(hash));
    spec["template"]["metadata"]["labels"].set(hash_label, string(hash));
    metadata.set("labels", *spec.at({"template", "metadata", "labels"}));
  } else if (revision < newest || revision == 0) {
    revision = newest + 1;
  }
  if (revision_of_set(set) != revision) {
    set["metadata"]["annotations"].set(revision_annotation, string(std::to_string(revision)));
    static_cast<void>(store_.put(std::move(set)));
  }
  if (revision_of_set(object) != revision) {
    Json changed = object;
    changed["metadata"]["annotations"].set(revision_annotation, string(std::to_string(revision)));
    static_cast<void>(store_.put(std::move(changed)));
  }
  drop_old(kind, object);
}

void Revisions::settle_revisions(const ApiKind& of, const Json& object) {
  const ApiKind& kind = apps(store_, "controllerrevisions");
  const bool is_set = of.resource.plural == "statefulsets";
  Json wanted = bare_template(object);
  wanted.set("$patch", string("replace"));
  std::int64_t newest = 0;
  Json revision;
  for (Json& each : owned(store_, kind, object)) {
    newest = std::max(newest, revision_of(each));
    const Json* data = each.find("data");
    if (data != nullptr && same_template(*data, object)) revision = std::move(each);
  }
  if (revision.is_null()) {
    const std::string hash = free_name(store_, kind, object, wanted.write());
    revision = Json::object();
    revision.set("kind", string("ControllerRevision"));
    revision.set("apiVersion", string("apps/v1"));
    Json& metadata = revision["metadata"];
    const std::string name = fmt::format("{}-{}", object.text_at({"metadata", "name"}), hash);
    metadata.set("name", string(name));
    metadata.set("namespace", string(object.text_at({"metadata", "namespace"})));
    if (const Json* labels = object.at({"spec", "selector", "matchLabels"})) metadata.set("labels", *labels);
    // StatefulSets' pods carry the name, DaemonSets' the hash alone.
    metadata["labels"].set(revision_label, string(is_set ? name : hash));
    metadata["ownerReferences"].push_back(owner_of(object));
    revision["data"]["spec"].set("template", std::move(wanted));
  }
  const std::string label(revision.text_at({"metadata", "labels", revision_label}));
  if (const std::int64_t now = revision_of(revision); now == 0 || now < newest) {
    revision.set("revision", Json::number(newest + 1));
    static_cast<void>(store_.put(std::move(revision)));
  }
  Json changed = object;
  if (is_set) {
    Json& status = changed["status"];
    status.set("updateRevision", string(label));
    if (status.text_at({"currentRevision"}).empty()) status.set("currentRevision", string(label));
  } else {
    // The API server counts changes of the template.
    const std::int64_t before = number_of(object.text_at({"metadata", "annotations", generation_annotation}));
    changed["metadata"]["annotations"].set(generation_annotation, string(std::to_string(before + 1)));
  }
  static_cast<void>(store_.put(std::move(changed)));
  drop_old(kind, object);
}

// revisionHistoryLimit, of those that no pod is made of any more.
void Revisions::drop_old(const ApiKind& kind, const Json& owner) {
  const bool is_set = kind.resource.plural == "replicasets";
  const Json* limit = owner.at({"spec", "revisionHistoryLimit"});
  const auto most =
      static_cast<std::size_t>(std::max<std::int64_t>(0, limit == nullptr ? 10 : limit->integer().value_or(10)));
  std::vector<Json> old = owned(store_, kind, owner);
  const auto age = [&](const Json& each) { return is_set ? revision_of_set(each) : revision_of(each); };
  std::sort(old.begin(), old.end(), [&](const Json& a, const Json& b) { return age(a) < age(b); });
  if (!old.empty()) old.pop_back();  // the newest is none of the history
  if (old.size() <= most) return;
  for (std::size_t i = 0; i < old.size() - most; ++i) {
    if (is_set && old[i].text_at({"spec", "replicas"}) != "0") continue;
    static_cast<void>(
        store_.remove(kind, old[i].text_at({"metadata", "namespace"}), old[i].text_at({"metadata", "name"}), {}));
  }
}

Json Revisions::pod_labels(const Json& workload) const {
  Json labels = Json::object();
  const std::string_view kind = workload.text_at({"kind"});
  if (kind == "StatefulSet") {
    const std::string_view revision = workload.text_at({"status", "updateRevision"});
    if (!revision.empty()) labels.set(revision_label, string(revision));
  } else if (kind == "DaemonSet") {
    const std::string_view generation = workload.text_at({"metadata", "annotations", generation_annotation});
    if (!generation.empty()) labels.set("pod-template-generation", string(generation));
    const std::vector<Json> all = owned(store_, apps(store_, "controllerrevisions"), workload);
    const auto newest = std::max_element(
        all.begin(), all.end(), [](const Json& a, const Json& b) { return revision_of(a) < revision_of(b); });
    if (newest != all.end())
      labels.set(revision_label, string(newest->text_at({"metadata", "labels", revision_label})));
  }
  return labels;
}

Json Revisions::template_of(const Json& workload, std::string_view revision) const {
  for (const Json& each : owned(store_, apps(store_, "controllerrevisions"), workload)) {
    if (each.text_at({"metadata", "labels", revision_label}) != revision) continue;
    if (const Json* data = each.find("data")) return bare_template(*data);
  }
  return {};
}

}  // namespace bulwark::twin

// What a workload makes its pods of, and which of its pods were made of something older.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "twin/loader.h"
#include "twin/object_defaults.h"

namespace bulwark::twin {

namespace {

using document::Json;

std::int64_t revision_of(const kube::Object& object) {
  const std::string_view text = kube::find_label(object.metadata.annotations, "deployment.kubernetes.io/revision");
  std::int64_t revision = -1;
  std::from_chars(text.data(), text.data() + text.size(), revision);
  return revision;
}

// Values that a redacted snapshot has not.
void drop_values(Json& json) {
  if (json.is_object()) {
    if (Json* env = json.find("env"); env != nullptr && env->is_array()) {
      for (document::JsonMember& each : env->members()) each.value.erase("value");
    }
  }
  for (document::JsonMember& each : json.members()) drop_values(each.value);
}

// The pod template as it is compared: with the defaults of the API server, without what the controllers add
// (EqualIgnoreHash of pkg/controller/deployment/util).
Json template_of(const ApiKinds& kinds, const kube::Object& object) {
  auto read = Json::parse(kube::encode_object(object));
  if (!read) return {};
  if (const ApiKind* kind = kinds.of(object.api_version, object.kind_name, true); kind != nullptr)
    set_defaults(*kind, *read);
  Json* spec = read->find("spec");
  Json* out = spec == nullptr ? nullptr : spec->find("template");
  if (out == nullptr) return {};
  if (Json* metadata = out->find("metadata"); metadata != nullptr) {
    if (Json* labels = metadata->find("labels"); labels != nullptr) labels->erase("pod-template-hash");
    for (const char* key : {"creationTimestamp", "name", "namespace", "annotations"}) metadata->erase(key);
  }
  drop_values(*out);
  return std::move(*out);
}

}  // namespace

bool Loader::have_same_template(const kube::Object& a, const kube::Object& b) {
  if (!kinds_) kinds_.emplace();
  return template_of(*kinds_, a) == template_of(*kinds_, b);
}

// Which of a Deployment's ReplicaSets is made of its template; when none is, the one that its controller would
// make.
void Loader::find_newest(Index index) {
  std::vector<Index>& sets = model_->workloads[index].children;
  const auto age = [&](Index set) { return revision_of(*model_->workloads[set].object); };
  std::sort(sets.begin(), sets.end(),
            [&](Index a, Index b) { return age(a) != age(b) ? age(a) < age(b) : a < b; });
  const kube::Object& object = *model_->workloads[index].object;
  Index newest = none;
  if (!sets.empty()) {
    const bool is_told = age(sets.back()) > 0 && !replaced_.contains(&object);
    if (is_told || (model_->is_living && !replaced_.contains(&object))) newest = sets.back();
    for (std::size_t i = sets.size(); i-- > 0 && newest == none;) {
      if (have_same_template(object, *model_->workloads[sets[i]].object)) newest = sets[i];
    }
  }
  const bool is_first = sets.empty();
  if (newest == none) {
    newest = imply_replica_set(index);
    if (!is_first) {
      model_->workloads[newest].replicas = 0;
      const Workload& of = model_->workloads[index];
      gap(Gap::Weight::note, fmt::format("Deployment {}/{}", of.name_space, of.name),
          "its template is not that of its pods: it updates them first");
    }
  }
  Workload& of = model_->workloads[index];
  of.newest = newest;
  // What the ReplicaSets were last made for: of a single one its own number.
  std::int64_t sum = 0;
  int active = 0;
  for (const Index set : of.children) {
    sum += model_->workloads[set].replicas;
    active += model_->workloads[set].replicas > 0 ? 1 : 0;
  }
  if (active <= 1) of.replicas_before = static_cast<std::int32_t>(sum);
}

// Whether the pod of a StatefulSet or DaemonSet was made of an older template.
bool Loader::is_outdated(const kube::Object& pod, Index index) {
  const Workload& workload = model_->workloads[index];
  if (workload.object == nullptr) return false;
  if (const auto replaced = replaced_.find(workload.object); replaced != replaced_.end()) {
    const auto [found, is_new] = changed_.try_emplace(index, false);
    if (is_new) {
      found->second = !have_same_template(*workload.object, *replaced->second);
      if (found->second) {
        gap(Gap::Weight::note, fmt::format("{} {}/{}", workload.kind_name, workload.name_space, workload.name),
            "its template is not that of its pods: it updates them first");
      }
    }
    if (found->second) return true;
  }
  const auto differs = [&](std::string_view wanted, std::string_view label) {
    const std::string_view has = kube::find_label(pod.metadata.labels, label);
    return !wanted.empty() && !has.empty() && wanted != has;
  };
  if (workload.kind == WorkloadKind::stateful_set) {
    return differs(kube::as<kube::StatefulSet>(*workload.object)->status.update_revision,
                   "controller-revision-hash");
  }
  if (workload.kind == WorkloadKind::daemon_set) {
    return differs(
        kube::find_label(workload.object->metadata.annotations, "deprecated.daemonset.template.generation"),
        "pod-template-generation");
  }
  return false;
}

// Workloads that no pod shows what their pods are like take their template.
void Loader::make_classes() {
  for (Index i = 0; i < model_->workloads.size(); ++i) {
    const Workload& workload = model_->workloads[i];
    if (workload.object == nullptr || workload.kind == WorkloadKind::deployment ||
        workload.kind == WorkloadKind::cron_job || workload.kind == WorkloadKind::custom) {
      continue;
    }
    const kube::PodLocation made = kube::pod_of(*workload.object);
    if (made.spec == nullptr) continue;
    if (workload.kind == WorkloadKind::stateful_set) {
      const std::int32_t replicas = std::min(workload.replicas, model_->most_replicas);
      for (std::int32_t place = 0; place < replicas; ++place) {
        const bool is_known = static_cast<std::size_t>(place) < model_->workloads[i].ordinals.size() &&
                              model_->workloads[i].ordinals[static_cast<std::size_t>(place)] != none;
        if (is_known) continue;
        const Index made_class = class_of_template(i, *made.metadata, *made.spec, place + workload.first_ordinal);
        set_ordinal(model_->workloads[i].ordinals, place, made_class);
      }
      // For more of them than there are now; their claims would be made with them.
      model_->workloads[i].pod_class = class_of_template(i, *made.metadata, *made.spec, -1);
    } else if (workload.pod_class == none) {
      const Index made_class = class_of_template(i, *made.metadata, *made.spec, -1);
      model_->workloads[i].pod_class = made_class;
    }
  }
}

void Loader::set_ordinal(std::vector<Index>& ordinals, std::int64_t place, Index pod_class) const {
  if (place < 0 || place >= model_->most_replicas) return;
  const auto at = static_cast<std::size_t>(place);
  if (ordinals.size() <= at) ordinals.resize(at + 1, none);
  ordinals[at] = pod_class;
}

Index Loader::class_of_template(Index index, const kube::ObjectMeta& metadata, const kube::PodSpec& spec,
                                std::int32_t ordinal) {
  const Workload& workload = model_->workloads[index];
  PodClass made;
  made.name_space = workload.name_space;
  made.workload = index;
  std::vector<kube::Label> labels(metadata.labels.begin(), metadata.labels.end());
  if (ordinal >= 0) {
    labels.push_back({"apps.kubernetes.io/pod-index", arena_->copy(std::to_string(ordinal))});
    labels.push_back(
        {"statefulset.kubernetes.io/pod-name", arena_->copy(fmt::format("{}-{}", workload.name, ordinal))});
  }
  made.labels = arena_->copy(std::span<const kube::Label>(labels));
  made.owner = {.api_version = workload.api_version,
                .kind = workload.kind_name,
                .name = workload.name,
                .uid = kube::is_set(workload.uid) ? workload.uid : "",
                .controller = true};
  made.claims = claims_of(spec, workload.name_space, index, ordinal);
  return add_class(std::move(made), spec, metadata);
}

}  // namespace bulwark::twin

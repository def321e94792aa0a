// What the engine does, as objects of the API.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/rfc3339.h"
#include "twin/object_defaults.h"
#include "twin/simulation.h"
#include "twin/simulation_parts.h"

namespace bulwark::twin {

namespace {

using document::Json;

Json string(std::string_view text) { return Json::string(text); }

// The pods' network; of its addresses the twin takes one after the other.
constexpr std::string_view network = "10.244.";
constexpr std::uint32_t in_row = 254, rows = 256;

std::string address_of_node(const Store& store, std::string_view name) {
  const ObjectPtr node = store.find(store.kinds().core("nodes"), {}, name);
  const auto addresses =
      node == nullptr ? base::Result<Json>(Json()) : Json::parse(find_json(node->json, {"status", "addresses"}));
  if (!addresses || !addresses->is_array()) return {};
  for (const auto& [key, each] : addresses->members()) {
    if (each.text_at({"type"}) == "InternalIP") return std::string(each.text_at({"address"}));
  }
  return {};
}

}  // namespace

void Simulation::note_addresses() {
  store_.for_each(store_.kinds().core("pods"), [&](const StoredObject& pod) {
    std::string_view address = find_text(pod.json, {"status", "podIP"});
    if (!address.starts_with(network)) return;
    address.remove_prefix(network.size());
    std::uint32_t row = 0, place = 0;
    const char* const end = address.data() + address.size();
    const auto [dot, problem] = std::from_chars(address.data(), end, row);
    if (problem != std::errc() || dot == end || std::from_chars(dot + 1, end, place).ec != std::errc()) return;
    next_address_ = std::max(next_address_, row * in_row + place);
  });
}

// Gives a pod that runs its addresses, once.
void Simulation::give_addresses(Json& pod) {
  Json& status = pod["status"];
  if (!status.text_at({"podIP"}).empty()) return;
  const std::string of_node = address_of_node(store_, pod.text_at({"spec", "nodeName"}));
  if (!of_node.empty()) status.set("hostIP", string(of_node));
  const Json* on_host = pod.at({"spec", "hostNetwork"});
  std::string address = of_node;
  if (on_host == nullptr || !on_host->is_true() || of_node.empty()) {
    address = fmt::format("{}{}.{}", network, next_address_ / in_row % rows, next_address_ % in_row + 1);
    ++next_address_;
  }
  status.set("podIP", string(address));
  status.set("podIPs", Json::array());
  status["podIPs"].push_back(Json::object()).set("ip", string(address));
}

void Simulation::on_pod(Index pod, PodChange change) {
  const Pod& of = engine_->state().pods[pod];
  if (of.workload != none) {
    touched_.insert(of.workload);
    const Index parent = engine_->model().workloads[of.workload].parent;
    if (parent != none) touched_.insert(parent);
  }
  const ApiKind& kind = store_.kinds().core("pods");
  const std::string_view name_space = engine_->model().classes[of.pod_class].name_space;
  if (change == PodChange::created) {
    write_new_pod(pod);
  } else if (change == PodChange::gone) {
    store_.finish(kind, name_space, engine_->pod_name(pod));
    claims_go(pod);
  } else {
    write_pod(pod, change);
  }
  services_.written(kind, name_space, engine_->pod_name(pod));
}

// Those of a StatefulSet's pod that is gone, when the set no longer wants it and its policy says so.
void Simulation::claims_go(Index pod) {
  const Pod& of = engine_->state().pods[pod];
  if (of.workload == none || engine_->model().workloads[of.workload].kind != WorkloadKind::stateful_set) return;
  const Workload& workload = engine_->model().workloads[of.workload];
  const ApiKind* kind = kind_of_workload(store_, workload);
  const ObjectPtr set = kind == nullptr ? nullptr : store_.find(*kind, workload.name_space, workload.name);
  if (set == nullptr) return;
  if (const auto object = Json::parse(set->json)) volumes_.pod_scaled_away(*object, of.ordinal);
}

void Simulation::write_new_pod(Index pod) {
  const Pod& of = engine_->state().pods[pod];
  const PodClass& pod_class = engine_->model().classes[of.pod_class];
  if (of.workload == none) return;
  const Workload& workload = engine_->model().workloads[of.workload];
  const ApiKind* owner_kind = kind_of_workload(store_, workload);
  const ObjectPtr owner =
      owner_kind != nullptr ? store_.find(*owner_kind, workload.name_space, workload.name) : nullptr;
  const auto from = owner != nullptr ? Json::parse(owner->json) : base::Result<Json>(Json());
  Json object = Json::object();
  object.set("kind", string("Pod"));
  object.set("apiVersion", string("v1"));
  Json& metadata = object["metadata"];
  const std::string name = engine_->pod_name(pod);
  metadata.set("name", string(name));
  if (workload.kind != WorkloadKind::stateful_set)
    metadata.set("generateName", string(std::string(workload.name) + '-'));
  metadata.set("namespace", string(pod_class.name_space));
  metadata.set("uid", string(engine_->pod_uid(pod)));
  metadata.set("creationTimestamp", string(timestamp(of.created)));
  if (from) {
    const Json own_labels = revisions_.pod_labels(*from);
    // Below a partition, and where only the newest is to stay away, pods are made of the older template.
    const std::string_view revision = kube::find_label(pod_class.labels, "controller-revision-hash");
    Json made_of;
    if (!revision.empty() && revision != own_labels.text_at({"controller-revision-hash"}))
      made_of = revisions_.template_of(*from, revision);
    if (const Json* newest = from->at({"spec", "template"}); made_of.is_null() && newest != nullptr)
      made_of = *newest;
    if (const Json* labels = made_of.at({"metadata", "labels"})) metadata.set("labels", *labels);
    if (const Json* annotations = made_of.at({"metadata", "annotations"}))
      metadata.set("annotations", *annotations);
    if (const Json* spec = made_of.find("spec")) object.set("spec", *spec);
    for (const auto& [key, value] : own_labels.members()) metadata["labels"].set(key, value);
  }
  for (const kube::Label& label : pod_class.labels) metadata["labels"].set(label.key, string(label.value));
  if (owner != nullptr) {
    metadata["ownerReferences"].push_back(
        controller_reference(workload.api_version, workload.kind_name, workload.name, owner->uid));
  }
  if (workload.kind == WorkloadKind::stateful_set && from) {
    // Its name in the DNS of the set's Service (initIdentity).
    object["spec"].set("hostname", string(name));
    object["spec"].set("subdomain", string(from->text_at({"spec", "serviceName"})));
    volumes_.give_claims(*from, of.ordinal, object);
  }
  object["status"].set("phase", string("Pending"));
  set_defaults(store_.kinds().core("pods"), object);
  object["status"].set("qosClass", string(qos_class(object["spec"])));
  static_cast<void>(store_.put(std::move(object)));
}

void Simulation::write_pod(Index pod, PodChange change) {
  const Pod& of = engine_->state().pods[pod];
  const PodClass& pod_class = engine_->model().classes[of.pod_class];
  const ApiKind& kind = store_.kinds().core("pods");
  const ObjectPtr stored = store_.find(kind, pod_class.name_space, engine_->pod_name(pod));
  if (stored == nullptr) return;
  auto object = Json::parse(stored->json);
  if (!object) return;
  const Time now = engine_->now();
  Json& status = (*object)["status"];
  const auto containers = [&](bool running, bool ready) {
    Json list = Json::array();
    const Json* of_spec = object->at({"spec", "containers"});
    for (const document::JsonMember& each :
         of_spec != nullptr ? of_spec->members() : std::vector<document::JsonMember>()) {
      Json container = Json::object();
      container.set("name", string(each.value.text_at({"name"})));
      container.set("image", string(each.value.text_at({"image"})));
      container.set("ready", Json::boolean(ready));
      container.set("started", Json::boolean(running));
      container.set("restartCount", Json::number(0));
      if (running) {
        container["state"]["running"].set("startedAt", string(timestamp(now)));
      } else {
        container["state"]["waiting"].set("reason", string("ContainerCreating"));
      }
      list.push_back(std::move(container));
    }
    status.set("containerStatuses", std::move(list));
  };
  switch (change) {
    case PodChange::bound:
      (*object)["spec"].set("nodeName", string(engine_->state().nodes.info[of.node]->name));
      status.set("startTime", string(timestamp(now)));
      set_condition(status, "PodScheduled", true, now);
      set_condition(status, "Initialized", true, now);
      set_condition(status, "Ready", false, now, "ContainersNotReady");
      containers(false, false);
      write_event(pod, "Normal", "Scheduled",
                  fmt::format("Successfully assigned {} to {}", stored->key(),
                              engine_->state().nodes.info[of.node]->name));
      break;
    case PodChange::running:
    case PodChange::ready:
    case PodChange::not_ready: {
      const bool ready = change == PodChange::ready;
      status.set("phase", string("Running"));
      give_addresses(*object);
      set_condition(status, "Ready", ready, now, ready ? "" : "ContainersNotReady");
      set_condition(status, "ContainersReady", ready, now, ready ? "" : "ContainersNotReady");
      containers(true, ready);
      break;
    }
    case PodChange::finished:
      status.set("phase", string(of.phase == PodPhase::succeeded ? "Succeeded" : "Failed"));
      set_condition(status, "Ready", false, now, "PodCompleted");
      break;
    case PodChange::deleting: {
      const auto grace = std::chrono::ceil<std::chrono::seconds>(of.deadline - now);
      (*object)["metadata"].set("deletionTimestamp", string(timestamp(of.deadline)));
      (*object)["metadata"].set("deletionGracePeriodSeconds", Json::number(grace.count()));
      if (of.was_evicted) {
        set_condition(status, "DisruptionTarget", true, now, "EvictionByEvictionAPI", "Eviction API: evicting");
      }
      break;
    }
    case PodChange::unschedulable: {
      const std::string message = engine_->scheduler().unschedulable_message(engine_->state(), pod);
      set_condition(status, "PodScheduled", false, now, "Unschedulable", message);
      write_event(pod, "Warning", "FailedScheduling", message);
      break;
    }
    case PodChange::created:
    case PodChange::gone:
      return;
  }
  if (change == PodChange::bound) volumes_.pod_bound(*object);
  static_cast<void>(store_.put(std::move(*object)));
}

void Simulation::write_event(Index pod, std::string_view type, std::string_view reason, std::string_view message) {
  const Pod& of = engine_->state().pods[pod];
  const std::string name = engine_->pod_name(pod), at = timestamp(engine_->now());
  const std::string_view name_space = engine_->model().classes[of.pod_class].name_space;
  Json object = Json::object();
  object.set("kind", string("Event"));
  object.set("apiVersion", string("v1"));
  object["metadata"].set("name", string(fmt::format("{}.{:016x}", name, ++events_)));
  object["metadata"].set("namespace", string(name_space));
  Json& involved = object["involvedObject"];
  involved.set("kind", string("Pod"));
  involved.set("apiVersion", string("v1"));
  involved.set("namespace", string(name_space));
  involved.set("name", string(name));
  involved.set("uid", string(engine_->pod_uid(pod)));
  object.set("type", string(type));
  object.set("reason", string(reason));
  object.set("message", string(message));
  object["source"].set("component", string("default-scheduler"));
  object.set("firstTimestamp", string(at));
  object.set("lastTimestamp", string(at));
  object.set("count", Json::number(1));
  static_cast<void>(store_.put(std::move(object)));
}

}  // namespace bulwark::twin

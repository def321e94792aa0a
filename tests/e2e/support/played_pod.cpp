#include "e2e/support/played_pod.h"

#include <fmt/format.h>

#include <charconv>

#include "document/json_writer.h"
#include "e2e/support/node_shape.h"

namespace bulwark::e2e {
namespace {

using document::JsonWriter;
using document::Node;
using std::chrono::milliseconds;

const Node* find(const Node* node, std::initializer_list<std::string_view> path) {
  for (const std::string_view key : path) {
    if (node == nullptr) return nullptr;
    node = node->find(key);
  }
  return node;
}

std::string text(const Node* node) { return node == nullptr ? std::string() : std::string(node->text()); }

std::vector<PlayedPod::Container> containers(const Node* list) {
  std::vector<PlayedPod::Container> result;
  if (list == nullptr) return result;
  for (const Node& item : list->items()) result.push_back({text(item.find("name")), text(item.find("image"))});
  return result;
}

std::optional<double> number(std::string_view word) {
  double value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  return error == std::errc{} && value >= 0 ? std::optional(value) : std::nullopt;
}

std::optional<milliseconds> seconds(const Node* node) {
  const std::optional<double> value = node == nullptr ? std::nullopt : number(node->text());
  return value ? std::optional(milliseconds(static_cast<std::int64_t>(*value * 1000))) : std::nullopt;
}

bool has_condition(const Node& object, std::string_view type) {
  const Node* conditions = find(&object, {"status", "conditions"});
  if (conditions == nullptr) return false;
  for (const Node& condition : conditions->items()) {
    if (text(condition.find("type")) == type) return text(condition.find("status")) == "True";
  }
  return false;
}

bool are_gates_open(const Node& object) {
  const Node* gates = find(&object, {"spec", "readinessGates"});
  if (gates == nullptr) return true;
  for (const Node& gate : gates->items()) {
    if (!has_condition(object, text(gate.find("conditionType")))) return false;
  }
  return true;
}

void write_condition(JsonWriter& json, const char* type, bool is_true, const char* reason,
                     const std::string& now) {
  json.begin_object().member("type", type).member("status", is_true ? "True" : "False");
  // null: what an earlier state gave for its reason is gone.
  json.key("reason");
  if (is_true) {
    json.null();
  } else {
    json.value(reason);
  }
  json.member("lastTransitionTime", now).end_object();
}

void write_state(JsonWriter& json, const std::string& began, const std::string& now, std::optional<int> code) {
  json.key("state").begin_object();
  if (code) {
    json.key("terminated")
        .begin_object()
        .member("exitCode", *code)
        .member("reason", *code == 0 ? "Completed" : "Error")
        .member("startedAt", began)
        .member("finishedAt", now)
        .end_object();
  } else {
    json.key("running").begin_object().member("startedAt", began).end_object();
  }
  json.end_object();
}

struct ContainerState {
  bool ready = false;
  std::optional<int> code;  // it has ended
};

void write_containers(JsonWriter& json, std::string_view key, const PlayedPod& pod,
                      const std::vector<PlayedPod::Container>& list, ContainerState state,
                      const std::string& now) {
  if (list.empty()) return;
  const std::string began = pod.started_at ? rfc3339(*pod.started_at) : now;
  json.key(key).begin_array();
  for (const PlayedPod::Container& container : list) {
    json.begin_object()
        .member("name", container.name)
        .member("image", container.image)
        .member("imageID", "played@sha256:" + digest_of(container.image))
        .member("containerID",
                "containerd://" + digest_of(fmt::format("{} {} {}", pod.uid, container.name, pod.restarts)))
        .member("ready", state.ready)
        .member("started", !state.code)
        .member("restartCount", pod.restarts);
    write_state(json, began, now, state.code);
    json.end_object();
  }
  json.end_array();
}

}  // namespace

std::optional<PlayedPod> read_pod(const Node& object) {
  PlayedPod pod;
  pod.node = text(find(&object, {"spec", "nodeName"}));
  if (pod.node.empty()) return std::nullopt;
  pod.name_space = text(find(&object, {"metadata", "namespace"}));
  pod.name = text(find(&object, {"metadata", "name"}));
  pod.uid = text(find(&object, {"metadata", "uid"}));
  pod.containers = containers(find(&object, {"spec", "containers"}));
  pod.init_containers = containers(find(&object, {"spec", "initContainers"}));
  pod.host_network = text(find(&object, {"spec", "hostNetwork"})) == "true";
  pod.gates_open = are_gates_open(object);
  if (const Node* annotations = find(&object, {"metadata", "annotations"})) {
    if (const Node* after = annotations->find(ready_after)) pod.ready_after = seconds(after);
    pod.exits_after = seconds(annotations->find(exits_after));
    pod.exit_code = static_cast<int>(number(text(annotations->find(exit_code))).value_or(0));
  }
  // One that another player, or this one before it was started anew, has brought along.
  const std::string phase = text(find(&object, {"status", "phase"}));
  pod.ready_told = has_condition(object, "Ready");
  if (phase == "Succeeded" || phase == "Failed") pod.stage = PlayedPod::Stage::completed;
  if (phase == "Running") pod.stage = pod.ready_told ? PlayedPod::Stage::ready : PlayedPod::Stage::started;
  const std::string address = text(find(&object, {"status", "podIP"}));
  if (const std::size_t dot = address.rfind('.'); dot != std::string::npos && !pod.host_network) {
    std::from_chars(address.data() + dot + 1, address.data() + address.size(), pod.host);
  }
  return pod;
}

std::optional<std::chrono::seconds> grace_of_deletion(const Node& object) {
  const Node* deleted = find(&object, {"metadata", "deletionTimestamp"});
  if (deleted == nullptr || deleted->is_null()) return std::nullopt;
  const Node* grace = find(&object, {"metadata", "deletionGracePeriodSeconds"});
  return std::chrono::seconds(grace == nullptr ? 0 : grace->integer().value_or(0));
}

std::string pod_status_patch(const PlayedPod& pod, std::string_view host_address, std::string_view pod_address,
                             kube::Time time) {
  using Stage = PlayedPod::Stage;
  const std::string now = rfc3339(time);
  const bool completed = pod.stage == Stage::completed;
  const bool contained = pod.stage == Stage::ready;  // its containers are ready; gates may keep the pod from it
  const char* phase = !completed ? "Running" : pod.exit_code == 0 ? "Succeeded" : "Failed";
  const char* reason = completed ? "PodCompleted" : "ContainersNotReady";
  std::string patch;
  JsonWriter json(patch);
  json.begin_object();
  // The API server refuses the patch when another pod has this name by now.
  json.key("metadata").begin_object().member("uid", pod.uid).end_object();
  json.key("status").begin_object().member("phase", phase);
  json.member("hostIP", host_address).member("podIP", pod_address);
  json.key("podIPs").begin_array().begin_object().member("ip", pod_address).end_object().end_array();
  json.member("startTime", pod.started_at ? rfc3339(*pod.started_at) : now);
  json.key("conditions").begin_array();
  write_condition(json, "Initialized", true, "", now);
  write_condition(json, "Ready", pod.is_ready(), contained ? "ReadinessGatesNotReady" : reason, now);
  write_condition(json, "ContainersReady", contained, reason, now);
  write_condition(json, "PodScheduled", true, "", now);
  json.end_array();
  write_containers(json, "initContainerStatuses", pod, pod.init_containers, {.ready = true, .code = 0}, now);
  write_containers(json, "containerStatuses", pod, pod.containers,
                   {.ready = contained, .code = completed ? std::optional(pod.exit_code) : std::nullopt}, now);
  json.end_object().end_object();
  return patch;
}

}  // namespace bulwark::e2e

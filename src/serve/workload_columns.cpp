#include <fmt/format.h>

#include <algorithm>

#include "base/rfc3339.h"
#include "serve/age.h"
#include "serve/columns.h"

namespace bulwark::serve {

using document::Node;

namespace {

std::string text_of(const Node* node, std::string_view key) {
  const Node* found = node == nullptr ? nullptr : node->find(key);
  return found == nullptr ? std::string() : std::string(found->text());
}

bool is_true(const Node* node, std::string_view key) { return text_of(node, key) == "true"; }

std::int64_t number_of(const Node* node, std::string_view key) {
  const Node* found = node == nullptr ? nullptr : node->find(key);
  return found == nullptr ? 0 : found->integer().value_or(0);
}

std::span<const Node> items(const Node* list) { return list == nullptr ? std::span<const Node>() : list->items(); }

// printPod: the phase, or what keeps the pod from it.
struct PodState {
  std::string reason;
  std::size_t ready = 0, total = 0;
  std::int64_t restarts = 0;
  std::string last_restart;  // RFC 3339
};

bool is_sidecar(const Node* spec, std::string_view name) {
  for (const Node& container : items(spec == nullptr ? nullptr : spec->find("initContainers"))) {
    if (text_of(&container, "name") == name) return text_of(&container, "restartPolicy") == "Always";
  }
  return false;
}

void note_restart(PodState& state, const Node& status) {
  state.restarts += number_of(&status, "restartCount");
  const Node* last = at(status, {"lastState", "terminated", "finishedAt"});
  if (last != nullptr && last->text() > state.last_restart) state.last_restart = last->text();
}

std::string ended(const Node& terminated) {
  std::string reason = text_of(&terminated, "reason");
  if (!reason.empty()) return reason;
  const std::int64_t signal = number_of(&terminated, "signal");
  if (signal != 0) return fmt::format("Signal:{}", signal);
  return fmt::format("ExitCode:{}", number_of(&terminated, "exitCode"));
}

PodState pod_state(const Node& root) {
  PodState state;
  const Node* spec = root.find("spec");
  const Node* status = root.find("status");
  state.reason = text_of(status, "phase");
  if (const std::string reason = text_of(status, "reason"); !reason.empty()) state.reason = reason;
  for (const Node& condition : items(status == nullptr ? nullptr : status->find("conditions"))) {
    if (text_of(&condition, "type") == "PodScheduled" && text_of(&condition, "reason") == "SchedulingGated") {
      state.reason = "SchedulingGated";
    }
  }
  state.total = items(spec == nullptr ? nullptr : spec->find("containers")).size();
  const std::size_t init_total = items(spec == nullptr ? nullptr : spec->find("initContainers")).size();
  for (const Node& container : items(spec == nullptr ? nullptr : spec->find("initContainers"))) {
    if (text_of(&container, "restartPolicy") == "Always") ++state.total;
  }
  bool initializing = false;
  std::size_t place = 0;
  for (const Node& container : items(status == nullptr ? nullptr : status->find("initContainerStatuses"))) {
    const std::size_t index = place++;
    const bool sidecar = is_sidecar(spec, text_of(&container, "name"));
    note_restart(state, container);
    if (sidecar && is_true(&container, "ready")) ++state.ready;
    const Node* terminated = at(container, {"state", "terminated"});
    const Node* waiting = at(container, {"state", "waiting"});
    if (terminated != nullptr && number_of(terminated, "exitCode") == 0) continue;
    if (sidecar && is_true(&container, "started")) continue;
    if (terminated != nullptr) {
      state.reason = "Init:" + ended(*terminated);
    } else if (const std::string why = text_of(waiting, "reason"); !why.empty() && why != "PodInitializing") {
      state.reason = "Init:" + why;
    } else {
      state.reason = fmt::format("Init:{}/{}", index, init_total);
    }
    initializing = true;
    break;
  }
  if (initializing) return state;
  state.restarts = 0;
  bool running = false;
  const auto containers = items(status == nullptr ? nullptr : status->find("containerStatuses"));
  for (std::size_t i = containers.size(); i-- > 0;) {
    const Node& container = containers[i];
    note_restart(state, container);
    const Node* terminated = at(container, {"state", "terminated"});
    if (const std::string why = text_of(at(container, {"state", "waiting"}), "reason"); !why.empty()) {
      state.reason = why;
    } else if (terminated != nullptr) {
      state.reason = ended(*terminated);
    } else if (is_true(&container, "ready") && at(container, {"state", "running"}) != nullptr) {
      running = true;
      ++state.ready;
    }
  }
  if (state.reason == "Completed" && running) {
    state.reason = "NotReady";
    for (const Node& condition : items(status->find("conditions"))) {
      if (text_of(&condition, "type") == "Ready" && text_of(&condition, "status") == "True")
        state.reason = "Running";
    }
  }
  return state;
}

std::string pod_ready(const Shown& shown) {
  const PodState state = pod_state(shown.root);
  return fmt::format("{}/{}", state.ready, state.total);
}

std::string pod_status(const Shown& shown) {
  if (at(shown.root, {"metadata", "deletionTimestamp"}) == nullptr) return pod_state(shown.root).reason;
  const std::string phase = text_at(shown, {"status", "phase"});
  if (text_at(shown, {"status", "reason"}) == "NodeLost") return "Unknown";
  return phase == "Succeeded" || phase == "Failed" ? pod_state(shown.root).reason : "Terminating";
}

std::string pod_restarts(const Shown& shown) {
  const PodState state = pod_state(shown.root);
  if (state.restarts == 0 || state.last_restart.empty()) return std::to_string(state.restarts);
  return fmt::format("{} ({} ago)", state.restarts, age(state.last_restart, shown.now));
}

std::string readiness_gates(const Shown& shown) {
  const Node* gates = at(shown.root, {"spec", "readinessGates"});
  if (gates == nullptr) return "<none>";
  std::size_t met = 0;
  for (const Node& gate : gates->items()) {
    for (const Node& condition : items(at(shown.root, {"status", "conditions"}))) {
      if (text_of(&condition, "type") == text_of(&gate, "conditionType") &&
          text_of(&condition, "status") == "True") {
        ++met;
      }
    }
  }
  return fmt::format("{}/{}", met, gates->items().size());
}

std::string node_status(const Shown& shown) {
  std::string text;
  for (const Node& condition : items(at(shown.root, {"status", "conditions"}))) {
    if (text_of(&condition, "type") != "Ready") continue;
    append_with_comma(text, text_of(&condition, "status") == "True" ? "Ready" : "NotReady");
  }
  if (text.empty()) text = "Unknown";
  if (text_at(shown, {"spec", "unschedulable"}) == "true") append_with_comma(text, "SchedulingDisabled");
  return text;
}

std::string node_roles(const Shown& shown) {
  std::vector<std::string> roles;
  const Node* labels = at(shown.root, {"metadata", "labels"});
  constexpr std::string_view prefix = "node-role.kubernetes.io/";
  if (labels != nullptr) {
    for (const auto& [key, value] : labels->members()) {
      if (key.text().starts_with(prefix) && key.text().size() > prefix.size()) {
        roles.emplace_back(key.text().substr(prefix.size()));
      } else if (key.text() == "kubernetes.io/role" && !value.text().empty()) {
        roles.emplace_back(value.text());
      }
    }
  }
  std::sort(roles.begin(), roles.end());
  std::string text;
  for (const std::string& role : roles) append_with_comma(text, role);
  return text.empty() ? "<none>" : text;
}

std::string node_address(const Shown& shown, std::string_view type) {
  for (const Node& address : items(at(shown.root, {"status", "addresses"}))) {
    if (text_of(&address, "type") == type) return text_of(&address, "address");
  }
  return "<none>";
}

const Node* pod_template_spec(const Shown& shown) {
  const Node* found = at(shown.root, {"spec", "template", "spec"});
  return found != nullptr ? found : at(shown.root, {"spec", "jobTemplate", "spec", "template", "spec"});
}

std::string of_containers(const Shown& shown, std::string_view key) {
  std::string text;
  const Node* spec = pod_template_spec(shown);
  for (const Node& container : items(spec == nullptr ? nullptr : spec->find("containers"))) {
    append_with_comma(text, text_of(&container, key));
  }
  return text;
}

std::string job_status(const Shown& shown) {
  bool failed = false, complete = false, suspended = false, met = false, failing = false;
  for (const Node& condition : items(at(shown.root, {"status", "conditions"}))) {
    if (text_of(&condition, "status") != "True") continue;
    const std::string type = text_of(&condition, "type");
    complete = complete || type == "Complete";
    failed = failed || type == "Failed";
    suspended = suspended || type == "Suspended";
    met = met || type == "SuccessCriteriaMet";
    failing = failing || type == "FailureTarget";
  }
  if (complete) return "Complete";
  if (failed) return "Failed";
  if (at(shown.root, {"metadata", "deletionTimestamp"}) != nullptr) return "Terminating";
  if (suspended) return "Suspended";
  if (failing) return "FailureTarget";
  return met ? "SuccessCriteriaMet" : "Running";
}

std::string job_completions(const Shown& shown) {
  const std::string done = count_at(shown, {"status", "succeeded"});
  if (at(shown.root, {"spec", "completions"}) != nullptr) {
    return done + '/' + count_at(shown, {"spec", "completions"});
  }
  const std::string parallel = count_at(shown, {"spec", "parallelism"});
  return parallel == "1" || parallel == "0" ? done + "/1" : fmt::format("{}/1 of {}", done, parallel);
}

std::string job_duration(const Shown& shown) {
  const auto start = base::parse_rfc3339(text_at(shown, {"status", "startTime"}));
  if (!start) return {};
  const auto end = base::parse_rfc3339(text_at(shown, {"status", "completionTime"}));
  return human_duration((end ? *end : std::chrono::floor<std::chrono::seconds>(shown.now)) - *start);
}

std::string since(const Shown& shown, std::initializer_list<std::string_view> path) {
  const std::string text = text_at(shown, path);
  return text.empty() ? "<none>" : age(text, shown.now);
}

Column text_column(std::string_view name, std::string (*cell)(const Shown&), std::int64_t priority = 0) {
  return {std::string(name), "string", priority, cell, {}};
}
Column number_column(std::string_view name, std::string (*cell)(const Shown&)) {
  return {std::string(name), "integer", 0, cell, {}};
}

#define CELL(expression) [](const Shown& s) -> std::string { return expression; }

std::vector<Column> with_template(std::vector<Column> columns, bool selector) {
  columns.push_back(text_column("Containers", CELL(of_containers(s, "name")), 1));
  columns.push_back(text_column("Images", CELL(of_containers(s, "image")), 1));
  if (selector) {
    columns.push_back(text_column("Selector", CELL(selector_cell(at(s.root, {"spec", "selector"}))), 1));
  }
  return columns;
}

}  // namespace

std::vector<Column> workload_columns(std::string_view kind) {
  const Column name = text_column("Name", name_cell), old = text_column("Age", age_cell);
  if (kind == "Pod") {
    return {name,
            text_column("Ready", pod_ready),
            text_column("Status", pod_status),
            text_column("Restarts", pod_restarts),
            old,
            text_column("IP", CELL(text_at(s, {"status", "podIP"}, "<none>")), 1),
            text_column("Node", CELL(text_at(s, {"spec", "nodeName"}, "<none>")), 1),
            text_column("Nominated Node", CELL(text_at(s, {"status", "nominatedNodeName"}, "<none>")), 1),
            text_column("Readiness Gates", readiness_gates, 1)};
  }
  if (kind == "Node") {
    return {
        name,
        text_column("Status", node_status),
        text_column("Roles", node_roles),
        old,
        text_column("Version", CELL(text_at(s, {"status", "nodeInfo", "kubeletVersion"}))),
        text_column("Internal-IP", CELL(node_address(s, "InternalIP")), 1),
        text_column("External-IP", CELL(node_address(s, "ExternalIP")), 1),
        text_column("OS-Image", CELL(text_at(s, {"status", "nodeInfo", "osImage"}, "<unknown>")), 1),
        text_column("Kernel-Version", CELL(text_at(s, {"status", "nodeInfo", "kernelVersion"}, "<unknown>")), 1),
        text_column("Container-Runtime",
                    CELL(text_at(s, {"status", "nodeInfo", "containerRuntimeVersion"}, "<unknown>")), 1)};
  }
  if (kind == "Deployment") {
    return with_template({name,
                          text_column("Ready", CELL(count_at(s, {"status", "readyReplicas"}) + '/' +
                                                    count_at(s, {"spec", "replicas"}))),
                          number_column("Up-to-date", CELL(count_at(s, {"status", "updatedReplicas"}))),
                          number_column("Available", CELL(count_at(s, {"status", "availableReplicas"}))), old},
                         true);
  }
  if (kind == "ReplicaSet" || kind == "ReplicationController") {
    return with_template({name, number_column("Desired", CELL(count_at(s, {"spec", "replicas"}))),
                          number_column("Current", CELL(count_at(s, {"status", "replicas"}))),
                          number_column("Ready", CELL(count_at(s, {"status", "readyReplicas"}))), old},
                         true);
  }
  if (kind == "StatefulSet") {
    return with_template({name,
                          text_column("Ready", CELL(count_at(s, {"status", "readyReplicas"}) + '/' +
                                                    count_at(s, {"spec", "replicas"}))),
                          old},
                         false);
  }
  if (kind == "DaemonSet") {
    return with_template(
        {name, number_column("Desired", CELL(count_at(s, {"status", "desiredNumberScheduled"}))),
         number_column("Current", CELL(count_at(s, {"status", "currentNumberScheduled"}))),
         number_column("Ready", CELL(count_at(s, {"status", "numberReady"}))),
         number_column("Up-to-date", CELL(count_at(s, {"status", "updatedNumberScheduled"}))),
         number_column("Available", CELL(count_at(s, {"status", "numberAvailable"}))),
         text_column("Node Selector",
                     CELL(selector_cell(at(s.root, {"spec", "template", "spec", "nodeSelector"})))),
         old},
        true);
  }
  if (kind == "Job") {
    return with_template({name, text_column("Status", job_status), text_column("Completions", job_completions),
                          text_column("Duration", job_duration), old},
                         true);
  }
  if (kind == "CronJob") {
    return with_template(
        {name, text_column("Schedule", CELL(text_at(s, {"spec", "schedule"}))),
         text_column("Timezone", CELL(text_at(s, {"spec", "timeZone"}, "<none>"))),
         text_column("Suspend", CELL(text_at(s, {"spec", "suspend"}) == "true" ? "True" : "False")),
         number_column("Active", CELL(std::to_string(items(at(s.root, {"status", "active"})).size()))),
         text_column("Last Schedule", CELL(since(s, {"status", "lastScheduleTime"}))), old},
        false);
  }
  return {};
}

#undef CELL

}  // namespace bulwark::serve

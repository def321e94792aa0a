#include "e2e/support/node_shape.h"

#include <fmt/format.h>

#include <array>

#include "document/json_writer.h"

namespace bulwark::e2e {
namespace {

using document::JsonWriter;

// FNV-1a, 64 bits (draft-eastlake-fnv).
std::uint64_t hash(std::string_view text, std::uint64_t seed) {
  std::uint64_t value = 0xcbf29ce484222325U ^ seed;
  for (const char letter : text) {
    value ^= static_cast<unsigned char>(letter);
    value *= 0x100000001b3U;
  }
  return value ^ (value >> 29);
}

void write_texts(JsonWriter& json, std::string_view key, const std::map<std::string, std::string>& texts) {
  json.key(key).begin_object();
  for (const auto& [name, value] : texts) json.member(name, value);
  json.end_object();
}

void write_condition(JsonWriter& json, const char* type, bool is_true, const char* reason, const char* message,
                     const std::string& now) {
  json.begin_object()
      .member("type", type)
      .member("status", is_true ? "True" : "False")
      .member("reason", reason)
      .member("message", message)
      .member("lastHeartbeatTime", now)
      .member("lastTransitionTime", now)
      .end_object();
}

// kubelet's own words (pkg/kubelet/nodestatus/setters.go).
void write_conditions(JsonWriter& json, const NodeShape& shape, kube::Time time) {
  const std::string now = rfc3339(time);
  json.key("conditions").begin_array();
  write_condition(json, "MemoryPressure", false, "KubeletHasSufficientMemory",
                  "kubelet has sufficient memory available", now);
  write_condition(json, "DiskPressure", false, "KubeletHasNoDiskPressure", "kubelet has no disk pressure", now);
  write_condition(json, "PIDPressure", false, "KubeletHasSufficientPID", "kubelet has sufficient PID available",
                  now);
  if (shape.ready) {
    write_condition(json, "Ready", true, "KubeletReady", "kubelet is posting ready status", now);
  } else {
    write_condition(json, "Ready", false, "KubeletNotReady", "container runtime network not ready", now);
  }
  json.end_array();
}

void write_status(JsonWriter& json, const NodeShape& shape, std::uint32_t number, kube::Time now) {
  json.key("status").begin_object();
  write_texts(json, "capacity", shape.capacity);
  write_texts(json, "allocatable", shape.capacity);
  write_conditions(json, shape, now);
  json.key("addresses").begin_array();
  json.begin_object().member("type", "InternalIP").member("address", node_address(number)).end_object();
  json.begin_object().member("type", "Hostname").member("address", shape.name).end_object();
  json.end_array();
  json.key("nodeInfo")
      .begin_object()
      .member("machineID", digest_of(shape.name).substr(0, 32))
      .member("systemUUID", uuid_of("system " + shape.name))
      .member("bootID", shape.boot_id.empty() ? uuid_of("boot " + shape.name) : shape.boot_id)
      .member("kernelVersion", shape.kernel)
      .member("osImage", shape.os_image)
      .member("containerRuntimeVersion", shape.container_runtime)
      .member("kubeletVersion", shape.kubelet_version)
      .member("kubeProxyVersion", shape.kubelet_version)
      .member("operatingSystem", shape.operating_system)
      .member("architecture", shape.architecture)
      .end_object();
  json.end_object();
}

}  // namespace

std::vector<NodeShape> numbered_nodes(std::size_t count, const NodeShape& pattern, std::string_view prefix) {
  std::vector<NodeShape> shapes(count, pattern);
  for (std::size_t i = 0; i < count; ++i) shapes[i].name = fmt::format("{}-{:04}", prefix, i);
  return shapes;
}

std::string node_address(std::uint32_t number) {
  const std::uint32_t host = number + 1;
  return fmt::format("10.{}.{}.{}", (host >> 16) & 127, (host >> 8) & 255, host & 255);
}

std::string pod_range(std::uint32_t number) {
  return fmt::format("10.{}.{}.0/24", 128 + ((number >> 8) & 127), number & 255);
}

std::string pod_address(std::uint32_t number, std::uint8_t host) {
  return fmt::format("10.{}.{}.{}", 128 + ((number >> 8) & 127), number & 255, host);
}

std::string digest_of(std::string_view text) {
  std::string digits;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    digits += fmt::format("{:016x}", hash(text, seed * 0x9e3779b97f4a7c15U));
  }
  return digits;
}

std::string uuid_of(std::string_view text) {
  std::string digits = digest_of(text);
  for (const std::size_t at : {8U, 13U, 18U, 23U}) digits.insert(at, 1, '-');
  return digits.substr(0, 36);
}

std::string rfc3339(kube::Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", int{date.year()}, unsigned{date.month()},
                     unsigned{date.day()}, clock.hours().count(), clock.minutes().count(),
                     clock.seconds().count());
}

std::string rfc3339_micro(kube::Time time) {
  std::string text = rfc3339(time);
  text.pop_back();
  const auto milliseconds = (time - std::chrono::floor<std::chrono::seconds>(time)).count();
  return text + fmt::format(".{:03}000Z", milliseconds);
}

std::string node_json(const NodeShape& shape, std::uint32_t number, kube::Time now) {
  std::string text;
  JsonWriter json(text);
  std::map<std::string, std::string> labels = {{"kubernetes.io/hostname", shape.name},
                                               {"kubernetes.io/os", shape.operating_system},
                                               {"kubernetes.io/arch", shape.architecture}};
  for (const auto& [key, value] : shape.labels) labels[key] = value;
  json.begin_object().member("apiVersion", "v1").member("kind", "Node");
  json.key("metadata").begin_object().member("name", shape.name);
  write_texts(json, "labels", labels);
  write_texts(json, "annotations", shape.annotations);
  json.end_object();
  json.key("spec").begin_object().member("podCIDR", pod_range(number));
  json.key("podCIDRs").begin_array().value(pod_range(number)).end_array();
  json.key("taints").begin_array();
  for (const NodeTaint& taint : shape.taints) {
    json.begin_object()
        .member("key", taint.key)
        .member("value", taint.value)
        .member("effect", taint.effect)
        .end_object();
  }
  json.end_array().end_object();
  write_status(json, shape, number, now);
  json.end_object();
  return text;
}

std::string node_status_patch(const NodeShape& shape, std::uint32_t number, kube::Time now) {
  std::string text;
  JsonWriter json(text);
  json.begin_object();
  write_status(json, shape, number, now);
  json.end_object();
  return text;
}

std::string lease_json(std::string_view node, std::string_view node_uid, std::chrono::seconds duration,
                       kube::Time now) {
  std::string text;
  JsonWriter json(text);
  json.begin_object().member("apiVersion", "coordination.k8s.io/v1").member("kind", "Lease");
  json.key("metadata").begin_object().member("name", node).member("namespace", "kube-node-lease");
  json.key("ownerReferences")
      .begin_array()
      .begin_object()
      .member("apiVersion", "v1")
      .member("kind", "Node")
      .member("name", node)
      .member("uid", node_uid)
      .end_object()
      .end_array()
      .end_object();
  json.key("spec")
      .begin_object()
      .member("holderIdentity", node)
      .member("leaseDurationSeconds", std::int64_t{duration.count()})
      .member("renewTime", rfc3339_micro(now))
      .end_object();
  json.end_object();
  return text;
}

std::string lease_patch(std::string_view node, kube::Time now) {
  std::string text;
  JsonWriter json(text);
  json.begin_object().key("spec").begin_object();
  json.member("holderIdentity", node).member("renewTime", rfc3339_micro(now));
  json.end_object().end_object();
  return text;
}

}  // namespace bulwark::e2e

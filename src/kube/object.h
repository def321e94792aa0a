#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "document/node.h"
#include "document/outline.h"
#include "kube/cluster_objects.h"
#include "kube/decoder.h"
#include "kube/network.h"
#include "kube/rbac.h"
#include "kube/seccomp_profile.h"
#include "kube/snapshot.h"
#include "kube/workload.h"

namespace bulwark::kube {

// The kinds that Bulwark decodes. All others are `unknown` and keep only their names and metadata.
enum class ResourceKind : std::uint8_t {
  unknown,
  pod,
  pod_template,
  replication_controller,
  deployment,
  replica_set,
  stateful_set,
  daemon_set,
  job,
  cron_job,
  name_space,
  node,
  service_account,
  role,
  cluster_role,
  role_binding,
  cluster_role_binding,
  network_policy,
  service,
  ingress,
  pod_disruption_budget,
  endpoint_slice,
  config_map,
  secret,
  resource_quota,
  limit_range,
  validating_webhook,
  mutating_webhook,
  custom_resource_definition,
  api_service,
  horizontal_pod_autoscaler,
  persistent_volume_claim,
  persistent_volume,
  storage_class,
  csi_node,
  runtime_class,
  priority_class,
  seccomp_profile,
  snapshot,
};

// Where an object stands in what was read. An object of a living cluster has no text: begin and end are 0, and
// `at` counts the objects.
struct Origin {
  std::uint32_t source = 0;  // index into the list of sources
  std::uint32_t begin = 0;   // bytes of the YAML document, or of the JSON value, that can be read again on its own
  std::uint32_t end = 0;
  std::uint32_t at = 0;  // first byte of the object itself
  bool json = false;     // read as JSON, and not as YAML
  document::Outline outline;

  bool has_text() const { return end > begin; }
};

struct Object {
  ResourceKind kind = ResourceKind::unknown;
  std::string_view api_version;
  std::string_view kind_name;
  ObjectMeta metadata;
  Origin origin;
  const void* body = nullptr;  // of the type that belongs to `kind`

  // "apps" of "apps/v1"; empty for the core group.
  std::string_view group() const;
  std::string_view version() const;
  // The namespace that it lives in: its own, else "default" for kinds that have one; empty for cluster-wide kinds
  // and for unknown kinds that name none.
  std::string_view namespace_or_default() const;
};

bool is_namespaced(ResourceKind kind);

// The typed body of an object, or nullptr when it is of another type.
template <class T>
const T* as(const Object& object);

// The pod that an object is or makes, with the way to it; spec is nullptr when it makes none.
struct PodLocation {
  const ObjectMeta* metadata = nullptr;
  const PodSpec* spec = nullptr;
  // Keys from the object's root to metadata and spec of the pod: {} for a Pod, {"spec", "template"} for a
  // Deployment.
  std::span<const std::string_view> path;
};
PodLocation pod_of(const Object& object);

// How many replicas a workload asks for (1 when it names none); nullopt for kinds without replicas.
OptionalInt replicas_of(const Object& object);

// Decodes one object. A map with neither apiVersion nor kind whose defaultAction is a seccomp action is a profile
// file: a SeccompProfile without apiVersion and name. Returns nullptr when the node is no Kubernetes object:
// silently when it has neither apiVersion nor kind, else with the reason as the last of the decoder's problems.
// Wrong types and unknown fields are reported by the decoder and the rest is decoded. The kind "List" is not taken
// apart here.
const Object* decode_object(const document::Node& root, const Origin& origin, base::Arena& arena,
                            Decoder& decoder);

// A kind that is decoded, and the fields of its objects besides apiVersion, kind and metadata. A kind that several
// groups serve stands there for each.
struct DecodedKind {
  std::string_view group, name;
  const Listing* fields;
};
std::vector<DecodedKind> decoded_kinds();

// JSON of what was decoded, with the API's field names.
std::string encode_object(const Object& object);

}  // namespace bulwark::kube

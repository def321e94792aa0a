#pragma once

#include "kube/meta.h"

namespace bulwark::kube {

struct IpBlock {
  std::string_view cidr;
  std::span<const std::string_view> except;
};

struct NetworkPolicyPeer {
  const LabelSelector* pod_selector = nullptr;
  const LabelSelector* namespace_selector = nullptr;
  const IpBlock* ip_block = nullptr;
};

struct NetworkPolicyPort {
  std::string_view protocol;
  IntOrString port;
  OptionalInt end_port;
};

// An ingress or egress rule. No peers: all peers; no ports: all ports.
struct NetworkPolicyRule {
  std::span<const NetworkPolicyPeer> peers;
  std::span<const NetworkPolicyPort> ports;
};

struct NetworkPolicySpec {
  LabelSelector pod_selector;
  std::span<const std::string_view> policy_types;
  std::span<const NetworkPolicyRule> ingress, egress;
  Presence has_ingress, has_egress;  // the field stands there, were it empty

  // The types in force: as named, else Ingress always and Egress when the field stands there (networking/v1
  // defaults).
  bool is_ingress() const;
  bool is_egress() const;
};
struct NetworkPolicy {
  NetworkPolicySpec spec;
};

struct ServicePort {
  std::string_view name, protocol;
  OptionalInt port, node_port;
  IntOrString target_port;
};

struct ServiceSpec {
  std::string_view type, cluster_ip, external_name, load_balancer_ip, external_traffic_policy;
  Labels selector;
  std::span<const ServicePort> ports;
  std::span<const std::string_view> external_ips, load_balancer_source_ranges, ip_families;
};
struct Service {
  ServiceSpec spec;
};

struct IngressTls {
  std::span<const std::string_view> hosts;
  std::string_view secret_name;
};

struct ServiceBackendPort {
  std::string_view name;
  OptionalInt number;
};

struct IngressServiceBackend {
  std::string_view name;
  ServiceBackendPort port;
};

struct IngressBackend {
  const IngressServiceBackend* service = nullptr;
  Presence resource;
  // extensions/v1beta1 and networking.k8s.io/v1beta1
  std::string_view service_name;
  IntOrString service_port;

  std::string_view target() const { return service != nullptr ? service->name : service_name; }
};

struct IngressPath {
  std::string_view path, path_type;
  IngressBackend backend;
};

struct IngressHttp {
  std::span<const IngressPath> paths;
};

struct IngressRule {
  std::string_view host;
  const IngressHttp* http = nullptr;
};

struct IngressSpec {
  std::string_view ingress_class_name;
  const IngressBackend* default_backend = nullptr;
  const IngressBackend* backend = nullptr;  // the beta versions' name for it
  std::span<const IngressTls> tls;
  std::span<const IngressRule> rules;
};
struct Ingress {
  IngressSpec spec;
};

}  // namespace bulwark::kube

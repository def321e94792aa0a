#include "posture/exposure.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace bulwark::posture {

namespace {

constexpr std::string_view ranges_annotation = "service.beta.kubernetes.io/load-balancer-source-ranges";
// Azure's own, beside the ranges (sigs.k8s.io/cloud-provider-azure, pkg/consts).
constexpr std::string_view azure_ranges_annotation = "service.beta.kubernetes.io/azure-allowed-ip-ranges";
constexpr std::string_view azure_tags_annotation = "service.beta.kubernetes.io/azure-allowed-service-tags";

struct Annotation {
  std::string_view key, value;
};
constexpr std::array<Annotation, 6> internal{{
    {"service.beta.kubernetes.io/azure-load-balancer-internal", "true"},
    {"networking.gke.io/load-balancer-type", "Internal"},
    {"cloud.google.com/load-balancer-type", "Internal"},
    {"service.beta.kubernetes.io/aws-load-balancer-scheme", "internal"},
    {"service.beta.kubernetes.io/aws-load-balancer-internal", "true"},
    {"service.beta.kubernetes.io/aws-load-balancer-internal", "0.0.0.0/0"},
}};

bool is_everybody(std::string_view range) {
  range = base::trim(range);
  return range.ends_with("/0") || range == "Internet";
}

}  // namespace

std::optional<OpenRange> find_open_range(const kube::Object& service) {
  const auto& ranges = kube::as<kube::Service>(service)->spec.load_balancer_source_ranges;
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    if (is_everybody(ranges[i])) return OpenRange{FieldPath("spec") / "loadBalancerSourceRanges" / i, ranges[i]};
  }
  for (const std::string_view key : {ranges_annotation, azure_ranges_annotation, azure_tags_annotation}) {
    const std::string_view value = kube::find_label(service.metadata.annotations, key);
    if (value.empty()) continue;
    const auto parts = base::split(value, ',');
    const auto open = std::find_if(parts.begin(), parts.end(), is_everybody);
    if (open != parts.end()) return OpenRange{FieldPath("metadata") / "annotations" / key, base::trim(*open)};
  }
  return std::nullopt;
}

Exposure exposure_of(const kube::Object& service) {
  const kube::ServiceSpec& spec = kube::as<kube::Service>(service)->spec;
  if (spec.type == "NodePort") return Exposure::network;
  if (spec.type != "LoadBalancer") return Exposure::none;
  const kube::Labels annotations = service.metadata.annotations;
  for (const Annotation& each : internal) {
    if (kube::find_label(annotations, each.key) == each.value) return Exposure::network;
  }
  bool named = !spec.load_balancer_source_ranges.empty();
  for (const std::string_view key : {ranges_annotation, azure_ranges_annotation, azure_tags_annotation}) {
    named = named || !kube::find_label(annotations, key).empty();
  }
  return named && !find_open_range(service) ? Exposure::restricted : Exposure::internet;
}

}  // namespace bulwark::posture

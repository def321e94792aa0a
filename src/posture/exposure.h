#pragma once

#include <optional>
#include <string_view>

#include "kube/object.h"
#include "posture/reporter.h"

namespace bulwark::posture {

// From where a Service can be called, besides its cluster.
enum class Exposure : std::uint8_t {
  none,        // ClusterIP, ExternalName
  network,     // the network of the nodes: NodePort, an internal load balancer
  restricted,  // a public load balancer that takes named source addresses alone
  internet,    // a public load balancer for everybody
};

// By type, loadBalancerSourceRanges and the clouds' annotations.
Exposure exposure_of(const kube::Object& service);

// What opens a public load balancer to everybody: the source range 0.0.0.0/0 or ::/0, in the field or in an
// annotation.
struct OpenRange {
  FieldPath at;
  std::string_view range;
};
std::optional<OpenRange> find_open_range(const kube::Object& service);

}  // namespace bulwark::posture

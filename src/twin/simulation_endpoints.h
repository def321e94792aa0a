// What the endpoint controllers of kube-controller-manager write for a Service with a selector
// (pkg/controller/endpoint/endpoints_controller.go, and k8s.io/endpointslice). Pure: objects in, objects out.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "document/json_value.h"

namespace bulwark::twin {

// Of a pod, what its Services tell about it.
struct EndpointPod {
  struct Port {
    std::string name, protocol;
    std::int64_t number = 0;
  };

  std::string name_space, name, uid, node, zone, host_name, subdomain;
  std::vector<std::string> addresses;
  std::vector<Port> ports;  // of its containers, sidecars last
  bool is_ready = false, is_going = false, has_ended = false;
};

// `zone`: of its node; "" when it is not known.
EndpointPod endpoint_pod(const document::Json& pod, std::string_view zone);

// Whether the controllers look after a Service: it has a selector, and is of no other cluster.
bool has_endpoints(const document::Json& service);

// The Endpoints of a Service; `before` is what there was (null: nothing), whose annotations stay. Of more than
// 1,000 addresses the first ones that are ready.
document::Json endpoints_of(const document::Json& service, std::span<const EndpointPod> pods,
                            const document::Json& before, int minor);

// The EndpointSlices of a Service, of 100 endpoints at most: those that there were, filled up, with new ones,
// which have generateName in place of a name, behind them. What is no more needed is not among them. A Service
// without endpoints keeps one empty slice for each family of addresses.
std::vector<document::Json> endpoint_slices_of(const document::Json& service, std::span<const EndpointPod> pods,
                                               std::span<const document::Json> before);

}  // namespace bulwark::twin

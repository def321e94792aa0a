#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "kube/inventory.h"
#include "posture/workloads.h"

namespace bulwark::posture {

// Whether a call that fails, or is not answered, refuses the request. The default is Fail in v1 and Ignore in
// v1beta1.
bool fails_closed(const kube::Object& configuration, const kube::Webhook& webhook);

// Whether the webhook is asked when a pod is made.
bool guards_pods(const kube::Webhook& webhook);
// Whether it is asked when a Lease is renewed.
bool guards_leases(const kube::Webhook& webhook);

enum class Answer : std::uint8_t { no, yes, unknown };

// Whether the webhook is asked about objects of the namespace. Unknown when that hangs on labels of a Namespace
// that is not in the input, or on matchConditions.
Answer covers_namespace(const kube::Inventory& inventory, const kube::Webhook& webhook,
                        std::string_view name_space);

// Whom a webhook asks inside of the cluster.
struct Backend {
  std::string_view name_space;
  std::string_view service;
  bool known = false;               // the input has the Service, or evidently all Services of the namespace
  std::vector<Workload> workloads;  // that the Service selects
};
// nullopt for a webhook that is called by URL.
std::optional<Backend> backend_of(const kube::Inventory& inventory, const kube::Webhook& webhook);

// What a living cluster tells of the Service that a webhook names.
enum class Readiness : std::uint8_t {
  untold,  // no living cluster, or a webhook that is called by URL
  unread,  // Services or EndpointSlices could not be read
  ready,
  no_service,
  no_endpoints,
  none_ready,
};
Readiness readiness_of(const kube::Inventory& inventory, const kube::Webhook& webhook);

// Hands over each ValidatingWebhookConfiguration, then each MutatingWebhookConfiguration.
template <class F>
void for_each_webhook_configuration(const kube::Inventory& inventory, F&& use) {
  for (const auto kind : {kube::ResourceKind::validating_webhook, kube::ResourceKind::mutating_webhook}) {
    for (const kube::Object* object : inventory.of(kind)) use(*object);
  }
}

}  // namespace bulwark::posture

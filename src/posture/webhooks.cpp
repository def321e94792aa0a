#include "posture/webhooks.h"

#include <algorithm>
#include <array>

#include "posture/living.h"

namespace bulwark::posture {

namespace {

using kube::ResourceKind;

constexpr std::string_view name_label = "kubernetes.io/metadata.name";

// Labels that AKS gives to kube-system; its admissions enforcer excludes by them
// (https://learn.microsoft.com/azure/aks/faq).
constexpr std::array system_labels{kube::Label{"control-plane", "true"},
                                   kube::Label{"kubernetes.azure.com/managedby", "aks"}};

bool has(std::span<const std::string_view> list, std::initializer_list<std::string_view> any_of) {
  return std::any_of(list.begin(), list.end(), [&](std::string_view each) {
    return std::find(any_of.begin(), any_of.end(), each) != any_of.end();
  });
}

// The labels of a namespace as far as they are known.
struct KnownLabels {
  kube::Label name;
  kube::Labels labels;
  bool complete = false;

  // The label under a key; nullopt when it is not known whether there is one, a null view when there is none.
  std::optional<std::string_view> value(std::string_view key) const {
    if (key == name_label) return name.value;
    const std::string_view found = kube::find_label(labels, key);
    if (found.data() == nullptr && !complete) return std::nullopt;
    return found;
  }
};

Answer holds(const KnownLabels& known, const kube::Requirement& requirement) {
  const auto value = known.value(requirement.key);
  if (!value) return Answer::unknown;
  const kube::Label label{requirement.key, *value};
  const kube::Labels labels = value->data() == nullptr ? kube::Labels{} : kube::Labels{&label, 1};
  return requirement.matches(labels) ? Answer::yes : Answer::no;
}

}  // namespace

bool fails_closed(const kube::Object& configuration, const kube::Webhook& webhook) {
  if (webhook.failure_policy.empty()) return configuration.version() != "v1beta1";
  return webhook.failure_policy == "Fail";
}

bool guards_pods(const kube::Webhook& webhook) {
  return std::any_of(webhook.rules.begin(), webhook.rules.end(), [](const kube::WebhookRule& rule) {
    return has(rule.operations, {"*", "CREATE"}) && has(rule.api_groups, {"*", ""}) &&
           has(rule.resources, {"*", "*/*", "pods", "pods/*"}) && rule.scope != "Cluster";
  });
}

bool guards_leases(const kube::Webhook& webhook) {
  return std::any_of(webhook.rules.begin(), webhook.rules.end(), [](const kube::WebhookRule& rule) {
    return has(rule.operations, {"*", "UPDATE"}) && has(rule.api_groups, {"*", "coordination.k8s.io"}) &&
           has(rule.resources, {"*", "*/*", "leases", "leases/*"}) && rule.scope != "Cluster";
  });
}

Answer covers_namespace(const kube::Inventory& inventory, const kube::Webhook& webhook,
                        std::string_view name_space) {
  KnownLabels known{{name_label, name_space}, {}, false};
  if (const kube::Object* object = inventory.find(ResourceKind::name_space, "", name_space); object != nullptr) {
    known.labels = object->metadata.labels;
    known.complete = true;
  } else if (name_space == "kube-system") {
    known.labels = system_labels;
  }
  Answer answer = webhook.match_conditions.present ? Answer::unknown : Answer::yes;
  const kube::LabelSelector* selector = webhook.namespace_selector;
  if (selector == nullptr) return answer;
  const auto combine = [&](Answer other) {
    if (answer == Answer::no || other == Answer::yes) return;
    answer = other;
  };
  for (const kube::Label& wanted : selector->match_labels) {
    combine(holds(known, {wanted.key, kube::SelectorOperator::in, {&wanted.value, 1}, {}}));
  }
  for (const kube::Requirement& requirement : selector->match_expressions) combine(holds(known, requirement));
  return answer;
}

Readiness readiness_of(const kube::Inventory& inventory, const kube::Webhook& webhook) {
  const kube::WebhookServiceReference* reference = webhook.client_config.service;
  if (reference == nullptr || reference->name.empty()) return Readiness::untold;
  const bool living = snapshot_of(inventory) != nullptr;
  const auto otherwise = living ? Readiness::unread : Readiness::untold;
  const kube::Object* service = inventory.find(ResourceKind::service, reference->name_space, reference->name);
  if (service == nullptr) {
    return knows_all(inventory, "Service", reference->name_space) ? Readiness::no_service : otherwise;
  }
  // Its endpoints are elsewhere.
  if (kube::as<kube::Service>(*service)->spec.type == "ExternalName") return Readiness::untold;
  bool any = false, any_slice = false;
  for (const kube::Object* slice : inventory.of(ResourceKind::endpoint_slice, reference->name_space)) {
    if (kube::find_label(slice->metadata.labels, "kubernetes.io/service-name") != reference->name) continue;
    any_slice = true;
    for (const kube::Endpoint& endpoint : kube::as<kube::EndpointSlice>(*slice)->endpoints) {
      // "nil indicates an unknown state. In most cases consumers should interpret this unknown state as ready."
      if (endpoint.conditions.ready.value_or(true)) return Readiness::ready;
      any = true;
    }
  }
  if (any) return Readiness::none_ready;
  // Every cluster has slices, those of the API server at least, unless it is too old to have them at all.
  const bool complete =
      knows_all(inventory, "EndpointSlice", reference->name_space) && inventory.has(ResourceKind::endpoint_slice);
  return complete || any_slice ? Readiness::no_endpoints : otherwise;
}

std::optional<Backend> backend_of(const kube::Inventory& inventory, const kube::Webhook& webhook) {
  const kube::WebhookServiceReference* reference = webhook.client_config.service;
  if (reference == nullptr || reference->name.empty()) return std::nullopt;
  Backend backend{reference->name_space, reference->name, false, {}};
  const kube::Object* service = inventory.find(ResourceKind::service, backend.name_space, backend.service);
  if (service == nullptr) {
    backend.known = !inventory.of(ResourceKind::service, backend.name_space).empty();
    return backend;
  }
  const kube::Labels wanted = kube::as<kube::Service>(*service)->spec.selector;
  if (wanted.empty()) return backend;
  const WorkloadIndex& workloads = inventory.workload_index(backend.name_space);
  backend.known = !workloads.all().empty();
  workloads.for_each_selected(
      {wanted, {}}, [&](const Workload& workload, std::size_t) { backend.workloads.push_back(workload); });
  return backend;
}

}  // namespace bulwark::posture

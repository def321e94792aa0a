#include <fmt/format.h>

#include <algorithm>

#include "twin/loader.h"

namespace bulwark::twin {

namespace {

bool has(std::span<const std::string_view> list, std::string_view wanted) {
  return std::any_of(list.begin(), list.end(),
                     [&](std::string_view each) { return each == wanted || each == "*"; });
}

bool asks_about(const kube::WebhookRule& rule, std::string_view resource, std::string_view subresource) {
  if (!has(rule.operations, "CREATE") || !has(rule.api_groups, "")) return false;
  if (rule.scope == "Cluster") return false;
  return std::any_of(rule.resources.begin(), rule.resources.end(), [&](std::string_view each) {
    if (each == "*/*") return true;
    if (subresource.empty()) return each == "*" || each == resource;
    return each == fmt::format("{}/*", resource) || each == fmt::format("*/{}", subresource) ||
           each == fmt::format("{}/{}", resource, subresource);
  });
}

}  // namespace

void Loader::load_webhooks() {
  for (const kube::ResourceKind kind :
       {kube::ResourceKind::validating_webhook, kube::ResourceKind::mutating_webhook}) {
    for (const kube::Object* object : inventory_.of(kind)) {
      std::size_t place = 0;
      for (const kube::Webhook& each : kube::as<kube::WebhookConfiguration>(*object)->webhooks) {
        add_webhook(*object, each, place++);
      }
    }
  }
}

void Loader::add_webhook(const kube::Object& configuration, const kube::Webhook& from, std::size_t place) {
  // Fail is the default since v1, and was Ignore in v1beta1.
  const bool is_closed =
      from.failure_policy.empty() ? configuration.version() != "v1beta1" : from.failure_policy == "Fail";
  const auto rule_for = [&](std::string_view subresource) {
    return std::any_of(from.rules.begin(), from.rules.end(),
                       [&](const auto& rule) { return asks_about(rule, "pods", subresource); });
  };
  const bool creation = rule_for(""), eviction = rule_for("eviction");
  if (!is_closed || (!creation && !eviction)) return;
  Webhook webhook;
  webhook.name = from.name;
  webhook.configuration = configuration.metadata.name;
  webhook.place = place;
  webhook.kind = configuration.kind_name;
  webhook.timeout_seconds = from.timeout_seconds.value_or(10);
  if (const kube::WebhookServiceReference* service = from.client_config.service; service != nullptr) {
    webhook.service_namespace = service->name_space;
    webhook.service = service->name;
    webhook.path = service->path;
    webhook.port = service->port.value_or(443);
    const kube::Object* found = inventory_.find(kube::ResourceKind::service, service->name_space, service->name);
    const kube::Labels selector =
        found != nullptr ? kube::as<kube::Service>(*found)->spec.selector : kube::Labels();
    webhook.has_service = found != nullptr || !inventory_.has(kube::ResourceKind::service);
    // Without a selector its endpoints are set by hand.
    webhook.always_answers = webhook.has_service && selector.empty();
    const kube::LabelSelector selects{.match_labels = selector, .match_expressions = {}};
    for (Index i = 0; i < model_->classes.size() && !webhook.always_answers; ++i) {
      PodClass& pod_class = model_->classes[i];
      if (pod_class.name_space != service->name_space || !selects.matches(pod_class.labels)) continue;
      webhook.classes.push_back(i);
      pod_class.answers_webhooks = true;
    }
    if (!model_->is_living && webhook.classes.empty() && !webhook.always_answers) {
      webhook.always_answers = true;
      gap(Gap::Weight::doubt, fmt::format("webhook {}", from.name),
          fmt::format(
              "it fails closed, and the files show no pods behind its Service {}/{}: it is supposed to answer",
              service->name_space, service->name));
    }
  } else {
    webhook.always_answers = true;
  }
  if (from.match_conditions) {
    gap(Gap::Weight::note, fmt::format("webhook {}", from.name),
        "its matchConditions are not looked at: it is supposed to be asked");
  }
  const Index index = static_cast<Index>(model_->webhooks.size());
  for (PodClass& pod_class : model_->classes) {
    const auto labels_of = model_->namespaces.find(pod_class.name_space);
    std::vector<kube::Label> labels;
    if (labels_of != model_->namespaces.end()) labels.assign(labels_of->second.begin(), labels_of->second.end());
    labels.push_back({"kubernetes.io/metadata.name", pod_class.name_space});
    if (from.namespace_selector != nullptr && !from.namespace_selector->matches(labels)) continue;
    if (from.object_selector != nullptr && !from.object_selector->matches(pod_class.labels)) continue;
    if (creation) pod_class.creation_webhooks.push_back(index);
    // An Eviction has the labels of none.
    const bool evictions = from.object_selector == nullptr || from.object_selector->matches({});
    if (eviction && evictions) pod_class.eviction_webhooks.push_back(index);
  }
  model_->webhooks.push_back(std::move(webhook));
}

}  // namespace bulwark::twin

// Webhooks that fail closed (apiserver/pkg/admission/plugin/webhook): with no ready pod behind their Service, what
// they are asked about is refused.
#include <fmt/format.h>

#include <algorithm>

#include "twin/engine.h"

namespace bulwark::twin {

Index Engine::silent_webhook(const std::vector<Index>& webhooks) const {
  if (!state_.asks_webhooks) return none;
  for (const Index each : webhooks) {
    const Webhook& webhook = model_->webhooks[each];
    if (!webhook.exists || webhook.always_answers) continue;
    const bool answered = std::any_of(webhook.classes.begin(), webhook.classes.end(),
                                      [&](Index pod_class) { return state_.classes[pod_class].healthy > 0; });
    if (!answered) return each;
  }
  return none;
}

std::string Engine::webhook_failure(Index index) const {
  const Webhook& webhook = model_->webhooks[index];
  return fmt::format(
      "Internal error occurred: failed calling webhook \"{}\": failed to call webhook: Post "
      "\"https://{}.{}.svc:{}{}?timeout={}s\": no endpoints available for service \"{}\"",
      webhook.name, webhook.service, webhook.service_namespace, webhook.port, webhook.path,
      webhook.timeout_seconds, webhook.service);
}

}  // namespace bulwark::twin

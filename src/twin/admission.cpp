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
  // The words "failed to call webhook" came with 1.23 (apiserver, plugin/webhook/validating/dispatcher.go).
  return fmt::format(
      "failed calling webhook \"{}\": {}Post \"https://{}.{}.svc:{}{}?timeout={}s\": {}service \"{}\"{}",
      webhook.name, model_->minor >= 23 ? "failed to call webhook: " : "", webhook.service,
      webhook.service_namespace, webhook.port, webhook.path, webhook.timeout_seconds,
      webhook.has_service ? "no endpoints available for " : "", webhook.service,
      webhook.has_service ? "" : " not found");
}

}  // namespace bulwark::twin

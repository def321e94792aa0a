// ValidatingWebhook.timeoutSeconds: 1 to 30, by default 10 (30 in v1beta1); admission-webhooks-good-practices asks
// for a small one, for every request that the webhook covers waits that long while it does not answer.
#include <fmt/format.h>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  constexpr std::int64_t longest = 10;
  const auto webhooks = kube::as<kube::WebhookConfiguration>(object)->webhooks;
  for (std::size_t i = 0; i < webhooks.size(); ++i) {
    const bool beta = object.version() == "v1beta1";
    const std::int64_t seconds = webhooks[i].timeout_seconds.value_or(beta ? 30 : 10);
    if (seconds <= longest) continue;
    const FieldPath at = FieldPath("webhooks") / i / "timeoutSeconds";
    report
        .broken(at, fmt::format("webhook \"{}\" may hold up each request for {} seconds{}", webhooks[i].name,
                                seconds, webhooks[i].timeout_seconds ? "" : ", the default of v1beta1"))
        .fix([&] { return Edits{set(at, document::Literal::integer(longest))}; });
  }
}

}  // namespace

extern const Check webhook_timeout;
const Check webhook_timeout{
    .about =
        {.id = "webhook-timeout",
         .aliases = {},
         .chapter = finding::Chapter::kubernetes_upgrades,
         .severity = finding::Severity::low,
         .title = "Admission webhooks answer within 10 seconds",
         .effect = "While it does not answer, every request that it covers waits, and controllers fall behind "
                   "when an upgrade moves many pods.",
         .remedy = "Set timeoutSeconds to 10 or less.",
         .sources =
             {{"Kubernetes: admission webhook good practices",
               "https://kubernetes.io/docs/concepts/cluster-administration/admission-webhooks-good-practices/"},
              {"Kubernetes: dynamic admission control",
               "https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/"}},
         .mappings = {{finding::Framework::guide, "Regularly update to the latest version of Kubernetes"}}},
    .rule = ObjectRule{{kube::ResourceKind::validating_webhook, kube::ResourceKind::mutating_webhook}, run},
};

}  // namespace bulwark::posture

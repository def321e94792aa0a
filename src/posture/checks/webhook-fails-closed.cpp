// admission-webhooks-good-practices: "Fail open and validate the final state", and exclude kube-system. While a
// webhook that fails closed is not answered, what it covers is refused. When that is pods, a drained node stays
// empty. Whether somebody answers is told by a living cluster, and for want of one by the workloads.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/webhooks.h"

namespace bulwark::posture {

namespace {

std::string_view fault(Readiness readiness) {
  switch (readiness) {
    case Readiness::no_service:
      return "does not exist";
    case Readiness::no_endpoints:
      return "has no endpoints";
    case Readiness::none_ready:
      return "has no endpoint that is ready";
    default:
      return {};
  }
}

void judge(const kube::Object& object, const kube::Inventory& inventory, ClusterReporter& report) {
  const auto webhooks = kube::as<kube::WebhookConfiguration>(object)->webhooks;
  for (std::size_t i = 0; i < webhooks.size(); ++i) {
    const kube::Webhook& webhook = webhooks[i];
    if (webhook.rules.empty()) continue;  // it is never asked
    const bool of_pods = guards_pods(webhook);
    if (!fails_closed(object, webhook)) {
      if (of_pods) report.judged(object);
      continue;
    }
    const FieldPath at = FieldPath("webhooks") / i / "failurePolicy";
    const Readiness readiness = readiness_of(inventory, webhook);
    if (of_pods || readiness != Readiness::untold) report.judged(object);
    if (const std::string_view wrong = fault(readiness); !wrong.empty()) {
      const kube::WebhookServiceReference& service = *webhook.client_config.service;
      report
          .broken(object, at,
                  fmt::format("webhook \"{}\" fails closed, and its Service \"{}\" in namespace \"{}\" {}",
                              webhook.name, service.name, service.name_space, wrong))
          .severity(of_pods ? finding::Severity::high : finding::Severity::medium)
          .no_fix("what should answer is known to its owner alone");
      continue;
    }
    if (readiness == Readiness::unread) {
      const kube::WebhookServiceReference& service = *webhook.client_config.service;
      report.unknown(object, at,
                     fmt::format("webhook \"{}\" fails closed, and whether anything answers behind its Service "
                                 "\"{}\" in namespace \"{}\" cannot be told",
                                 webhook.name, service.name, service.name_space),
                     "permission to list Services and EndpointSlices");
    }
    if (!of_pods) continue;
    const auto backend = readiness == Readiness::untold ? backend_of(inventory, webhook) : std::nullopt;
    if (backend && backend->known && backend->workloads.empty()) {
      report
          .broken(object, at,
                  fmt::format("webhook \"{}\" fails closed, and no workload in namespace \"{}\" stands behind its "
                              "Service \"{}\"",
                              webhook.name, backend->name_space, backend->service))
          .severity(finding::Severity::high)
          .no_fix("what should answer is known to its owner alone");
    } else if (covers_namespace(inventory, webhook, "kube-system") == Answer::yes &&
               (webhook.object_selector == nullptr || webhook.object_selector->empty())) {
      report
          .broken(object, at,
                  fmt::format("webhook \"{}\" fails closed for the pods of kube-system, too", webhook.name))
          .no_fix("whether it may fail open is known to its owner alone");
    }
  }
}

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  for_each_webhook_configuration(inventory, [&](const kube::Object& object) { judge(object, inventory, report); });
}

}  // namespace

extern const Check webhook_fails_closed;
const Check webhook_fails_closed{
    .about =
        {.id = "webhook-fails-closed",
         .aliases = {},
         .chapter = finding::Chapter::kubernetes_upgrades,
         .severity = finding::Severity::medium,
         .title = "Admission webhooks that fail closed are answered, and leave kube-system alone",
         .effect = "While the webhook is not answered, all that it covers is refused; when that is pods, what an "
                   "upgrade evicts does not come back, and the upgrade stops.",
         .remedy = "Exclude kube-system by the namespaceSelector, let the webhook fail open where it may, and "
                   "keep its Service answered.",
         .sources =
             {{"Kubernetes: admission webhook good practices",
               "https://kubernetes.io/docs/concepts/cluster-administration/admission-webhooks-good-practices/"},
              {"Kubernetes: dynamic admission control",
               "https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/"}},
         .mappings = {{finding::Framework::guide, "Regularly update to the latest version of Kubernetes"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

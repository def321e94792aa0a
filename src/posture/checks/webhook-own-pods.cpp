// admission-webhooks-good-practices, "Prevent loops": a webhook that fails closed and covers the pods that answer
// it cannot start again once all of them are gone, for its own pods are refused.
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "posture/check.h"
#include "posture/webhooks.h"

namespace bulwark::posture {

namespace {

void judge(const kube::Object& object, const kube::Inventory& inventory, ClusterReporter& report) {
  const auto webhooks = kube::as<kube::WebhookConfiguration>(object)->webhooks;
  for (std::size_t i = 0; i < webhooks.size(); ++i) {
    const kube::Webhook& webhook = webhooks[i];
    if (!guards_pods(webhook) || !fails_closed(object, webhook)) continue;
    const auto backend = backend_of(inventory, webhook);
    if (!backend || backend->workloads.empty()) continue;
    report.judged(object);
    const auto caught =
        std::find_if(backend->workloads.begin(), backend->workloads.end(), [&](const Workload& each) {
          return webhook.object_selector == nullptr ||
                 kube::matches(*webhook.object_selector, each.metadata->labels);
        });
    if (caught == backend->workloads.end()) continue;
    const Answer answer = covers_namespace(inventory, webhook, backend->name_space);
    if (answer == Answer::no) continue;
    const FieldPath at = FieldPath("webhooks") / i / "namespaceSelector";
    if (answer == Answer::yes) {
      report
          .broken(object, at,
                  fmt::format("webhook \"{}\" must be answered before {}, which answers it, can start",
                              webhook.name, describe(*caught->object)))
          .no_fix("which namespaces it should cover is known to its owner alone");
    } else {
      report.unknown(
          object, at,
          fmt::format("webhook \"{}\" may cover {}, which answers it", webhook.name, describe(*caught->object)),
          webhook.match_conditions.present ? std::string("what its matchConditions let through")
                                           : fmt::format("labels of namespace \"{}\"", backend->name_space));
    }
  }
}

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  for_each_webhook_configuration(inventory, [&](const kube::Object& object) { judge(object, inventory, report); });
}

}  // namespace

extern const Check webhook_own_pods;
const Check webhook_own_pods{
    .about =
        {.id = "webhook-own-pods",
         .aliases = {},
         .chapter = finding::Chapter::kubernetes_upgrades,
         .severity = finding::Severity::high,
         .title = "Admission webhooks do not cover the pods that answer them",
         .effect = "When all its pods are gone at once, none can start again, and with them no pod of any "
                   "namespace that it covers.",
         .remedy = "Exclude its own namespace by the namespaceSelector, on kubernetes.io/metadata.name.",
         .sources =
             {{"Kubernetes: admission webhook good practices",
               "https://kubernetes.io/docs/concepts/cluster-administration/admission-webhooks-good-practices/"},
              {"Kubernetes: dynamic admission control",
               "https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/"}},
         .mappings = {{finding::Framework::guide, "Regularly update to the latest version of Kubernetes"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

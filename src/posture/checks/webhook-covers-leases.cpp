// admission-webhooks-good-practices: objects in kube-node-lease are the heartbeats of nodes, and whoever refuses
// them puts the cluster at risk; extensible-admission-controllers excludes leases in its example of
// matchConditions.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/webhooks.h"

namespace bulwark::posture {

namespace {

void judge(const kube::Object& object, const kube::Inventory& inventory, ClusterReporter& report) {
  const auto webhooks = kube::as<kube::WebhookConfiguration>(object)->webhooks;
  for (std::size_t i = 0; i < webhooks.size(); ++i) {
    const kube::Webhook& webhook = webhooks[i];
    if (!guards_leases(webhook)) continue;
    report.judged(object);
    const bool all_objects = webhook.object_selector == nullptr || webhook.object_selector->empty();
    if (!fails_closed(object, webhook) || !all_objects) continue;
    if (covers_namespace(inventory, webhook, "kube-node-lease") != Answer::yes) continue;
    report
        .broken(
            object, FieldPath("webhooks") / i / "rules",
            fmt::format("webhook \"{}\" fails closed for the leases of nodes: while it is not answered, all nodes "
                        "become NotReady",
                        webhook.name))
        .no_fix("what it is to cover is known to its owner alone");
  }
}

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  for_each_webhook_configuration(inventory, [&](const kube::Object& object) { judge(object, inventory, report); });
}

}  // namespace

extern const Check webhook_covers_leases;
const Check webhook_covers_leases{
    .about =
        {.id = "webhook-covers-leases",
         .aliases = {},
         .chapter = finding::Chapter::kubernetes_upgrades,
         .severity = finding::Severity::high,
         .title = "Admission webhooks that fail closed leave the leases of nodes alone",
         .effect = "While the webhook is not answered no node can renew its lease: all become NotReady, and their "
                   "pods are evicted, those that answer the webhook among them.",
         .remedy = "Name the resources that the webhook is for in its rules, or exclude kube-node-lease and "
                   "kube-system by its namespaceSelector.",
         .sources =
             {{"Kubernetes: admission webhook good practices",
               "https://kubernetes.io/docs/concepts/cluster-administration/admission-webhooks-good-practices/"},
              {"Kubernetes: leases", "https://kubernetes.io/docs/concepts/architecture/leases/"}},
         .mappings = {{finding::Framework::guide, "Regularly update to the latest version of Kubernetes"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

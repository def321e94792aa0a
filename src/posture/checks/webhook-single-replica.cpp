// admission-webhooks-good-practices: run several replicas of the webhook server. One that fails closed and runs
// once stops the making of pods whenever its own node is drained.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/webhooks.h"

namespace bulwark::posture {

namespace {

void judge(const kube::Object& object, const kube::Inventory& inventory, ClusterReporter& report) {
  const auto webhooks = kube::as<kube::WebhookConfiguration>(object)->webhooks;
  for (std::size_t i = 0; i < webhooks.size(); ++i) {
    if (!guards_pods(webhooks[i]) || !fails_closed(object, webhooks[i])) continue;
    const auto backend = backend_of(inventory, webhooks[i]);
    if (!backend || backend->workloads.empty()) continue;
    report.judged(object);
    std::int64_t replicas = 0;
    for (const Workload& workload : backend->workloads) {
      const auto scale = scale_of(inventory, *workload.object);
      // A DaemonSet answers from every node.
      replicas += scale ? scale->low : 2;
    }
    if (replicas > 1) continue;
    report
        .broken(object, FieldPath("webhooks") / i / "clientConfig",
                fmt::format("webhook \"{}\" fails closed, and {} answers it with {}", webhooks[i].name,
                            describe(*backend->workloads.front().object), count_of(replicas, "replica")))
        .no_fix("the replicas are set elsewhere");
  }
}

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  for_each_webhook_configuration(inventory, [&](const kube::Object& object) { judge(object, inventory, report); });
}

}  // namespace

extern const Check webhook_single_replica;
const Check webhook_single_replica{
    .about =
        {.id = "webhook-single-replica",
         .aliases = {},
         .chapter = finding::Chapter::kubernetes_upgrades,
         .severity = finding::Severity::medium,
         .title = "Admission webhooks that fail closed are answered by several replicas",
         .effect = "While its only pod moves to another node, no pod can be made: neither its own successor, "
                   "where it covers that, nor those of others.",
         .remedy =
             "Run at least two replicas of the webhook server, on different nodes and under a disruption budget.",
         .sources =
             {{"Kubernetes: admission webhook good practices",
               "https://kubernetes.io/docs/concepts/cluster-administration/admission-webhooks-good-practices/"},
              {"Kubernetes: dynamic admission control",
               "https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/"}},
         .mappings = {{finding::Framework::guide, "Regularly update to the latest version of Kubernetes"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

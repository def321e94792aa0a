// APIService, condition Available: while an extension API server does not answer, discovery is incomplete; the
// namespace controller, which must know every kind, deletes no namespace, and the garbage collector falls behind.
#include <fmt/format.h>

#include <string>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  const auto& service = *kube::as<kube::ApiService>(object);
  for (std::size_t i = 0; i < service.status.conditions.size(); ++i) {
    const kube::Condition& each = service.status.conditions[i];
    if (each.type != "Available" || each.status != "False") continue;
    const std::string why =
        each.message.empty() ? std::string(each.reason) : fmt::format("{}: {}", each.reason, each.message);
    report
        .broken(FieldPath("status") / "conditions" / i / "status",
                fmt::format("the API {}/{} does not answer: {}", service.spec.group, service.spec.version, why))
        .no_fix("the server behind it must be mended, or the APIService deleted");
  }
}

}  // namespace

extern const Check api_service_unavailable;
const Check api_service_unavailable{
    .about =
        {.id = "api-service-unavailable",
         .aliases = {},
         .chapter = finding::Chapter::kubernetes_upgrades,
         .severity = finding::Severity::medium,
         .title = "Every extension API server answers",
         .effect =
             "Namespaces are not deleted, autoscalers and controllers that ask for the API stand still, and an "
             "upgrade that needs them stops.",
         .remedy =
             "Look at the pods and the Service that the APIService names, and delete it when nothing of them is "
             "left.",
         .sources =
             {{"Kubernetes: API aggregation layer",
               "https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/apiserver-aggregation/"}},
         .mappings = {{finding::Framework::guide, "Regularly update to the latest version of Kubernetes"}}},
    .rule = ObjectRule{{kube::ResourceKind::api_service}, run},
};

}  // namespace bulwark::posture

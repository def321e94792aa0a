// An Ingress rule without host matches all requests that no other rule takes.
#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  const kube::IngressSpec& ingress = kube::as<kube::Ingress>(object)->spec;
  for (std::size_t i = 0; i < ingress.rules.size(); ++i) {
    if (!ingress.rules[i].host.empty() && ingress.rules[i].host != "*") continue;
    report.broken(FieldPath("spec") / "rules" / i, "the rule answers for every host")
        .no_fix("which host is meant is known to its owner alone");
  }
}

}  // namespace

extern const Check ingress_any_host;
const Check ingress_any_host{
    .about = {.id = "ingress-any-host",
              .aliases = {},
              .chapter = finding::Chapter::api_server_access,
              .severity = finding::Severity::low,
              .title = "Ingress rules name their host",
              .effect = "The rule answers for every name, those of other tenants included.",
              .remedy = "Set host.",
              .sources = {{"Kubernetes: Ingress",
                           "https://kubernetes.io/docs/concepts/services-networking/ingress/"}},
              .mappings = {{finding::Framework::guide, "Cluster isolation"}}},
    .rule = ObjectRule{{kube::ResourceKind::ingress}, run},
};

}  // namespace bulwark::posture

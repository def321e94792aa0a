// The guide asks for the policy in all user namespaces; its example names none.
#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  if (!object.metadata.name_space.empty()) return;
  report.unknown(FieldPath("metadata") / "namespace", "the policy names no namespace",
                 "the namespaces that it is applied to");
}

}  // namespace

extern const Check network_policy_without_namespace;
const Check network_policy_without_namespace{
    .about = {.id = "network-policy-without-namespace",
              .aliases = {},
              .chapter = finding::Chapter::instance_metadata,
              .severity = finding::Severity::low,
              .title = "Policies name their namespace",
              .effect = "The policy lands in whatever namespace is current, and guards no other.",
              .remedy = "Set metadata.namespace, and add the policy to every user namespace.",
              .sources = {{"AKS: cluster security",
                           "https://learn.microsoft.com/azure/aks/operator-best-practices-cluster-security"},
                          {"Kubernetes: network policies",
                           "https://kubernetes.io/docs/concepts/services-networking/network-policies/"}},
              .mappings = {{finding::Framework::guide, "Restrict access to Instance Metadata API"}}},
    .rule = ObjectRule{{kube::ResourceKind::network_policy}, run},
};

}  // namespace bulwark::posture

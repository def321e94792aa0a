// The labels of Pod Security admission; an invalid level is treated as restricted (KEP-2579).
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/system_namespaces.h"

namespace bulwark::posture {

namespace {

// Namespaces of users that the input tells something of.
template <class Visit>
void for_each_user_namespace(const kube::Inventory& inventory, Visit&& visit) {
  for (const kube::Object* object : inventory.of(kube::ResourceKind::name_space)) {
    if (!is_system_namespace(object->metadata.name)) visit(*object);
  }
}

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  for_each_user_namespace(inventory, [&](const kube::Object& object) {
    report.judged(object);
    const std::string_view space = object.metadata.name;
    const std::string_view level = kube::find_label(object.metadata.labels, "pod-security.kubernetes.io/enforce");
    const FieldPath at = FieldPath("metadata") / "labels" / "pod-security.kubernetes.io/enforce";
    if (level.data() == nullptr) {
      report.broken(object, at, fmt::format("the namespace {} enforces no Pod Security Standard", space))
          .no_fix("a label that is set before the pods keep the standard stops them");
    } else if (level == "privileged") {
      report.broken(object, at,
                    fmt::format("the namespace {} enforces the level privileged, which allows everything", space));
    } else if (level != "baseline" && level != "restricted") {
      report.broken(object, at,
                    fmt::format("\"{}\" is no Pod Security Standard; restricted is enforced in its stead", level));
    }
  });
}

}  // namespace

extern const Check namespace_pod_security;
const Check namespace_pod_security{
    .about = {.id = "namespace-pod-security",
              .aliases = {},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::medium,
              .title = "Namespaces enforce a Pod Security Standard",
              .effect = "Nothing stops a privileged pod from being made in the namespace.",
              .remedy = "Label the namespace with pod-security.kubernetes.io/enforce: restricted, or baseline.",
              .sources = {{"Kubernetes: Pod Security admission",
                           "https://kubernetes.io/docs/concepts/security/pod-security-admission/"},
                          {"Pod Security Standards",
                           "https://kubernetes.io/docs/concepts/security/pod-security-standards/"}},
              .mappings = {{finding::Framework::guide, "Secure container access to resources"},
                           {finding::Framework::cis_kubernetes, "5.2.1"},
                           {finding::Framework::cis_aks, "4.2"},
                           {finding::Framework::nsa, "Pod security enforcement"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

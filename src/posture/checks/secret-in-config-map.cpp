// Kubernetes: ConfigMaps are for data that is not confidential. Keys whose names say that they are secrets, and
// values that tell it themselves; the list stands in posture/secret_names.h. The value is never shown.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/secret_names.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object&, Reporter& report) {
  const document::Node* data = report.root().find("data");
  if (data == nullptr) return;
  for (const document::Member& member : data->members()) {
    const std::string_view key = member.key.text(), value = member.value.text();
    const bool by_name = names_a_secret(key) && may_be_secret(value);
    if (!by_name && !holds_a_secret(value)) continue;
    report
        .broken(FieldPath("data") / key, by_name ? fmt::format("the key \"{}\" looks like a secret", key)
                                                 : fmt::format("the value of \"{}\" holds a secret", key))
        .confidential()
        .no_fix("the secret is known by now and must be changed");
  }
}

}  // namespace

extern const Check secret_in_config_map;
const Check secret_in_config_map{
    .about = {.id = "secret-in-config-map",
              .aliases = {"KSV109"},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::high,
              .title = "ConfigMaps hold no secrets",
              .effect = "ConfigMaps are not encrypted, not masked, and readable to far more people than Secrets.",
              .remedy = "Move the value to a Secret or a key vault, and change it.",
              .sources = {{"Kubernetes: ConfigMaps",
                           "https://kubernetes.io/docs/concepts/configuration/configmap/"},
                          {"Kubernetes: good practices for Secrets",
                           "https://kubernetes.io/docs/concepts/security/secrets-good-practices/"},
                          {"AKS: pod security",
                           "https://learn.microsoft.com/azure/aks/developer-best-practices-pod-security"}},
              .mappings = {{finding::Framework::guide, "Pod security"}, {finding::Framework::mitre, "T1552"}}},
    .rule = ObjectRule{{kube::ResourceKind::config_map}, run},
};

}  // namespace bulwark::posture

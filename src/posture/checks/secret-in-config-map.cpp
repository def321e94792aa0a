// Keys of ConfigMaps whose names say that they are secrets. Values are not looked at.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/secret_names.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  const auto* map = kube::as<kube::ConfigMap>(object);
  for (const std::string_view key : map->keys) {
    if (!names_a_secret(key)) continue;
    report.broken(FieldPath("data") / key, fmt::format("the key \"{}\" looks like a secret", key))
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
              .sources = {{"Kubernetes: good practices for Secrets",
                           "https://kubernetes.io/docs/concepts/security/secrets-good-practices/"},
                          {"AKS: pod security",
                           "https://learn.microsoft.com/azure/aks/developer-best-practices-pod-security"}},
              .mappings = {{finding::Framework::guide, "Pod security"}, {finding::Framework::mitre, "T1552"}}},
    .rule = ObjectRule{{kube::ResourceKind::config_map}, run},
};

}  // namespace bulwark::posture

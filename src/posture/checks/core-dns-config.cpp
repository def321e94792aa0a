// coredns-custom: AKS manages CoreDNS, its main Corefile cannot be changed, and the ConfigMap coredns-custom takes
// what is one's own. Defender alert K8S_CoreDnsModification. One that AKS labelled, or that was read from a
// cluster, is no manifest that changes it.
#include "posture/check.h"
#include "posture/user_namespaces.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  if (object.metadata.name != "coredns" || object.metadata.name_space != "kube-system") return;
  if (!object.metadata.uid.empty() || is_managed(object)) return;
  report.broken(FieldPath("metadata") / "name", "the ConfigMap of CoreDNS is AKS' own, and is overwritten")
      .no_fix("what it says must be written as a snippet of coredns-custom");
}

}  // namespace

extern const Check core_dns_config;
const Check core_dns_config{
    .about = {.id = "core-dns-config",
              .aliases = {},
              .chapter = finding::Chapter::threat_protection,
              .severity = finding::Severity::medium,
              .title = "Nobody but AKS writes the configuration of CoreDNS",
              .effect = "Defender raises an alert, AKS takes the change back, and until then an error in it stops "
                        "name resolution for the cluster, or sends names elsewhere.",
              .remedy = "Write what is wanted into the ConfigMap coredns-custom in kube-system.",
              .sources = {{"AKS: customize CoreDNS", "https://learn.microsoft.com/azure/aks/coredns-custom"},
                          {"Defender for Cloud: container alerts",
                           "https://learn.microsoft.com/azure/defender-for-cloud/alerts-containers"}},
              .mappings = {{finding::Framework::guide, "Enable threat protection"}}},
    .rule = ObjectRule{{kube::ResourceKind::config_map}, run},
};

}  // namespace bulwark::posture

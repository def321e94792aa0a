// certificate-rotation: AKS rotates the certificates of the control plane by itself, but on clusters that are
// stopped or old; elsewhere (kubeadm: after a year) somebody must. Once the API server's has expired, no client
// trusts it.
#include <fmt/format.h>

#include <algorithm>

#include "posture/certificates.h"
#include "posture/check.h"
#include "posture/living.h"

namespace bulwark::posture {

namespace {

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  const kube::SnapshotSpec* facts = facts_of(inventory);
  if (facts == nullptr) return;
  const kube::Object& snapshot = *snapshot_of(inventory);
  report.judged(snapshot);
  const auto own = std::find_if(facts->certificates.begin(), facts->certificates.end(),
                                [](const auto& each) { return each.use == kube::api_server_use; });
  if (own == facts->certificates.end() || !own->problem.empty() || !read_at(inventory)) {
    report.unknown(snapshot, FieldPath("spec") / "certificates",
                   "whether the API server's certificate expires soon cannot be told",
                   "a TLS connection to the API server");
    return;
  }
  const auto fault = fault_of(*own, inventory, finding::Severity::critical);
  if (!fault) return;
  report
      .broken(snapshot, FieldPath("spec") / "certificates" / (own - facts->certificates.begin()) / "notAfter",
              fmt::format("the API server's certificate \"{}\" {}", own->subject, fault->text))
      .severity(fault->severity)
      .no_fix("certificates are rotated on the control plane");
}

}  // namespace

extern const Check api_server_certificate;
const Check api_server_certificate{
    .about =
        {.id = "api-server-certificate",
         .aliases = {},
         .chapter = finding::Chapter::api_server_access,
         .severity = finding::Severity::critical,
         .title = "The API server's certificate is valid for the next 30 days",
         .effect =
             "Once it has expired no kubelet, controller or user gets through to the API server: nodes become "
             "NotReady, and nothing can be mended by kubectl.",
         .remedy = "Rotate the certificates: az aks rotate-certs, or kubeadm certs renew.",
         .sources = {{"AKS: certificate rotation", "https://learn.microsoft.com/azure/aks/certificate-rotation"},
                     {"Kubernetes: certificate management with kubeadm",
                      "https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/kubeadm-certs/"}},
         .mappings = {{finding::Framework::guide, "Secure access to the API server and cluster nodes"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

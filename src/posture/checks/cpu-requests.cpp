// resources.requests.cpu. The guide's pages on isolation and pod security ask for requests and limits.
#include "posture/check.h"
#include "posture/resources.h"

namespace bulwark::posture {

namespace {

void run(const ContainerView& container, Reporter& report) { report_missing_request(container, "cpu", report); }

}  // namespace

extern const Check cpu_requests;
const Check cpu_requests{
    .about = {.id = "cpu-requests",
              .aliases = {"unset-cpu-requirements", "KSV015", "C-0268", "CKV_K8S_10", "cpuRequestsMissing"},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::low,
              .title = "Containers state their cpu requests",
              .effect = "The scheduler packs the pod anywhere, and its neighbours take its processor time.",
              .remedy = "Set resources.requests.cpu.",
              .sources = {{"Kubernetes: resource management for pods and containers",
                           "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/"},
                          {"AKS: cluster isolation",
                           "https://learn.microsoft.com/azure/aks/operator-best-practices-cluster-isolation"}},
              .mappings = {{finding::Framework::guide, "Cluster isolation"},
                           {finding::Framework::nsa, "Resource policies"}}},
    .rule = ContainerRule{run},
};

}  // namespace bulwark::posture

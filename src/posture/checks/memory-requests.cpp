// resources.requests.memory. The guide's pages on isolation and pod security ask for requests and limits.
#include "posture/check.h"
#include "posture/resources.h"

namespace bulwark::posture {

namespace {

void run(const ContainerView& container, Reporter& report) { report_missing_request(container, "memory", report); }

}  // namespace

extern const Check memory_requests;
const Check memory_requests{
    .about =
        {.id = "memory-requests",
         .aliases = {"KSV016", "C-0269", "CKV_K8S_12", "memoryRequestsMissing"},
         .chapter = finding::Chapter::container_access,
         .severity = finding::Severity::medium,
         .title = "Containers state their memory requests",
         .effect =
             "The scheduler packs more pods on a node than it has memory for, and the kernel ends some of them.",
         .remedy = "Set resources.requests.memory.",
         .sources = {{"Kubernetes: resource management for pods and containers",
                      "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/"},
                     {"AKS: cluster isolation",
                      "https://learn.microsoft.com/azure/aks/operator-best-practices-cluster-isolation"}},
         .mappings = {{finding::Framework::guide, "Cluster isolation"},
                      {finding::Framework::nsa, "Resource policies"}}},
    .rule = ContainerRule{run},
};

}  // namespace bulwark::posture

// resources.limits.memory. The guide's pages on isolation and pod security ask for requests and limits.
#include "posture/check.h"
#include "posture/resources.h"

namespace bulwark::posture {

namespace {

void run(const ContainerView& container, Reporter& report) { report_missing_limit(container, "memory", report); }

}  // namespace

extern const Check memory_limits;
const Check memory_limits{
    .about = {.id = "memory-limits",
              .aliases = {"unset-memory-requirements", "KSV018", "C-0271", "CKV_K8S_13", "memoryLimitsMissing"},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::medium,
              .title = "Containers state their memory limits",
              .effect = "A leak or an attack in one container takes the memory of the whole node.",
              .remedy = "Set resources.limits.memory.",
              .sources = {{"Kubernetes: resource management for pods and containers",
                           "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/"},
                          {"AKS: cluster isolation",
                           "https://learn.microsoft.com/azure/aks/operator-best-practices-cluster-isolation"}},
              .mappings = {{finding::Framework::guide, "Cluster isolation"},
                           {finding::Framework::defender, "Container CPU and memory limits should be enforced"},
                           {finding::Framework::nsa, "Resource policies"}}},
    .rule = ContainerRule{run},
};

}  // namespace bulwark::posture

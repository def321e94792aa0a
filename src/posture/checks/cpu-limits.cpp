// resources.limits.cpu. Defender asks for it; it is not part of the default standard, for a processor limit slows
// a program down even on an idle node.
#include "posture/check.h"
#include "posture/resources.h"

namespace bulwark::posture {

namespace {

void run(const ContainerView& container, Reporter& report) { report_missing_limit(container, "cpu", report); }

}  // namespace

extern const Check cpu_limits;
const Check cpu_limits{
    .about = {.id = "cpu-limits",
              .aliases = {"KSV011", "C-0270", "CKV_K8S_11", "cpuLimitsMissing"},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::low,
              .title = "Containers state their cpu limits",
              .effect = "A loop in one container takes the processor time that nobody has reserved.",
              .remedy = "Set resources.limits.cpu.",
              .sources = {{"Kubernetes: resource management for pods and containers",
                           "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/"},
                          {"AKS: cluster isolation",
                           "https://learn.microsoft.com/azure/aks/operator-best-practices-cluster-isolation"}},
              .mappings = {{finding::Framework::guide, "Cluster isolation"},
                           {finding::Framework::defender, "Container CPU and memory limits should be enforced"},
                           {finding::Framework::nsa, "Resource policies"}}},
    .in_guide = false,
    .rule = ContainerRule{run},
};

}  // namespace bulwark::posture

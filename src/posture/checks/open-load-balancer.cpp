// Defender alert K8S_ExposedService and its kin. An Azure load balancer is public unless it is annotated as
// internal; loadBalancerSourceRanges, and Azure's annotations for ranges and service tags, restrict it.
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/exposure.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  if (exposure_of(object) != Exposure::internet) return;
  constexpr std::string_view no_fix = "who may call the service is known to its owner alone";
  if (const auto open = find_open_range(object)) {
    report.broken(open->at, fmt::format("the load balancer takes \"{}\", which is everybody", open->range))
        .no_fix(no_fix);
  } else {
    report.broken(FieldPath("spec") / "type", "the load balancer is open to the internet").no_fix(no_fix);
  }
}

}  // namespace

extern const Check open_load_balancer;
const Check open_load_balancer{
    .about =
        {.id = "open-load-balancer",
         .aliases = {},
         .chapter = finding::Chapter::api_server_access,
         .severity = finding::Severity::medium,
         .title = "Load balancers take traffic from known addresses",
         .effect = "Everybody on the internet reaches the service.",
         .remedy = "Name loadBalancerSourceRanges, or annotate the service as internal.",
         .sources = {{"AKS: public load balancer", "https://learn.microsoft.com/azure/aks/load-balancer-standard"},
                     {"AKS: internal load balancer", "https://learn.microsoft.com/azure/aks/internal-lb"},
                     {"Kubernetes: Service", "https://kubernetes.io/docs/concepts/services-networking/service/"}},
         .mappings = {{finding::Framework::guide, "Cluster isolation"}, {finding::Framework::mitre, "T1133"}}},
    .rule = ObjectRule{{kube::ResourceKind::service}, run},
};

}  // namespace bulwark::posture

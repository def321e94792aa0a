// Defender alerts K8S_ExposedService and its kin on services that the internet reaches.
#include <fmt/format.h>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  const kube::ServiceSpec& service = kube::as<kube::Service>(object)->spec;
  if (service.type != "LoadBalancer") return;
  if (kube::find_label(object.metadata.annotations, "service.beta.kubernetes.io/azure-load-balancer-internal") ==
      "true")
    return;
  const auto ranges = service.load_balancer_source_ranges;
  if (ranges.empty()) {
    report.broken(FieldPath("spec") / "loadBalancerSourceRanges", "the load balancer is open to the internet")
        .no_fix("who may call the service is known to its owner alone");
    return;
  }
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    if (ranges[i] != "0.0.0.0/0" && ranges[i] != "::/0") continue;
    report.broken(FieldPath("spec") / "loadBalancerSourceRanges" / i, fmt::format("{} is everybody", ranges[i]))
        .no_fix("who may call the service is known to its owner alone");
  }
}

}  // namespace

extern const Check open_load_balancer;
const Check open_load_balancer{
    .about = {.id = "open-load-balancer",
              .aliases = {},
              .chapter = finding::Chapter::api_server_access,
              .severity = finding::Severity::medium,
              .title = "Load balancers take traffic from known addresses",
              .effect = "Everybody on the internet reaches the service.",
              .remedy = "Name loadBalancerSourceRanges, or annotate the service as internal.",
              .sources = {{"Kubernetes: Service",
                           "https://kubernetes.io/docs/concepts/services-networking/service/"},
                          {"AKS: cluster isolation",
                           "https://learn.microsoft.com/azure/aks/operator-best-practices-cluster-isolation"}},
              .mappings = {{finding::Framework::guide, "Cluster isolation"},
                           {finding::Framework::mitre, "T1133"}}},
    .rule = ObjectRule{{kube::ResourceKind::service}, run},
};

}  // namespace bulwark::posture

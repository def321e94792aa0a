// CVE-2020-8554: man in the middle with externalIPs; kubernetes/kubernetes#97076.
#include <fmt/format.h>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  const kube::ServiceSpec& service = kube::as<kube::Service>(object)->spec;
  if (service.external_ips.empty()) return;
  report
      .broken(FieldPath("spec") / "externalIPs",
              fmt::format("the service claims the address \"{}\"", service.external_ips.front()))
      .no_fix("what the address stands for is known to its owner alone");
}

}  // namespace

extern const Check external_ips;
const Check external_ips{
    .about =
        {.id = "external-ips",
         .aliases = {"KSV108"},
         .chapter = finding::Chapter::api_server_access,
         .severity = finding::Severity::high,
         .title = "Services claim no external addresses",
         .effect =
             "Whoever may make such a service takes the traffic of other pods to that address (CVE-2020-8554).",
         .remedy = "Remove externalIPs, and use a LoadBalancer.",
         .sources = {{"Kubernetes: Service", "https://kubernetes.io/docs/concepts/services-networking/service/"}},
         .mappings = {{finding::Framework::guide, "Cluster isolation"}}},
    .rule = ObjectRule{{kube::ResourceKind::service}, run},
};

}  // namespace bulwark::posture

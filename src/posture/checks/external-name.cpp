// A Service of type ExternalName is a CNAME: the API server asks nobody whether the name is the tenant's, and
// policies do not see it.
#include <fmt/format.h>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  const kube::ServiceSpec& service = kube::as<kube::Service>(object)->spec;
  if (service.type != "ExternalName") return;
  const FieldPath at = FieldPath("spec") / "externalName";
  const bool metadata =
      service.external_name == "169.254.169.254" || service.external_name == "metadata.google.internal";
  report
      .broken(at,
              metadata
                  ? fmt::format("the service leads to the metadata service, \"{}\"", service.external_name)
                  : fmt::format("the service leads to \"{}\", past the cluster's policies", service.external_name))
      .severity(metadata ? finding::Severity::high : finding::Severity::low)
      .no_fix("what the name stands for is known to its owner alone");
}

}  // namespace

extern const Check external_name;
const Check external_name{
    .about = {.id = "external-name",
              .aliases = {},
              .chapter = finding::Chapter::api_server_access,
              .severity = finding::Severity::low,
              .title = "Services lead to pods",
              .effect = "Who can change the service, or the DNS name, gets the traffic of its callers; an Ingress "
                        "that leads to it calls any host from inside the cluster.",
              .remedy = "Name the host in the configuration of the callers, or use a Service without selector and "
                        "an EndpointSlice.",
              .sources = {{"Kubernetes: Service",
                           "https://kubernetes.io/docs/concepts/services-networking/service/"}},
              .mappings = {{finding::Framework::guide, "Cluster isolation"}}},
    .in_guide = false,
    .rule = ObjectRule{{kube::ResourceKind::service}, run},
};

}  // namespace bulwark::posture

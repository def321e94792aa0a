// Defender: Kubernetes clusters should be accessible only over HTTPS.
#include <fmt/format.h>

#include <algorithm>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  const kube::IngressSpec& ingress = kube::as<kube::Ingress>(object)->spec;
  if (ingress.rules.empty()) return;
  if (ingress.tls.empty()) {
    report.broken(FieldPath("spec") / "tls", "the ingress has no TLS")
        .no_fix("the certificate must be made first");
    return;
  }
  for (std::size_t i = 0; i < ingress.rules.size(); ++i) {
    const std::string_view host = ingress.rules[i].host;
    const bool covered = std::any_of(ingress.tls.begin(), ingress.tls.end(), [&](const kube::IngressTls& tls) {
      return tls.hosts.empty() || std::any_of(tls.hosts.begin(), tls.hosts.end(), [&](std::string_view each) {
               return each == host || (each.starts_with("*.") && host.ends_with(each.substr(1)));
             });
    });
    if (!covered)
      report
          .broken(FieldPath("spec") / "rules" / i / "host",
                  fmt::format("no certificate covers the host \"{}\"", host))
          .no_fix("the certificate must be made first");
  }
}

}  // namespace

extern const Check ingress_without_tls;
const Check ingress_without_tls{
    .about =
        {.id = "ingress-without-tls",
         .aliases = {},
         .chapter = finding::Chapter::api_server_access,
         .severity = finding::Severity::medium,
         .title = "Ingresses speak TLS",
         .effect = "Passwords and tokens cross the network in the clear.",
         .remedy = "Add spec.tls with the host and its certificate.",
         .sources = {{"Kubernetes: Ingress", "https://kubernetes.io/docs/concepts/services-networking/ingress/"}},
         .mappings = {{finding::Framework::guide, "Cluster isolation"},
                      {finding::Framework::defender, "Kubernetes clusters should be accessible only over HTTPS"}}},
    .rule = ObjectRule{{kube::ResourceKind::ingress}, run},
};

}  // namespace bulwark::posture

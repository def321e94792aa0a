// Defender: Kubernetes clusters should be accessible only over HTTPS. A wildcard of a certificate stands for
// one label.
#include <fmt/format.h>

#include <algorithm>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

bool covers_host(std::string_view pattern, std::string_view host) {
  if (pattern == host) return true;
  if (!pattern.starts_with("*.")) return false;
  const std::size_t dot = host.find('.');
  return dot != std::string_view::npos && host.substr(dot) == pattern.substr(1);
}

void run(const kube::Object& object, Reporter& report) {
  const kube::IngressSpec& ingress = kube::as<kube::Ingress>(object)->spec;
  if (ingress.rules.empty() && ingress.default_backend == nullptr && ingress.backend == nullptr) return;
  constexpr std::string_view no_fix = "the certificate must be made first";
  if (ingress.tls.empty()) {
    report.broken(FieldPath("spec") / "tls", "the ingress has no TLS").no_fix(no_fix);
    return;
  }
  for (std::size_t i = 0; i < ingress.rules.size(); ++i) {
    // A rule for every host has the certificate of whichever host is asked for.
    const std::string_view host = ingress.rules[i].host;
    if (host.empty()) continue;
    const bool covered = std::any_of(ingress.tls.begin(), ingress.tls.end(), [&](const kube::IngressTls& tls) {
      return tls.hosts.empty() || std::any_of(tls.hosts.begin(), tls.hosts.end(),
                                              [&](std::string_view each) { return covers_host(each, host); });
    });
    if (covered) continue;
    report
        .broken(FieldPath("spec") / "rules" / i / "host",
                fmt::format("no certificate covers the host \"{}\"", host))
        .no_fix(no_fix);
  }
}

}  // namespace

extern const Check ingress_without_tls;
const Check ingress_without_tls{
    .about =
        {.id = "ingress-without-tls",
         .aliases = {"tlsSettingsMissing", "C-0263"},
         .chapter = finding::Chapter::api_server_access,
         .severity = finding::Severity::medium,
         .title = "Ingresses speak TLS",
         .effect = "Passwords and tokens cross the network in the clear.",
         .remedy = "Add spec.tls with the host and its certificate.",
         .sources = {{"Kubernetes: Ingress", "https://kubernetes.io/docs/concepts/services-networking/ingress/"}},
         .mappings = {{finding::Framework::guide, "Cluster isolation"},
                      {finding::Framework::defender, "Kubernetes clusters should be accessible only over HTTPS"},
                      {finding::Framework::cis_aks, "5.4.5"}}},
    .rule = ObjectRule{{kube::ResourceKind::ingress}, run},
};

}  // namespace bulwark::posture

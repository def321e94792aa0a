// clientConfig.caBundle: "a PEM encoded CA bundle which will be used to validate the webhook's server
// certificate". When no certificate of it is valid the API server cannot call the webhook; what happens then its
// failurePolicy says, and a CustomResourceDefinition's objects cannot be read in another version than they are
// stored in. The caBundle of an APIService likewise, for the server that it leads to.
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "posture/certificates.h"
#include "posture/check.h"
#include "posture/living.h"
#include "posture/webhooks.h"

namespace bulwark::posture {

namespace {

using kube::ResourceKind;

std::string owner(const kube::CertificateFact& fact) {
  if (fact.kind == "APIService") return "the APIService";
  return fact.webhook.empty() ? "the conversion webhook" : fmt::format("webhook \"{}\"", fact.webhook);
}

struct Place {
  const kube::Object* object = nullptr;
  FieldPath path;
  bool closed = true;  // what it covers is refused without it
};

Place place_of(const kube::CertificateFact& fact, const kube::Inventory& inventory) {
  if (fact.kind == "CustomResourceDefinition") {
    return {inventory.find(ResourceKind::custom_resource_definition, "", fact.name),
            FieldPath("spec") / "conversion" / "webhook" / "clientConfig" / "caBundle", true};
  }
  if (fact.kind == "APIService") {
    return {inventory.find(ResourceKind::api_service, "", fact.name), FieldPath("spec") / "caBundle", true};
  }
  const auto kind = fact.kind == "ValidatingWebhookConfiguration" ? ResourceKind::validating_webhook
                                                                  : ResourceKind::mutating_webhook;
  const kube::Object* object = inventory.find(kind, "", fact.name);
  if (object == nullptr) return {};
  const auto webhooks = kube::as<kube::WebhookConfiguration>(*object)->webhooks;
  for (std::size_t i = 0; i < webhooks.size(); ++i) {
    if (webhooks[i].name != fact.webhook) continue;
    return {object, FieldPath("webhooks") / i / "clientConfig" / "caBundle", fails_closed(*object, webhooks[i])};
  }
  return {};
}

void run(const kube::Inventory& inventory, ClusterReporter& report) {
  const kube::SnapshotSpec* facts = facts_of(inventory);
  if (facts == nullptr) return;
  for (const kube::CertificateFact& fact : facts->certificates) {
    if (fact.use == kube::api_server_use) continue;
    const Place place = place_of(fact, inventory);
    if (place.object == nullptr) continue;
    report.judged(*place.object);
    const auto useless = place.closed ? finding::Severity::high : finding::Severity::medium;
    const std::string whose = owner(fact);
    constexpr std::string_view no_fix = "what issues its certificates is known to its owner alone";
    if (!fact.problem.empty()) {
      report
          .broken(*place.object, place.path,
                  fmt::format("the caBundle of {} cannot be used: {}", whose, fact.problem))
          .severity(useless)
          .no_fix(no_fix);
    } else if (const auto fault = fault_of(fact, inventory, useless)) {
      report
          .broken(*place.object, place.path,
                  fmt::format("the certificate \"{}\" in the caBundle of {} {}", fact.subject, whose, fault->text))
          .severity(std::min(fault->severity, useless))
          .no_fix(no_fix);
    }
  }
}

}  // namespace

extern const Check webhook_certificate;
const Check webhook_certificate{
    .about =
        {.id = "webhook-certificate",
         .aliases = {},
         .chapter = finding::Chapter::kubernetes_upgrades,
         .severity = finding::Severity::high,
         .title = "The certificates by which webhooks and extension API servers are trusted are valid for 30 days",
         .effect =
             "Once they have expired the API server cannot call them: what a webhook covers is refused, or let in "
             "without being looked at where it fails open, and the API of an extension is gone.",
         .remedy = "Renew the certificate and the caBundle, or leave both to cert-manager and its CA injector.",
         .sources = {{"Kubernetes: dynamic admission control",
                      "https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/"},
                     {"Kubernetes: webhook conversion",
                      "https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/"
                      "custom-resource-definition-versioning/#webhook-conversion"},
                     {"cert-manager: CA injector", "https://cert-manager.io/docs/concepts/ca-injector/"}},
         .mappings = {{finding::Framework::guide, "Regularly update to the latest version of Kubernetes"}}},
    .rule = ClusterRule{run},
};

}  // namespace bulwark::posture

#include "cli/cluster_facts.h"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/kubeapi/base64.h"
#include "adapters/x509/certificate.h"
#include "base/rfc3339.h"

namespace bulwark::cli {

namespace {

const document::Node* find(const document::Node* node, std::initializer_list<const char*> path) {
  for (const char* key : path) {
    if (node != nullptr) node = node->find(key);
  }
  return node;
}

std::string_view text_at(const document::Node* node, std::initializer_list<const char*> path) {
  const document::Node* found = find(node, path);
  return found == nullptr || !found->is_string() ? std::string_view{} : found->text();
}

}  // namespace

void CertificateReader::read_server(std::string_view pem) {
  if (pem.empty()) return;
  kube::CertificateFact fact;
  fact.use = kube::api_server_use;
  read_pem(pem, fact);
}

void CertificateReader::read_object(const document::Node& object) {
  const std::string_view kind = text_at(&object, {"kind"}), name = text_at(&object, {"metadata", "name"});
  if (kind == "ValidatingWebhookConfiguration" || kind == "MutatingWebhookConfiguration") {
    const document::Node* webhooks = object.find("webhooks");
    if (webhooks == nullptr || !webhooks->is_sequence()) return;
    for (const document::Node& webhook : webhooks->items()) {
      read_bundle(find(&webhook, {"clientConfig"}), kind, name, text_at(&webhook, {"name"}));
    }
  } else if (kind == "CustomResourceDefinition") {
    read_bundle(find(&object, {"spec", "conversion", "webhook", "clientConfig"}), kind, name, {});
  } else if (kind == "APIService") {
    read_bundle(object.find("spec"), kind, name, {});
  }
}

void CertificateReader::read_bundle(const document::Node* holder, std::string_view kind, std::string_view name,
                                    std::string_view webhook) {
  // Without a bundle the authorities of the API server's machine count, which nobody can see from here.
  const std::string_view bundle = text_at(holder, {"caBundle"});
  if (bundle.empty() || !seen_.insert(fmt::format("{}/{}/{}", kind, name, webhook)).second) return;
  kube::CertificateFact fact;
  fact.use = "caBundle";
  fact.kind = keep(kind);
  fact.name = keep(name);
  fact.webhook = keep(webhook);
  if (const auto pem = adapters::base64_decode(bundle)) {
    read_pem(*pem, fact);
  } else {
    fact.problem = "it is no base64";
    facts_.push_back(fact);
  }
}

void CertificateReader::read_pem(std::string_view pem, kube::CertificateFact fact) {
  const auto certificates = adapters::read_certificates(pem);
  if (certificates) {
    const adapters::Certificate& last =
        *std::max_element(certificates->begin(), certificates->end(),
                          [](const auto& a, const auto& b) { return a.not_after < b.not_after; });
    fact.subject = keep(last.subject);
    fact.not_before = keep(base::rfc3339(last.not_before));
    fact.not_after = keep(base::rfc3339(last.not_after));
  } else {
    fact.problem = keep(certificates.error().message);
  }
  facts_.push_back(fact);
}

}  // namespace bulwark::cli

#include "cli/cluster_facts.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

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

void Certificates::put_server(std::string_view pem) {
  if (!pem.empty()) known_[{}] = {read_pem(pem)};
}

bool Certificates::put(const document::Node& object) {
  const std::string_view kind = text_at(&object, {"kind"});
  std::vector<Known> known;
  if (kind == "ValidatingWebhookConfiguration" || kind == "MutatingWebhookConfiguration") {
    const document::Node* webhooks = object.find("webhooks");
    if (webhooks != nullptr && webhooks->is_sequence()) {
      for (const document::Node& webhook : webhooks->items()) {
        read_bundle(find(&webhook, {"clientConfig"}), text_at(&webhook, {"name"}), known);
      }
    }
  } else if (kind == "CustomResourceDefinition") {
    read_bundle(find(&object, {"spec", "conversion", "webhook", "clientConfig"}), {}, known);
  } else if (kind == "APIService") {
    read_bundle(object.find("spec"), {}, known);
  } else {
    return false;
  }
  const std::string_view name = text_at(&object, {"metadata", "name"});
  if (known.empty()) return erase(kind, name);
  std::vector<Known>& of = known_[{std::string(kind), std::string(name)}];
  return std::exchange(of, known) != known;
}

bool Certificates::erase(std::string_view kind, std::string_view name) {
  return known_.erase({std::string(kind), std::string(name)}) > 0;
}

std::vector<kube::CertificateFact> Certificates::facts() const {
  std::vector<kube::CertificateFact> facts;
  for (const auto& [name, of] : known_) {
    for (const Known& each : of) {
      const std::string_view use = name.first.empty() ? kube::api_server_use : std::string_view("caBundle");
      facts.push_back({use, name.first, name.second, each.webhook, each.subject, each.not_before, each.not_after,
                       each.problem});
    }
  }
  return facts;
}

void Certificates::read_bundle(const document::Node* holder, std::string_view webhook, std::vector<Known>& known) {
  // Without a bundle the authorities of the API server's machine count, which nobody can see from here.
  const std::string_view bundle = text_at(holder, {"caBundle"});
  if (bundle.empty()) return;
  if (const auto pem = adapters::base64_decode(bundle)) {
    known.push_back(read_pem(*pem));
  } else {
    known.push_back(
        {.webhook = {}, .subject = {}, .not_before = {}, .not_after = {}, .problem = "it is no base64"});
  }
  known.back().webhook = webhook;
}

Certificates::Known Certificates::read_pem(std::string_view pem) {
  Known known;
  const auto certificates = adapters::read_certificates(pem);
  if (!certificates) {
    known.problem = certificates.error().message;
    return known;
  }
  const adapters::Certificate& last =
      *std::max_element(certificates->begin(), certificates->end(),
                        [](const auto& a, const auto& b) { return a.not_after < b.not_after; });
  known.subject = last.subject;
  known.not_before = base::rfc3339(last.not_before);
  known.not_after = base::rfc3339(last.not_after);
  return known;
}

}  // namespace bulwark::cli

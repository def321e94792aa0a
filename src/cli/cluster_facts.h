#pragma once

#include <list>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "document/node.h"
#include "kube/snapshot.h"

namespace bulwark::cli {

// Collects the certificates that a cluster depends on, of what is read of it anyway.
class CertificateReader {
 public:
  // The texts of the facts go there.
  explicit CertificateReader(std::list<std::string>& texts) : texts_(texts) {}

  // The API server's own, as PEM; empty: it showed none.
  void read_server(std::string_view pem);
  // The caBundle of each webhook of an admission configuration, of a CustomResourceDefinition's conversion, and of
  // an APIService. Of an object that comes again the first reading stands.
  void read_object(const document::Node& object);

  std::vector<kube::CertificateFact>& facts() { return facts_; }

 private:
  void read_bundle(const document::Node* holder, std::string_view kind, std::string_view name,
                   std::string_view webhook);
  void read_pem(std::string_view pem, kube::CertificateFact fact);
  std::string_view keep(std::string_view text) { return texts_.emplace_back(text); }

  std::list<std::string>& texts_;
  std::vector<kube::CertificateFact> facts_;
  std::set<std::string> seen_;
};

}  // namespace bulwark::cli

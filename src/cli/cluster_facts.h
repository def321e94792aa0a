#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "document/node.h"
#include "kube/snapshot.h"

namespace bulwark::cli {

// The certificates that a cluster depends on, of what is read of it anyway.
class Certificates {
 public:
  // The API server's own, as PEM; empty: it showed none.
  void put_server(std::string_view pem);
  // An object as it is now. Of interest are the caBundle of each webhook of an admission configuration, of a
  // CustomResourceDefinition's conversion, and of an APIService. True when what is known has changed.
  bool put(const document::Node& object);
  bool erase(std::string_view kind, std::string_view name);

  // Sorted; views into what is known.
  std::vector<kube::CertificateFact> facts() const;

 private:
  struct Known {
    std::string webhook, subject, not_before, not_after, problem;
    bool operator==(const Known&) const = default;
  };
  using Name = std::pair<std::string, std::string>;  // kind and name; empty for the API server's own

  static Known read_pem(std::string_view pem);
  static void read_bundle(const document::Node* holder, std::string_view webhook, std::vector<Known>& known);

  std::map<Name, std::vector<Known>> known_;
};

}  // namespace bulwark::cli

// Keys and certificates for a cluster that lives as long as a test: EC P-256, made in memory in a few
// milliseconds.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace bulwark::e2e {

// A certificate, or a public key, and the private key to it, as PEM.
struct KeyPair {
  std::string certificate;
  std::string key;
};

struct CertificateRequest {
  enum class Use : bool { client, server };
  std::string common_name;                 // the user to Kubernetes
  std::vector<std::string> organizations;  // their groups
  Use use = Use::client;
  std::vector<std::string> hosts;  // subject alternative names, "DNS:localhost" or "IP:127.0.0.1"
  // From an hour ago until this time from now; negative: expired already.
  std::chrono::seconds lifetime = std::chrono::hours(24 * 365);
};

// A certificate authority. Errors are OpenSSL's own words.
class Authority {
 public:
  static base::Result<Authority> create(const std::string& common_name);

  Authority(Authority&&) noexcept;
  Authority& operator=(Authority&&) noexcept;
  ~Authority();

  base::Result<KeyPair> issue(const CertificateRequest& request) const;
  // The authority's own.
  const KeyPair& pair() const { return pair_; }

 private:
  struct Signer;
  Authority();

  std::unique_ptr<Signer> signer_;
  KeyPair pair_;
};

// For the tokens of service accounts; `certificate` holds the public key.
base::Result<KeyPair> make_signing_key();

std::string base64(std::string_view bytes);

}  // namespace bulwark::e2e

// What X.509 certificates say of themselves. Nothing is verified here.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace bulwark::adapters {

struct Certificate {
  std::string subject;  // RFC 4514, in printable ASCII: "CN=example,O=team"
  std::chrono::sys_seconds not_before, not_after;
};

// The certificates of a PEM text, as Go's CertPool.AppendCertsFromPEM takes them: other blocks and broken
// certificates are passed over. Error: there is not one.
base::Result<std::vector<Certificate>> read_certificates(std::string_view pem);

}  // namespace bulwark::adapters

// One GET over TLS to a server on this machine: enough to ask a part of the control plane whether it is ready.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "e2e/support/certificates.h"

namespace bulwark::e2e {

struct HttpAnswer {
  int status = 0;
  std::string body;
};

// From 127.0.0.1. Trusts `authority` (PEM) alone; shows `identity` when it is there. Gives up after five seconds
// without a byte. Error: nobody listens, or the certificate is not trusted.
base::Result<HttpAnswer> https_get(std::uint16_t port, const std::string& path, const std::string& authority,
                                   const KeyPair* identity = nullptr);

// A port of 127.0.0.1 that nobody listens on now. Another process may be faster to take it.
base::Result<std::uint16_t> free_port();

}  // namespace bulwark::e2e

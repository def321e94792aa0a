// Certificates from foreign bytes, as they come in a webhook's caBundle: PEM, and the same bytes as the base64 of
// it.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "adapters/kubeapi/base64.h"
#include "adapters/x509/certificate.h"
#include "base/rfc3339.h"

namespace {

using namespace bulwark;

void require(bool holds) {
  if (!holds) std::abort();
}

void read(std::string_view pem) {
  const auto certificates = adapters::read_certificates(pem);
  if (!certificates) {
    require(!certificates.error().message.empty());
    return;
  }
  require(!certificates->empty());
  for (const adapters::Certificate& each : *certificates) {
    // Whatever a subject has in it, it is one line of printable ASCII.
    for (const char c : each.subject) require(c >= ' ' && c <= '~');
    for (const auto time : {each.not_before, each.not_after}) {
      require(base::parse_rfc3339(base::rfc3339(time)) == time);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  read(text);
  if (const auto decoded = adapters::base64_decode(text)) read(*decoded);
  // DER alone would hardly be found behind base64: it is put there.
  read("-----BEGIN CERTIFICATE-----\n" + adapters::base64_encode(text) + "\n-----END CERTIFICATE-----\n");
  return 0;
}

// What a credential plugin may write: nothing of it may crash the reader, come back in an error, or get into a
// header as more than one line.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "adapters/kubeapi/exec_credential.h"
#include "adapters/kubeapi/status_reader.h"
#include "base/rfc3339.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bulwark::adapters;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto credential = parse_exec_credential(text, "client.authentication.k8s.io/v1");
  if (credential) {
    require(!credential->token.empty() || !credential->key.empty());
    require(credential->token.find_first_of("\r\n") == std::string::npos);
  } else {
    // The same few sentences, whatever the text.
    require(!credential.error().message.empty() && credential.error().message.size() < 120);
  }
  bulwark::base::parse_rfc3339(text);
  require(status_of_answer(500, "text/plain", text).code == 500);
  return 0;
}

#include "kube/cluster.h"

namespace bulwark::kube {

base::Error Status::error() const {
  std::string text = reason.empty() ? message : reason + ": " + message;
  for (const Cause& cause : causes) {
    // The server's message names its first causes already.
    if (text.find(cause.message) != std::string::npos) continue;
    text += "; " + (cause.field.empty() ? "" : cause.field + ": ") + cause.message;
  }
  return {.message = std::move(text), .file = {}};
}

}  // namespace bulwark::kube

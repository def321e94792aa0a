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

ObjectName name_of(const document::Node& object) {
  const document::Node* metadata = object.find("metadata");
  const auto part = [&](std::string_view key) {
    const document::Node* value = metadata == nullptr ? nullptr : metadata->find(key);
    return value == nullptr ? std::string_view() : value->text();
  };
  return {part("namespace"), part("name")};
}

}  // namespace bulwark::kube

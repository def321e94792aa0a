#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "document/node.h"

namespace bulwark::kube {

// How much of an object a snapshot leaves out. What is left out becomes an empty text, so that the names around it
// stay.
enum class Redaction : std::uint8_t {
  none,      // the data of Secrets, and managedFields
  standard,  // also the values of environment variables, of probes' HTTP headers and of ConfigMaps, and kubectl's
             // last applied configuration
  strict,    // also commands, arguments, addresses, and annotations that are not Kubernetes' or its tools' own
};

// "none", "default" or "strict".
std::optional<Redaction> parse_redaction(std::string_view text);
std::string_view name(Redaction redaction);

// Appends the object as JSON, without what is to be left out.
void append_redacted(std::string& out, const document::Node& object, Redaction redaction);

}  // namespace bulwark::kube

// Field numbers of the messages in k8s.io/*/generated.proto, release 1.32, that kubectl sends.
#pragma once

#include <string_view>

namespace bulwark::serve {

enum class Wire : unsigned char {
  text,
  number,
  boolean,
  bytes,          // base64 in JSON
  message,        // `type` names it
  time,           // metav1.Time
  quantity,       // resource.Quantity: its text
  int_or_string,  // intstr.IntOrString
  inlined,        // a message whose fields stand among those of the one around
};

struct ProtoField {
  std::string_view message;
  unsigned number;
  std::string_view name;  // in JSON
  Wire wire = Wire::text;
  std::string_view type = {};
  bool repeated = false;
  bool map = false;  // of texts to what `wire` says
};

// nullptr: this message has no such field that is known.
const ProtoField* find_field(std::string_view message, unsigned number, bool is_bytes);
bool is_known_message(std::string_view message);

}  // namespace bulwark::serve

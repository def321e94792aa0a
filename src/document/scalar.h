#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace bulwark::document {

enum class Kind : std::uint8_t { null, boolean, integer, real, string, sequence, mapping };

// "a string", "a list", ...: how messages speak of a kind.
std::string_view describe(Kind kind);

// The kind of a plain (unquoted) YAML scalar as Kubernetes resolves it: sigs.k8s.io/yaml, that is go-yaml v2.
// YAML 1.1 booleans (yes, on, y), octal 0644 and 0o644, binary, underscores between digits; dates stay strings.
Kind resolve_plain(std::string_view text);

// Value of a scalar that resolved to a boolean.
bool boolean_value(std::string_view text);

// Value of a scalar that resolved to an integer; false when it does not fit into 64 bits with sign.
bool integer_value(std::string_view text, std::int64_t& value);

// Value of a scalar that resolved to an integer or a real; .nan and .inf included.
double real_value(std::string_view text);

// What a scalar that resolved to a number is in JSON as Go writes it: 0x10 is 16, 1e3 is 1000, and only from 1e21
// on and below 1e-6 there is an exponent (encoding/json's floatEncoder). Empty for .nan and .inf.
std::string number_text(Kind kind, std::string_view text);

// The string that sigs.k8s.io/yaml makes of a map's key that is a scalar: on becomes "true", 0x10 "16", 1.50
// "1.5".
std::string key_text(Kind kind, std::string_view text);

// Whether a text, written plain, would be read as this very string: decides if an edit must quote it.
bool plain_is_string(std::string_view text);

}  // namespace bulwark::document

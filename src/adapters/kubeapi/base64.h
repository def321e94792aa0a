#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace bulwark::adapters {

// RFC 4648 section 4 with padding; line ends are skipped, as Go does. nullopt: no base64.
std::optional<std::string> base64_decode(std::string_view text);
std::string base64_encode(std::string_view bytes);

}  // namespace bulwark::adapters

#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace bulwark::base {

// "2026-11-25T10:00:00Z", with fractions (which are cut off) and offsets; nullopt: no such time.
std::optional<std::chrono::sys_seconds> parse_rfc3339(std::string_view text);

// "2026-11-25T10:00:00Z"
std::string rfc3339(std::chrono::sys_seconds time);

}  // namespace bulwark::base

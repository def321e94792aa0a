#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "base/result.h"

namespace bulwark::cli {

// Seconds, or numbers with units as Go has them (500ms, 30s, 2m, 1h30m); at most a year is given. nullopt:
// something else.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

// A --request-timeout as kubectl reads it: seconds, or numbers with units (500ms, 30s, 2m, 1h, 1m30s); 0 is no
// limit, which is given as a day. Error: something else.
base::Result<std::chrono::milliseconds> parse_timeout(std::string_view text);

// The same for another flag, where 0 is 0; at most a day.
base::Result<std::chrono::milliseconds> parse_duration(std::string_view text, std::string_view flag);

}  // namespace bulwark::cli

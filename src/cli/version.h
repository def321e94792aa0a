#pragma once

#include <string_view>

namespace bulwark::cli {

inline constexpr std::string_view version = BULWARK_VERSION;

}  // namespace bulwark::cli

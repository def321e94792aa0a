// The colours of a terminal, as escape sequences.
#pragma once

#include <string_view>

#include "finding/descriptor.h"

namespace bulwark::report {

inline constexpr std::string_view bold = "\x1b[1m";
inline constexpr std::string_view dim = "\x1b[2m";
inline constexpr std::string_view red = "\x1b[31m";
inline constexpr std::string_view green = "\x1b[32m";
inline constexpr std::string_view yellow = "\x1b[33m";
inline constexpr std::string_view cyan = "\x1b[36m";
inline constexpr std::string_view bold_red = "\x1b[1;31m";
inline constexpr std::string_view bold_green = "\x1b[1;32m";
inline constexpr std::string_view bold_yellow = "\x1b[1;33m";

inline std::string_view colour_of(finding::Severity severity) {
  switch (severity) {
    case finding::Severity::critical:
      return bold_red;
    case finding::Severity::high:
      return red;
    case finding::Severity::medium:
      return yellow;
    case finding::Severity::low:
      return cyan;
  }
  return {};
}

}  // namespace bulwark::report

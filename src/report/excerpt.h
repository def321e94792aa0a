#pragma once

#include <cstdint>
#include <string>

#include "report/report.h"

namespace bulwark::report {

// The line that a finding points at, made visible, and how far in the place is.
struct Excerpt {
  std::uint32_t line = 0;  // from 1
  std::string text;        // at most `room` columns; "..." where something is left out
  std::size_t caret = 0;   // columns before the place
};

// Of a long line, the part around the place. `room` is at least 40.
Excerpt excerpt(const Report& report, const finding::Finding& finding, std::size_t room);

}  // namespace bulwark::report

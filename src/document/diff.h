#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace bulwark::document {

struct DiffOptions {
  std::string_view old_name = "a";
  std::string_view new_name = "b";
  std::uint32_t context = 3;     // unchanged lines around a change
  std::uint32_t first_line = 1;  // number of the texts' first line in their file
};

// A unified diff by lines, as `diff -u` writes it and `patch` reads it; empty when the texts are equal. A change
// of line ends or of a missing last line end shows as a change of its line.
std::string unified_diff(std::string_view before, std::string_view after, const DiffOptions& options = {});

}  // namespace bulwark::document

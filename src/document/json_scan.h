#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace bulwark::document {

// Steps over JSON values by their brackets and strings alone, at several gigabytes a second. Positions are bytes
// of the text; npos means that the text ends first.
class JsonScan {
 public:
  static constexpr std::size_t npos = std::string_view::npos;
  explicit JsonScan(std::string_view text) : text_(text) {}

  std::size_t skip_blank(std::size_t at) const;
  // `at` is a value's first byte; the answer is the byte behind its last. at itself when no value begins there.
  std::size_t skip_value(std::size_t at) const;
  std::size_t skip_string(std::size_t at) const;
  std::size_t skip_collection(std::size_t at) const;

 private:
  std::string_view text_;
};

}  // namespace bulwark::document

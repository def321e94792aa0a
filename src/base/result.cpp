#include "base/result.h"

#include <fmt/format.h>

namespace bulwark::base {

std::string Error::text() const {
  if (file.empty()) return message;
  if (line == 0) return fmt::format("{}: {}", file, message);
  return fmt::format("{}:{}:{}: {}", file, line, column, message);
}

}  // namespace bulwark::base

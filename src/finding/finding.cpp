#include "finding/finding.h"

#include <functional>

namespace bulwark::finding {

std::string_view Collection::keep(std::string_view text) {
  constexpr std::size_t places = 1024;
  if (recent_.empty()) recent_.resize(places);
  std::string_view& kept = recent_[std::hash<std::string_view>{}(text) % places];
  if (kept != text || kept.data() == nullptr) kept = arena_.copy(text);
  return kept;
}

void Collection::clear() {
  findings_.clear();
  recent_.clear();
  arena_.reset();
}

}  // namespace bulwark::finding

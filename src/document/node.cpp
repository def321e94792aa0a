#include "document/node.h"

#include <cmath>

namespace bulwark::document {

std::optional<bool> Node::boolean() const {
  if (kind_ != Kind::boolean) return std::nullopt;
  return boolean_value(text());
}

std::optional<std::int64_t> Node::integer() const {
  std::int64_t value = 0;
  if (kind_ == Kind::integer && integer_value(text(), value)) return value;
  if (kind_ != Kind::real) return std::nullopt;
  // The API server's JSON decoder takes 1e3 for an integer field: it is a float64 without a fraction.
  const double real = real_value(text());
  constexpr double exact = 9007199254740992.0;
  if (std::trunc(real) != real || std::abs(real) > exact) return std::nullopt;
  return static_cast<std::int64_t>(real);
}

const Node* Node::find(std::string_view key) const {
  const auto all = members();
  for (std::size_t i = all.size(); i-- > 0;) {
    if (all[i].key.text() == key) return &all[i].value;
  }
  return nullptr;
}

const Node* Node::item(std::size_t index) const {
  const auto all = items();
  return index < all.size() ? &all[index] : nullptr;
}

}  // namespace bulwark::document

#include "document/node.h"

#include <charconv>
#include <string>

namespace bulwark::document {

std::optional<bool> Node::boolean() const {
  if (kind_ != Kind::boolean) return std::nullopt;
  return boolean_value(text());
}

std::optional<std::int64_t> Node::integer() const {
  std::int64_t value = 0;
  if (kind_ == Kind::integer && integer_value(text(), value)) return value;
  if (kind_ != Kind::real) return std::nullopt;
  // 1e3 is right for a field that wants an integer: it is a float64 to whoever reads the manifest, and is sent to
  // the API server as JSON again, as 1000.
  const std::string sent = number_text(kind_, text());
  const char* const end = sent.data() + sent.size();
  const auto read = std::from_chars(sent.data(), end, value);
  return read.ec == std::errc() && read.ptr == end ? std::optional(value) : std::nullopt;
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

#include "kube/listing.h"

#include <bit>
#include <cassert>

#include "base/text.h"

namespace bulwark::kube {

Listing::Listing(std::string_view type, std::vector<Field> fields) : type_(type), fields_(std::move(fields)) {
  assert(fields_.size() < 255);
  table_.resize(std::bit_ceil(fields_.size() * 3 + 1));
  mask_ = table_.size() - 1;
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    std::size_t at = slot(fields_[i].name);
    while (table_[at] != 0) at = (at + 1) & mask_;
    table_[at] = static_cast<std::uint8_t>(i + 1);
  }
}

std::size_t Listing::slot(std::string_view name) const {
  if (name.empty()) return 0;
  const auto at = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(name[i])); };
  return (name.size() * 31 + at(0) * 7 + at(name.size() / 2) * 3 + at(name.size() - 1)) & mask_;
}

const Field* Listing::find(std::string_view name) const {
  for (std::size_t at = slot(name); table_[at] != 0; at = (at + 1) & mask_) {
    const Field& field = fields_[table_[at] - 1U];
    if (field.name == name) return &field;
  }
  return nullptr;
}

std::string_view Listing::nearest(std::string_view name) const {
  std::vector<std::string_view> names;
  names.reserve(fields_.size());
  for (const Field& field : fields_) names.push_back(field.name);
  return base::nearest(name, names);
}

}  // namespace bulwark::kube

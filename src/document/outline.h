#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/arena.h"
#include "document/field_path.h"
#include "document/node.h"

namespace bulwark::document {

// Where the fields of an object's two upper levels stand (spec, spec.replicas), kept when its tree is gone: most
// of what is said about an object as a whole points there, and need not be read again to be found. Trivially
// destructible; its entries live in the arena that it was made in.
class Outline {
 public:
  Outline() = default;
  // `text` is what the tree was read from: keys that lie in it are not copied.
  Outline(const Node& root, std::string_view text, base::Arena& arena);

  // What locate() and Located::offset would give for the path; nullopt when it is empty or leads below what is
  // kept.
  std::optional<std::uint32_t> offset(const FieldPath& path) const;

 private:
  // An upper field is followed by the fields below it.
  struct Entry {
    std::string_view key;
    std::uint32_t key_at = 0;
    std::uint32_t value_at = 0;
    std::uint32_t below = 0;
    bool whole = true;  // all the fields below it are here
  };
  std::uint32_t root_at_ = 0;
  std::span<const Entry> entries_;
};

}  // namespace bulwark::document

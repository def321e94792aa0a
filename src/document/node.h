#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "document/scalar.h"
#include "document/source.h"

namespace bulwark::document {

enum class Style : std::uint8_t { plain, single_quoted, double_quoted, literal, folded, block, flow, json };

struct Member;

// One node of a document, and with it the whole tree below. Lives in an Arena; a copy shares the children.
class Node {
 public:
  Kind kind() const { return kind_; }
  Style style() const { return style_; }
  Span span() const { return {begin_, end_}; }
  std::uint32_t begin() const { return begin_; }
  std::uint32_t end() const { return end_; }

  bool is_null() const { return kind_ == Kind::null; }
  bool is_string() const { return kind_ == Kind::string; }
  bool is_mapping() const { return kind_ == Kind::mapping; }
  bool is_sequence() const { return kind_ == Kind::sequence; }

  // Came here through an alias or a merge key: its text stands elsewhere and is shared.
  bool is_shared() const { return shared_; }
  // A mapping in which a key stands twice.
  bool has_duplicates() const { return duplicates_; }

  // A scalar's text, after quotes and escapes; empty for null and collections.
  std::string_view text() const { return is_collection() ? std::string_view{} : std::string_view{text_, count_}; }
  std::optional<bool> boolean() const;
  // A whole number that fits in 64 bits; 1e3 and 2.0 count, as they do for Go's JSON numbers only when whole.
  std::optional<std::int64_t> integer() const;

  std::span<const Node> items() const;
  std::span<const Member> members() const;
  // The value under a key; of equal keys the last, as in Kubernetes. nullptr when there is none.
  const Node* find(std::string_view key) const;
  const Node* item(std::size_t index) const;

 private:
  friend class TreeBuilder;
  bool is_collection() const { return kind_ == Kind::sequence || kind_ == Kind::mapping; }

  union {
    const char* text_ = nullptr;
    const Node* items_;
    const Member* members_;
  };
  std::uint32_t count_ = 0;
  std::uint32_t begin_ = 0;
  std::uint32_t end_ = 0;
  Kind kind_ = Kind::null;
  Style style_ = Style::plain;
  bool shared_ = false;
  bool duplicates_ = false;
};
static_assert(sizeof(Node) == 24);

struct Member {
  Node key;
  Node value;
};

inline std::span<const Node> Node::items() const {
  return kind_ == Kind::sequence ? std::span<const Node>{items_, count_} : std::span<const Node>{};
}
inline std::span<const Member> Node::members() const {
  return kind_ == Kind::mapping ? std::span<const Member>{members_, count_} : std::span<const Member>{};
}

}  // namespace bulwark::document

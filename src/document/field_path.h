#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "document/node.h"

namespace bulwark::document {

// One step into a document: the key of a map, or the index of a list.
struct Step {
  static constexpr std::uint32_t no_index = ~0U;
  std::string_view key;  // belongs to somebody else: a literal, or the text of the document
  std::uint32_t index = no_index;

  bool is_index() const { return index != no_index; }
  friend bool operator==(const Step&, const Step&) = default;
};

// The way from the root of an object to a field: spec.containers[0].image. Keys that are no plain words are
// quoted: metadata.annotations["a.b/c"].
class FieldPath {
 public:
  FieldPath() = default;
  FieldPath(std::string_view key) { add({key}); }                   // NOLINT: reads as a path
  FieldPath(const char* key) : FieldPath(std::string_view(key)) {}  // NOLINT

  friend FieldPath operator/(FieldPath path, std::string_view key) {
    path.add({key});
    return path;
  }
  friend FieldPath operator/(FieldPath path, const char* key) { return std::move(path) / std::string_view(key); }
  template <std::integral I>
  friend FieldPath operator/(FieldPath path, I index) {
    path.add({{}, static_cast<std::uint32_t>(index)});
    return path;
  }
  friend FieldPath operator/(FieldPath path, const FieldPath& below) {
    path.steps_.insert(path.steps_.end(), below.steps_.begin(), below.steps_.end());
    return path;
  }

  const std::vector<Step>& steps() const { return steps_; }
  bool empty() const { return steps_.empty(); }
  std::string text() const;
  void append_text(std::string& out) const;

  friend bool operator==(const FieldPath&, const FieldPath&) = default;

 private:
  void add(Step step);

  std::vector<Step> steps_;
};

// Where a path leads in a tree.
struct Located {
  const Node* node = nullptr;  // the field, or the deepest one on its way that exists
  const Node* key = nullptr;   // of that member, when the last step that was taken was a key
  std::size_t steps = 0;       // how many steps were taken

  // The byte to point at: the value, or for a field that is missing the key of what should hold it.
  std::uint32_t offset(bool found) const { return (found || key == nullptr ? node : key)->begin(); }
};
Located locate(const Node& root, const FieldPath& path);

}  // namespace bulwark::document

#pragma once

#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/arena.h"
#include "document/node.h"
#include "document/reader.h"

namespace bulwark::document {

// Builds the tree of one document from the events of a parser, children before parents. Shared by YAML and JSON.
class TreeBuilder {
 public:
  TreeBuilder(base::Arena& arena, const Limits& limits) : arena_(arena), limits_(limits) {
    // Enough for most documents, which are small and many.
    pending_.reserve(128);
    frames_.reserve(32);
  }

  void start_document();

  // Each returns an empty text, or what is wrong.
  std::string_view begin(Kind kind, Style style, std::uint32_t at, std::string_view anchor = {});
  std::string_view end(std::uint32_t at);
  std::string_view scalar(Kind kind, Style style, std::string_view text, Span span, std::string_view anchor = {});
  std::string_view alias(std::string_view anchor, Span span);

  bool complete() const { return frames_.empty() && !pending_.empty(); }
  const Node& root() const { return pending_.front(); }
  // Offsets and names of keys that stand twice in one mapping; the later of the two.
  const std::vector<std::pair<std::uint32_t, std::string_view>>& duplicates() const { return duplicates_; }

  // Where in the text the last complaint belongs; `otherwise` when at the event that led to it.
  std::uint32_t wrong_at(std::uint32_t otherwise) const { return wrong_at_ == no_offset ? otherwise : wrong_at_; }

 private:
  class Merged;
  static constexpr std::uint32_t no_offset = ~0U;
  struct Frame {
    Node node;
    std::size_t first_child = 0;     // into pending_
    std::uint64_t nodes_before = 0;  // of seen_ when it began
    std::string_view anchor;
  };
  struct Anchored {
    Node node;
    std::uint64_t weight;  // nodes of the whole tree below, itself included
  };

  std::string_view add(const Node& node);
  std::string_view finish_mapping(Node& node, std::size_t first);
  std::string_view settle_key(Node& key);
  std::string_view stop(const Node& where, std::string_view message);
  void find_duplicates(Node& node, std::span<const Node> children);
  void remember(std::string_view anchor, const Node& node, std::uint64_t weight);

  base::Arena& arena_;
  const Limits& limits_;
  std::vector<Node> pending_;  // finished children that wait for their parent
  std::vector<Frame> frames_;
  std::unordered_map<std::string_view, Anchored> anchors_;
  std::vector<std::pair<std::uint32_t, std::string_view>> duplicates_;
  std::uint64_t seen_ = 0;  // nodes so far, with aliases counted in full
  std::uint32_t wrong_at_ = no_offset;
  std::uint64_t aliased_ = 0;  // of which through aliases
};

// Whether a scalar node is the merge key <<: written plain.
bool is_merge_key(const Node& key);

}  // namespace bulwark::document

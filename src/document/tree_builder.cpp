#include "document/tree_builder.h"

#include <algorithm>
#include <unordered_set>

namespace bulwark::document {

bool is_merge_key(const Node& key) { return key.style() == Style::plain && key.is_string() && key.text() == "<<"; }

void TreeBuilder::start_document() {
  pending_.clear();
  frames_.clear();
  anchors_.clear();
  duplicates_.clear();
  seen_ = 0;
  aliased_ = 0;
}

std::string_view TreeBuilder::add(const Node& node) {
  pending_.push_back(node);
  return {};
}

void TreeBuilder::remember(std::string_view anchor, const Node& node, std::uint64_t weight) {
  if (!anchor.empty()) anchors_[anchor] = {node, weight};
}

std::string_view TreeBuilder::scalar(Kind kind, Style style, std::string_view text, Span span,
                                     std::string_view anchor) {
  Node node;
  node.kind_ = kind;
  node.style_ = style;
  node.text_ = text.data();
  node.count_ = static_cast<std::uint32_t>(text.size());
  node.begin_ = span.begin;
  node.end_ = span.end;
  ++seen_;
  remember(anchor, node, 1);
  return add(node);
}

std::string_view TreeBuilder::alias(std::string_view anchor, Span span) {
  const auto found = anchors_.find(anchor);
  if (found == anchors_.end()) {
    const bool open =
        std::any_of(frames_.begin(), frames_.end(), [&](const Frame& f) { return f.anchor == anchor; });
    return open ? "this alias stands inside the node that its anchor names" : "no such anchor before this alias";
  }
  aliased_ += found->second.weight;
  seen_ += found->second.weight;
  if (aliased_ > limits_.alias_nodes) return "aliases repeat too many nodes (an alias bomb?)";
  Node node = found->second.node;
  node.shared_ = true;
  node.begin_ = span.begin;
  node.end_ = span.end;
  return add(node);
}

std::string_view TreeBuilder::begin(Kind kind, Style style, std::uint32_t at, std::string_view anchor) {
  if (frames_.size() >= limits_.depth) return "nested too deeply";
  Node node;
  node.kind_ = kind;
  node.style_ = style;
  node.begin_ = at;
  frames_.push_back({node, pending_.size(), seen_, anchor});
  ++seen_;
  return {};
}

std::string_view TreeBuilder::end(std::uint32_t at) {
  Frame frame = frames_.back();
  frames_.pop_back();
  Node& node = frame.node;
  node.end_ = at;
  if (node.kind_ == Kind::sequence) {
    const auto children = arena_.copy(std::span<const Node>(pending_).subspan(frame.first_child));
    node.items_ = children.data();
    node.count_ = static_cast<std::uint32_t>(children.size());
  } else if (const auto wrong = finish_mapping(node, frame.first_child); !wrong.empty()) {
    return wrong;
  }
  pending_.resize(frame.first_child);
  remember(frame.anchor, node, seen_ - frame.nodes_before);
  return add(node);
}

// go-yaml v2 merges at the place of the key: what stands later wins, merged or not.
void TreeBuilder::put(const Member& member, std::vector<Member>& into) {
  const auto same = std::find_if(into.begin(), into.end(),
                                 [&](const Member& other) { return other.key.text() == member.key.text(); });
  if (same == into.end()) {
    into.push_back(member);
  } else {
    *same = member;
  }
}

std::string_view TreeBuilder::merge(const Node& value, std::vector<Member>& into) {
  if (value.is_mapping()) {
    for (Member member : value.members()) {
      member.key.shared_ = member.value.shared_ = true;
      put(member, into);
    }
    return {};
  }
  if (!value.is_sequence()) return "a merge key (<<) takes a map or a list of maps";
  const auto items = value.items();
  for (std::size_t i = items.size(); i-- > 0;) {
    if (!items[i].is_mapping()) return "a merge key (<<) takes a map or a list of maps";
    if (const auto wrong = merge(items[i], into); !wrong.empty()) return wrong;
  }
  return {};
}

std::string_view TreeBuilder::finish_mapping(Node& node, std::size_t first) {
  const auto children = std::span<const Node>(pending_).subspan(first);
  members_.clear();
  bool merges = false;
  for (std::size_t i = 0; i + 1 < children.size(); i += 2) {
    const Node& key = children[i];
    if (key.is_collection()) return "a map's key must be a scalar";
    if (is_merge_key(key)) {
      merges = true;
      continue;
    }
    members_.push_back({key, children[i + 1]});
  }

  // Duplicates are judged among the keys that are written here, not among merged ones.
  const auto duplicate = [&](const Node& key) {
    node.duplicates_ = true;
    duplicates_.emplace_back(key.begin(), key.text());
  };
  constexpr std::size_t few = 24;
  if (members_.size() <= few) {
    for (std::size_t i = 1; i < members_.size(); ++i) {
      const std::string_view text = members_[i].key.text();
      for (std::size_t k = 0; k < i; ++k) {
        if (members_[k].key.text() == text) {
          duplicate(members_[i].key);
          break;
        }
      }
    }
  } else {
    std::unordered_set<std::string_view> texts;
    for (const Member& member : members_) {
      if (!texts.insert(member.key.text()).second) duplicate(member.key);
    }
  }

  if (merges) {
    std::vector<Member> merged;
    for (std::size_t i = 0; i + 1 < children.size(); i += 2) {
      if (!is_merge_key(children[i])) {
        put({children[i], children[i + 1]}, merged);
      } else if (const auto wrong = merge(children[i + 1], merged); !wrong.empty()) {
        return wrong;
      }
    }
    members_ = std::move(merged);
  }
  const auto copied = arena_.copy(std::span<const Member>(members_));
  node.members_ = copied.data();
  node.count_ = static_cast<std::uint32_t>(copied.size());
  return {};
}

}  // namespace bulwark::document

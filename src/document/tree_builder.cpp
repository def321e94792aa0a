#include "document/tree_builder.h"

#include <algorithm>
#include <cstring>
#include <type_traits>
#include <unordered_set>

namespace bulwark::document {

namespace {
constexpr std::size_t few = 24;  // up to so many members, looking at all is faster than hashing
}

bool is_merge_key(const Node& key) { return key.style() == Style::plain && key.is_string() && key.text() == "<<"; }

void TreeBuilder::start_document() {
  pending_.clear();
  frames_.clear();
  anchors_.clear();
  duplicates_.clear();
  seen_ = 0;
  aliased_ = 0;
  wrong_at_ = no_offset;
}

std::string_view TreeBuilder::add(const Node& node) {
  pending_.push_back(node);
  return {};
}

void TreeBuilder::remember(std::string_view anchor, const Node& node, std::uint64_t weight) {
  anchors_[anchor] = {node, weight};
}

std::string_view TreeBuilder::scalar(Kind kind, Style style, std::string_view text, Span span,
                                     std::string_view anchor) {
  // Made where it stays: a copy would wait for the single stores before it.
  Node& node = pending_.emplace_back();
  node.text_ = text.data();
  node.count_ = static_cast<std::uint32_t>(text.size());
  node.begin_ = span.begin;
  node.end_ = span.end;
  node.kind_ = kind;
  node.style_ = style;
  ++seen_;
  if (!anchor.empty()) remember(anchor, node, 1);
  return {};
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
  Frame& frame = frames_.emplace_back();
  frame.node.kind_ = kind;
  frame.node.style_ = style;
  frame.node.begin_ = at;
  frame.first_child = pending_.size();
  frame.nodes_before = seen_;
  frame.anchor = anchor;
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
  if (!frame.anchor.empty()) remember(frame.anchor, node, seen_ - frame.nodes_before);
  return add(node);
}

// sigs.k8s.io/yaml turns every key into a string. Keys that are none become the text that it makes of them.
std::string_view TreeBuilder::settle_key(Node& key) {
  if (key.is_string()) return {};
  if (key.is_collection()) return stop(key, "a map's key must be a scalar");
  if (key.is_null()) return stop(key, "a map's key must not be null");
  const std::string_view text = arena_.copy(key_text(key.kind(), key.text()));
  key.kind_ = Kind::string;
  key.text_ = text.data();
  key.count_ = static_cast<std::uint32_t>(text.size());
  return {};
}

std::string_view TreeBuilder::stop(const Node& where, std::string_view message) {
  wrong_at_ = where.begin();
  return message;
}

// Members in the order of their first appearance; of equal keys the last value counts. go-yaml v2 merges at the
// place of the merge key: what stands later wins, merged or not (decode.go, mappingWithMerge).
class TreeBuilder::Merged {
 public:
  void put(const Member& member) {
    const std::string_view key = member.key.text();
    if (members_.size() < few) {
      for (Member& other : members_) {
        if (other.key.text() != key) continue;
        other = member;
        return;
      }
    } else {
      if (places_.empty()) {
        for (std::size_t i = 0; i < members_.size(); ++i) places_.emplace(members_[i].key.text(), i);
      }
      const auto [place, is_new] = places_.emplace(key, members_.size());
      if (!is_new) {
        members_[place->second] = member;
        return;
      }
    }
    members_.push_back(member);
  }

  std::string_view merge(TreeBuilder& builder, const Node& value) {
    constexpr std::string_view wrong = "a merge key (<<) takes a map or a list of maps";
    if (value.is_mapping()) {
      for (Member member : value.members()) {
        member.key.shared_ = member.value.shared_ = true;
        put(member);
      }
      return {};
    }
    if (!value.is_sequence()) return builder.stop(value, wrong);
    const auto items = value.items();
    for (std::size_t i = items.size(); i-- > 0;) {
      if (!items[i].is_mapping()) return builder.stop(items[i], wrong);
      if (const auto error = merge(builder, items[i]); !error.empty()) return error;
    }
    return {};
  }

  std::span<const Member> members() const { return members_; }

 private:
  std::vector<Member> members_;
  std::unordered_map<std::string_view, std::size_t> places_;
};

// Duplicates are judged among the keys that are written here, not among merged ones.
void TreeBuilder::find_duplicates(Node& node, std::span<const Node> children) {
  const auto duplicate = [&](const Node& key) {
    node.duplicates_ = true;
    duplicates_.emplace_back(key.begin(), key.text());
  };
  if (children.size() <= 2 * few) {
    for (std::size_t i = 2; i < children.size(); i += 2) {
      const std::string_view text = children[i].text();
      for (std::size_t k = 0; k < i; k += 2) {
        if (children[k].text() != text || is_merge_key(children[i])) continue;
        duplicate(children[i]);
        break;
      }
    }
    return;
  }
  std::unordered_set<std::string_view> texts;
  texts.reserve(children.size() / 2);
  for (std::size_t i = 0; i < children.size(); i += 2) {
    if (!is_merge_key(children[i]) && !texts.insert(children[i].text()).second) duplicate(children[i]);
  }
}

std::string_view TreeBuilder::finish_mapping(Node& node, std::size_t first) {
  const auto children = std::span<Node>(pending_).subspan(first);
  bool merges = false;
  for (std::size_t i = 0; i + 1 < children.size(); i += 2) {
    if (const auto wrong = settle_key(children[i]); !wrong.empty()) return wrong;
    merges = merges || is_merge_key(children[i]);
  }
  find_duplicates(node, children);
  if (!merges) {
    // Keys and values lie in turn, which is just what members are.
    static_assert(sizeof(Member) == 2 * sizeof(Node) && std::is_trivially_copyable_v<Member>);
    const std::size_t count = children.size() / 2;
    auto* const members = static_cast<Member*>(arena_.allocate(count * sizeof(Member), alignof(Member)));
    if (count > 0) std::memcpy(static_cast<void*>(members), children.data(), count * sizeof(Member));
    node.members_ = members;
    node.count_ = static_cast<std::uint32_t>(count);
    return {};
  }
  Merged merged;
  for (std::size_t i = 0; i + 1 < children.size(); i += 2) {
    if (!is_merge_key(children[i])) {
      merged.put({children[i], children[i + 1]});
    } else if (const auto wrong = merged.merge(*this, children[i + 1]); !wrong.empty()) {
      return wrong;
    }
  }
  const auto copied = arena_.copy(merged.members());
  node.members_ = copied.data();
  node.count_ = static_cast<std::uint32_t>(copied.size());
  return {};
}

}  // namespace bulwark::document

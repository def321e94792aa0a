#include "document/outline.h"

namespace bulwark::document {

namespace {

// A map with more fields, such as the data of a ConfigMap, is not kept.
constexpr std::size_t most_below = 32;

std::size_t kept_below(const Node& node) {
  const std::size_t count = node.members().size();
  return count <= most_below ? count : 0;
}

}  // namespace

Outline::Outline(const Node& root, std::string_view text, base::Arena& arena) : root_at_(root.begin()) {
  std::size_t count = root.members().size();
  for (const Member& member : root.members()) count += kept_below(member.value);
  if (count == 0) return;
  auto* const first = static_cast<Entry*>(arena.allocate(count * sizeof(Entry), alignof(Entry)));
  Entry* to = first;
  const auto put = [&](const Member& member, std::size_t below, bool whole) {
    std::string_view key = member.key.text();
    const bool lies_in_text = key.data() >= text.data() && key.data() + key.size() <= text.data() + text.size();
    if (!lies_in_text) key = arena.copy(key);
    new (to++) Entry{key, member.key.begin(), member.value.begin(), static_cast<std::uint32_t>(below), whole};
  };
  for (const Member& member : root.members()) {
    const std::size_t below = kept_below(member.value);
    put(member, below, below == member.value.members().size());
    if (below == 0) continue;
    for (const Member& each : member.value.members()) put(each, 0, false);
  }
  entries_ = {first, count};
}

std::optional<std::uint32_t> Outline::offset(const FieldPath& path) const {
  const auto& steps = path.steps();
  if (entries_.empty() || steps.empty() || steps[0].is_index()) return std::nullopt;
  // Of equal keys the last counts.
  const Entry* upper = nullptr;
  for (std::size_t i = 0; i < entries_.size(); i += 1 + entries_[i].below) {
    if (entries_[i].key == steps[0].key) upper = &entries_[i];
  }
  if (upper == nullptr) return root_at_;
  if (steps.size() == 1) return upper->value_at;
  if (!upper->whole || steps[1].is_index()) return std::nullopt;
  const Entry* lower = nullptr;
  for (const Entry& each : std::span(upper + 1, upper->below)) {
    if (each.key == steps[1].key) lower = &each;
  }
  if (lower == nullptr) return upper->key_at;
  if (steps.size() == 2) return lower->value_at;
  return std::nullopt;
}

}  // namespace bulwark::document

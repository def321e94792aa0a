// The safety net of edits: the tree after an edit must be the tree before it with exactly that change.
#include <algorithm>

#include "document/edit_draft.h"

namespace bulwark::document::editing {

namespace {

bool same(const Node& a, const Node& b);

bool same_members(const Node& a, const Node& b) {
  const auto left = a.members(), right = b.members();
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (left[i].key.text() != right[i].key.text() || !same(left[i].value, right[i].value)) return false;
  }
  return true;
}

bool same(const Node& a, const Node& b) {
  if (a.kind() != b.kind() || a.style() != b.style()) return false;
  if (a.is_mapping()) return same_members(a, b);
  if (!a.is_sequence()) return a.text() == b.text();
  const auto left = a.items(), right = b.items();
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), same);
}

class Verifier {
 public:
  explicit Verifier(const Edit& edit) : edit_(edit), steps_(edit.path.steps()) {}

  // `before` is what the first `depth` steps lead to, or nullptr where that was missing (or null).
  bool changed(const Node* before, const Node& after, std::size_t depth) const {
    if (depth == steps_.size()) return target(before, after);
    const Step& step = steps_[depth];
    const bool removes = edit_.kind == Edit::Kind::remove && depth + 1 == steps_.size();
    if (step.is_index()) {
      if (before == nullptr || !before->is_sequence() || !after.is_sequence()) return false;
      return list(before->items(), after.items(), step.index, removes, depth);
    }
    if (!after.is_mapping() || (before != nullptr && !before->is_mapping() && !before->is_null())) return false;
    return map(before != nullptr ? before->members() : std::span<const Member>{}, after, step.key, removes, depth);
  }

 private:
  bool target(const Node* before, const Node& after) const {
    if (edit_.kind == Edit::Kind::set) return has_value(after, edit_.value);
    if (edit_.kind != Edit::Kind::append || !after.is_sequence()) return false;
    const auto old = before != nullptr ? before->items() : std::span<const Node>{};
    const auto now = after.items();
    return now.size() == old.size() + 1 && std::equal(old.begin(), old.end(), now.begin(), same) &&
           has_value(now.back(), edit_.value);
  }

  bool list(std::span<const Node> old, std::span<const Node> now, std::size_t index, bool removes,
            std::size_t depth) const {
    if (index >= old.size() || now.size() + (removes ? 1 : 0) != old.size()) return false;
    for (std::size_t i = 0, k = 0; i < old.size(); ++i) {
      if (i == index && removes) continue;
      if (i == index ? !changed(&old[i], now[k], depth + 1) : !same(old[i], now[k])) return false;
      ++k;
    }
    return true;
  }

  // The members but the one that changes must be the same, in the same order.
  bool map(std::span<const Member> old, const Node& after, std::string_view key, bool removes,
           std::size_t depth) const {
    const auto now = after.members();
    std::size_t k = 0;
    const Node* before = nullptr;
    const Node* changed_to = nullptr;
    for (const Member& member : old) {
      if (member.key.text() == key) before = &member.value;
      while (k < now.size() && now[k].key.text() == key && member.key.text() != key) changed_to = &now[k++].value;
      if (member.key.text() == key) {
        if (k < now.size() && now[k].key.text() == key) changed_to = &now[k++].value;
        continue;
      }
      if (k >= now.size() || now[k].key.text() != member.key.text() || !same(now[k].value, member.value))
        return false;
      ++k;
    }
    if (k < now.size() && now[k].key.text() == key) changed_to = &now[k++].value;
    if (k != now.size()) return false;
    if (removes) return changed_to == nullptr && before != nullptr;
    return changed_to != nullptr && changed(before, *changed_to, depth + 1);
  }

  const Edit& edit_;
  const std::vector<Step>& steps_;
};

}  // namespace

bool has_value(const Node& node, const Literal& literal) {
  switch (literal.shape) {
    case Literal::Shape::string:
      return node.is_string() && node.text() == literal.texts[0];
    case Literal::Shape::empty_mapping:
      return node.is_mapping() && node.members().empty();
    case Literal::Shape::strings: {
      const auto items = node.items();
      return node.is_sequence() && std::equal(items.begin(), items.end(), literal.texts.begin(),
                                              literal.texts.end(), [](const Node& item, const std::string& text) {
                                                return item.is_string() && item.text() == text;
                                              });
    }
    case Literal::Shape::verbatim:
      break;
  }
  const std::string& text = literal.texts[0];
  const Kind kind = resolve_plain(text);
  if (node.kind() != kind) return false;
  if (kind == Kind::boolean) return node.boolean() == boolean_value(text);
  std::int64_t wanted = 0;
  if (kind == Kind::integer && integer_value(text, wanted) && node.integer()) return node.integer() == wanted;
  return kind == Kind::null || node.text() == text;
}

base::Result<> verify_edit(const Node& before, const Node& after, const Edit& edit) {
  if (Verifier(edit).changed(&before, after, 0)) return {};
  return base::fail("the edit would change more than " + edit.path.text());
}

}  // namespace bulwark::document::editing

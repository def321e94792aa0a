// An edit is made on the text and then proved on the tree: the new text is read again, and its tree must be the
// old one with exactly the change that was asked for, its comments those of before. Whatever the text tricks below
// do not foresee ends in an error and not in a wrong file.
#include "document/edit.h"

#include <algorithm>

#include "document/edit_place.h"

namespace bulwark::document {

namespace {

using editing::Draft;
using editing::Place;
using editing::Replacement;

// Reads exactly one document.
class One : public DocumentSink {
 public:
  void on_document(const Node& root) override {
    root_ = root;
    ++documents_;
  }
  void on_problem(Problem problem) override {
    if (problem.severity == Problem::Severity::error && wrong_.empty()) wrong_ = std::move(problem.message);
  }

  base::Result<Node> take() const {
    if (!wrong_.empty()) return base::fail("the text cannot be read: " + wrong_);
    if (documents_ != 1) return base::fail("the text does not hold exactly one document");
    return root_;
  }

 private:
  Node root_;
  int documents_ = 0;
  std::string wrong_;
};

bool looks_like_json(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text[first] == '{' && text.find('"', first) != std::string_view::npos;
}

base::Result<Node> read_one(std::string_view text, base::Arena& arena, const Limits& limits, std::string& padded,
                            bool json) {
  constexpr std::size_t padding = 64;
  One one;
  const auto size = static_cast<std::uint32_t>(text.size());
  if (json) {
    padded.assign(text).append(padding, '\0');
    const Source source("", std::string_view(padded).substr(0, size));
    read_json(source, {0, size}, padding, arena, limits, one);
  } else {
    const Source source("", text);
    read_yaml(source, {0, size}, arena, limits, one);
  }
  return one.take();
}

bool same(const Node& a, const Node& b) {
  if (a.kind() != b.kind() || a.text() != b.text()) return false;
  const auto items_a = a.items(), items_b = b.items();
  const auto members_a = a.members(), members_b = b.members();
  return std::equal(items_a.begin(), items_a.end(), items_b.begin(), items_b.end(), same) &&
         std::equal(members_a.begin(), members_a.end(), members_b.begin(), members_b.end(),
                    [](const Member& x, const Member& y) {
                      return x.key.text() == y.key.text() && same(x.value, y.value);
                    });
}

bool equals(const Node& node, const Literal& value) {
  switch (value.shape) {
    case Literal::Shape::string:
      return node.is_string() && node.text() == value.texts.front();
    case Literal::Shape::verbatim:
      if (value.texts.front() == "null") return node.is_null();
      return !node.is_string() && !node.is_mapping() && !node.is_sequence() && node.text() == value.texts.front();
    case Literal::Shape::empty_mapping:
      return node.is_mapping() && node.members().empty();
    case Literal::Shape::strings:
      break;
  }
  const auto items = node.items();
  return node.is_sequence() && std::equal(items.begin(), items.end(), value.texts.begin(), value.texts.end(),
                                          [](const Node& item, const std::string& text) {
                                            return item.is_string() && item.text() == text;
                                          });
}

bool is_new_value(const Node* before, const Node& after, const Edit& edit) {
  if (edit.kind == Edit::Kind::set) return equals(after, edit.value);
  const auto old_items = before == nullptr ? std::span<const Node>{} : before->items();
  const auto items = after.items();
  return after.is_sequence() && items.size() == old_items.size() + 1 &&
         std::equal(old_items.begin(), old_items.end(), items.begin(), same) && equals(items.back(), edit.value);
}

// Whether `after` is `before` with the edit made, from the given step on. `before` is nullptr below what was
// missing.
bool is_edited(const Node* before, const Node& after, const Edit& edit, std::size_t at) {
  const auto& steps = edit.path.steps();
  if (at == steps.size()) return is_new_value(before, after, edit);
  const Step& step = steps[at];
  const bool removes = edit.kind == Edit::Kind::remove && at + 1 == steps.size();
  if (step.is_index()) {
    if (before == nullptr || !before->is_sequence() || !after.is_sequence()) return false;
    const auto old_items = before->items(), items = after.items();
    if (items.size() + (removes ? 1 : 0) != old_items.size()) return false;
    for (std::size_t i = 0; i < old_items.size(); ++i) {
      if (i == step.index) {
        if (!removes && !is_edited(&old_items[i], items[i], edit, at + 1)) return false;
      } else if (!same(old_items[i], items[i - (removes && i > step.index ? 1 : 0)])) {
        return false;
      }
    }
    return true;
  }
  if (!after.is_mapping() || (before != nullptr && !before->is_mapping() && !before->is_null())) return false;
  const auto old_members = before == nullptr ? std::span<const Member>{} : before->members();
  const auto members = after.members();
  std::size_t k = 0;
  bool met = false;
  for (const Member& old : old_members) {
    const bool target = old.key.text() == step.key;
    met = met || target;
    if (target && removes) continue;
    if (k >= members.size() || members[k].key.text() != old.key.text()) return false;
    const bool good =
        target ? is_edited(&old.value, members[k].value, edit, at + 1) : same(old.value, members[k].value);
    if (!good) return false;
    ++k;
  }
  if (!met && !removes) {
    if (k >= members.size() || members[k].key.text() != step.key) return false;
    if (!is_edited(nullptr, members[k].value, edit, at + 1)) return false;
    ++k;
  }
  return k == members.size();
}

base::Result<Replacement> replacement_of(const Draft& draft, const Place& place, const Edit& edit) {
  const auto& steps = edit.path.steps();
  const bool exists = place.taken == steps.size();
  const auto missing = std::span<const Step>(steps).subspan(place.taken);
  switch (edit.kind) {
    case Edit::Kind::remove:
      if (!exists || steps.empty()) return base::fail("there is nothing to remove at that place");
      return editing::remove_member(draft, place, steps.back());
    case Edit::Kind::set:
      if (exists) return editing::set_existing(draft, place, edit.value);
      return editing::insert_member(draft, place, missing, edit.value, false);
    case Edit::Kind::append:
      break;
  }
  if (!exists) return editing::insert_member(draft, place, missing, edit.value, true);
  if (place.deepest().is_null()) {
    Literal list = Literal::strings(edit.value.texts);
    return editing::set_existing(draft, place, list);
  }
  return editing::append_item(draft, place, edit.value);
}

}  // namespace

base::Result<std::string> apply_edit(std::string_view text, const Edit& edit, const Limits& limits) {
  base::Arena arena, new_arena;
  std::string padded, new_padded;
  bool json = looks_like_json(text);
  auto root = read_one(text, arena, limits, padded, json);
  if (!root && json) {
    // Flow YAML with a quoted string looks like JSON at first sight.
    json = false;
    root = read_one(text, arena, limits, padded, json);
  }
  if (!root) return std::unexpected(std::move(root).error());
  const Draft draft = editing::make_draft(text, *root);
  const Place place = TRY(editing::find_place(draft, edit));
  if (edit.kind == Edit::Kind::set && place.taken == edit.path.steps().size() &&
      equals(place.deepest(), edit.value)) {
    return std::string(text);
  }
  const Replacement change = TRY(replacement_of(draft, place, edit));
  std::string result(text.substr(0, change.begin));
  result += change.text;
  result += text.substr(change.end);

  const auto proof = read_one(result, new_arena, limits, new_padded, json);
  const auto comments = [](const Draft& of) {
    return editing::comments_in(of, 0, static_cast<std::uint32_t>(of.text.size()));
  };
  if (!proof || !is_edited(&*root, *proof, edit, 0) ||
      comments(draft) != comments(editing::make_draft(result, *proof))) {
    return base::fail("the text is written in a way that is not edited safely");
  }
  return result;
}

}  // namespace bulwark::document

#include "document/edit_place.h"

#include <algorithm>

namespace bulwark::document::editing {

base::Result<Place> find_place(const Draft& draft, const Edit& edit) {
  Place place;
  place.nodes.push_back(&draft.root);
  for (const Step& step : edit.path.steps()) {
    const Node& node = place.deepest();
    if (step.is_index()) {
      if (!node.is_sequence()) return base::fail("the path leads to a list item where there is no list");
      const Node* item = node.item(step.index);
      if (item == nullptr) return base::fail("the list has no such item");
      place.nodes.push_back(item);
      place.keys.push_back(nullptr);
    } else {
      if (!node.is_mapping() && !node.is_null())
        return base::fail("the path leads through a value that is no map");
      const auto members = node.members();
      const auto same = [&](const Member& member) { return member.key.text() == step.key; };
      const auto found = std::find_if(members.rbegin(), members.rend(), same);
      if (found == members.rend()) return place;
      if (node.has_duplicates() && std::count_if(members.begin(), members.end(), same) > 1) {
        return base::fail("the key stands twice there");
      }
      if (found->key.is_shared()) return base::fail("the field comes through a merge key and is shared");
      const std::uint32_t line = draft.line_begin(found->key.begin());
      if (draft.text.substr(line, found->key.begin() - line).find('?') != std::string_view::npos) {
        return base::fail("the key is written with an explicit ? mark");
      }
      place.nodes.push_back(&found->value);
      place.keys.push_back(&found->key);
    }
    ++place.taken;
    if (place.deepest().is_shared()) return base::fail("the place is shared through an alias");
  }
  return place;
}

namespace {

// The byte after the colon of a member.
std::uint32_t after_colon(const Draft& draft, const Node& key) {
  return static_cast<std::uint32_t>(std::min(draft.text.find(':', key.end()) + 1, draft.text.size()));
}

// The column where an item's dash stands, or the byte of it.
base::Result<std::uint32_t> dash_before(const Draft& draft, std::uint32_t at) {
  const std::uint32_t line = draft.line_begin(at);
  std::uint32_t dash = at;
  while (dash > line && draft.text[dash - 1] == ' ') --dash;
  if (dash > line && draft.text[dash - 1] == '-' && draft.is_first_on_line(dash - 1)) return dash - 1;
  return base::fail("the list is written in a way that is not edited");
}

// A comment of the line that a block's first line replaces goes where it was; those within a region must not be
// lost.
base::Result<> must_have_no_comment(const Draft& draft, std::uint32_t begin, std::uint32_t end) {
  if (comments_in(draft, begin, end).empty()) return {};
  return base::fail("a comment stands within what would be replaced");
}

// New lines behind the line on which `end` lies.
Replacement lines_after(const Draft& draft, std::uint32_t end, const std::string& lines) {
  const std::uint32_t at = draft.line_break(end);
  return {at, at, std::string(draft.line_end) + lines};
}

// What stands between two members of a flow collection, taken from its first two; else what is usual.
std::string separator(const Draft& draft, const Node& node, std::uint32_t last_begin) {
  if (draft.is_first_on_line(last_begin)) {
    const std::uint32_t line = draft.line_begin(last_begin);
    return "," + std::string(draft.line_end) + std::string(draft.text.substr(line, last_begin - line));
  }
  std::uint32_t first_end = 0, second_begin = 0;
  if (const auto members = node.members(); members.size() > 1) {
    first_end = members[0].value.end();
    second_begin = members[1].key.begin();
  } else if (const auto items = node.items(); items.size() > 1) {
    first_end = items[0].end();
    second_begin = items[1].begin();
  }
  if (second_begin > first_end) return std::string(draft.text.substr(first_end, second_begin - first_end));
  // Compact JSON has no space after a colon, and then none after a comma.
  const bool compact = draft.json && draft.text.find("\": ") == std::string_view::npos;
  return compact ? "," : ", ";
}

// Within JSON on one line, new text is as compact as the rest.
std::string in_style(const Draft& draft, std::string text) {
  if (!draft.json || draft.text.find("\": ") != std::string_view::npos) return text;
  for (const std::string_view spaced : {"\": ", "\", \""}) {
    std::string tight(spaced);
    std::erase(tight, ' ');
    for (std::size_t at = text.find(spaced); at != std::string::npos; at = text.find(spaced, at + 1)) {
      text.replace(at, spaced.size(), tight);
    }
  }
  return text;
}

// A member or an item put into an empty pair of brackets that begins at `open`.
Replacement into_empty(const Draft& draft, const Node& node, const std::string& what) {
  const std::uint32_t inside = node.begin() + 1, close = node.end() - 1;
  std::string text = in_style(draft, what);
  // JSON that is indented line by line stays so.
  if (draft.json && draft.text.find('\n') != std::string_view::npos) {
    const std::uint32_t line = draft.line_begin(node.begin());
    const std::size_t blank = draft.text.find_first_not_of(" \t", line);
    const std::string outer(draft.text.substr(line, blank - line));
    std::string unit = "  ";
    const auto members = draft.root.members();
    if (!members.empty() && draft.is_first_on_line(members[0].key.begin())) {
      const std::uint32_t first = draft.line_begin(members[0].key.begin());
      unit = draft.text.substr(first, members[0].key.begin() - first);
    }
    text = std::string(draft.line_end) + outer + unit + text + std::string(draft.line_end) + outer;
  }
  return {inside, close, text};
}

}  // namespace

base::Result<Replacement> set_existing(const Draft& draft, const Place& place, const Literal& value) {
  const Node& node = place.deepest();
  const Node* key = place.keys.empty() ? nullptr : place.keys.back();
  std::string text = in_style(draft, inline_text(draft, value));
  if (node.is_null() && node.begin() == node.end()) {
    if (key == nullptr) return base::fail("there is no value to replace");
    const std::uint32_t at = after_colon(draft, *key);
    return Replacement{at, at, " " + text};
  }
  const std::uint32_t end = content_end(draft, node);
  TRY(must_have_no_comment(draft, node.begin(), end));
  if (!is_block(node)) return Replacement{node.begin(), end, text};
  if (key == nullptr) return base::fail("a list item that is a block is not replaced");
  if (value.shape == Literal::Shape::strings && node.is_sequence() && !value.texts.empty()) {
    // The list keeps its dashes and their column.
    const std::string indent(draft.column(node.begin()), ' ');
    std::string lines;
    for (const std::string& item : value.texts) {
      if (!lines.empty()) lines += std::string(draft.line_end) + indent;
      lines += "- " + inline_text(draft, Literal::string(item));
    }
    return Replacement{node.begin(), end, lines};
  }
  const std::uint32_t colon = after_colon(draft, *key);
  TRY(must_have_no_comment(draft, colon, node.begin()));
  return Replacement{colon, end, " " + text};
}

base::Result<Replacement> insert_member(const Draft& draft, const Place& place, std::span<const Step> missing,
                                        const Literal& value, bool list_item) {
  for (const Step& step : missing) {
    if (step.is_index()) return base::fail("the list has no such item");
  }
  const Node& node = place.deepest();
  const Node* key = place.keys.empty() ? nullptr : place.keys.back();
  const bool in_block = !draft.json && (place.nodes.size() < 2 || is_block(*place.nodes[place.nodes.size() - 2]));
  const bool is_empty = node.is_null() || (node.is_mapping() && node.members().empty());
  if (is_empty && key != nullptr && in_block) {
    // "key:", "key: null" and "key: {}" become a block.
    const std::uint32_t colon = after_colon(draft, *key);
    const std::uint32_t value_end = std::max(colon, node.end());
    const std::uint32_t line = draft.line_break(value_end);
    const std::uint32_t indent = draft.column(key->begin()) + draft.step;
    const std::string rest(draft.text.substr(value_end, line - value_end));
    return Replacement{
        colon, line, rest + std::string(draft.line_end) + block_member(draft, missing, value, list_item, indent)};
  }
  const std::string one_line = inline_member(draft, missing, value, list_item);
  if (node.is_mapping() && !is_block(node)) {
    const auto members = node.members();
    if (members.empty()) return into_empty(draft, node, one_line);
    const std::uint32_t end = content_end(draft, members.back().value);
    return Replacement{end, end, separator(draft, node, members.back().key.begin()) + in_style(draft, one_line)};
  }
  if (!is_block(node) || !node.is_mapping()) return base::fail("there is no map to put the field into");
  const std::uint32_t indent = draft.column(node.begin());
  return lines_after(draft, content_end(draft, node), block_member(draft, missing, value, list_item, indent));
}

base::Result<Replacement> append_item(const Draft& draft, const Place& place, const Literal& value) {
  const Node& node = place.deepest();
  if (!node.is_sequence()) return base::fail("the field is no list");
  const auto items = node.items();
  const std::string text = inline_text(draft, value);
  if (is_block(node)) {
    const std::string indent(draft.column(node.begin()), ' ');
    return lines_after(draft, content_end(draft, node), indent + "- " + text);
  }
  if (items.empty()) return into_empty(draft, node, text);
  const std::uint32_t end = content_end(draft, items.back());
  return Replacement{end, end, separator(draft, node, items.back().begin()) + text};
}

namespace {

// The comments of a region that goes away, as lines of their own.
std::string kept_comments(const Draft& draft, std::uint32_t begin, std::uint32_t end, std::uint32_t indent) {
  std::string lines;
  for (const std::string_view comment : comments_in(draft, begin, end)) {
    lines += std::string(indent, ' ') + std::string(comment) + std::string(draft.line_end);
  }
  return lines;
}

base::Result<Replacement> remove_from_flow(const Draft& draft, std::span<const Span> children, std::size_t which) {
  Span gone = children[which];
  if (which + 1 < children.size()) {
    gone.end = children[which + 1].begin;
  } else if (which > 0) {
    gone.begin = children[which - 1].end;
  } else {
    // The only one: the brackets close up.
    while (gone.begin > 0 &&
           std::string_view(" \t\r\n").find(draft.text[gone.begin - 1]) != std::string_view::npos) {
      --gone.begin;
    }
    while (gone.end < draft.text.size() &&
           std::string_view(" \t\r\n,").find(draft.text[gone.end]) != std::string_view::npos) {
      ++gone.end;
    }
  }
  TRY(must_have_no_comment(draft, gone.begin, gone.end));
  return Replacement{gone.begin, gone.end, ""};
}

// The last member or item of a block goes: the collection becomes {} or [].
base::Result<Replacement> remove_only(const Draft& draft, const Place& place, std::uint32_t begin,
                                      std::uint32_t end, std::string_view empty) {
  const std::size_t depth = place.keys.size();
  const Node* owner = depth >= 2 ? place.keys[depth - 2] : nullptr;
  if (depth == 1) {
    const std::uint32_t stop = draft.line_break(end);
    const std::string comments = kept_comments(draft, begin, stop, 0);
    return Replacement{begin, stop, comments + std::string(empty)};
  }
  if (owner == nullptr) {
    TRY(must_have_no_comment(draft, begin, end));
    return Replacement{begin, end, std::string(empty)};
  }
  const std::uint32_t colon = after_colon(draft, *owner);
  const std::uint32_t first_break = draft.line_break(colon);
  const std::string same_line(draft.text.substr(colon, first_break - colon));
  if (draft.next_line(colon) > begin) return base::fail("the block begins on the line of its key");
  std::string text = " " + std::string(empty) + same_line;
  const std::uint32_t indent = draft.column(begin);
  std::string comments = kept_comments(draft, draft.next_line(colon), draft.line_break(end), indent);
  if (!comments.empty()) {
    comments.resize(comments.size() - draft.line_end.size());
    text += std::string(draft.line_end) + comments;
  }
  return Replacement{colon, draft.line_break(end), text};
}

// Whole lines go, from the line of `begin` to that of `end`.
Replacement remove_lines(const Draft& draft, std::uint32_t begin, std::uint32_t end) {
  const std::uint32_t from = draft.line_begin(begin), to = draft.next_line(end);
  std::string comments = kept_comments(draft, begin, draft.line_break(end), draft.column(begin));
  // The last line of a text without a line end takes the one before it along.
  if (to == draft.text.size() && !draft.text.ends_with('\n') && from > 0 && comments.empty()) {
    const std::uint32_t before = draft.line_break(draft.line_begin(from - 1));
    return {before, to, ""};
  }
  return {from, to, comments};
}

}  // namespace

base::Result<Replacement> remove_member(const Draft& draft, const Place& place, const Step& last) {
  const Node& parent = *place.nodes[place.nodes.size() - 2];
  const Node& node = place.deepest();
  if (!is_block(parent)) {
    std::vector<Span> children;
    std::size_t which = 0;
    for (const Member& member : parent.members()) {
      if (&member.value == &node) which = children.size();
      children.push_back({member.key.begin(), member.value.end()});
    }
    for (const Node& item : parent.items()) {
      if (&item == &node) which = children.size();
      children.push_back(item.span());
    }
    return remove_from_flow(draft, children, which);
  }
  if (last.is_index()) {
    const std::uint32_t dash = TRY(dash_before(draft, node.begin()));
    const std::uint32_t end = std::max(dash + 1, content_end(draft, node));
    if (parent.items().size() == 1) return remove_only(draft, place, dash, end, "[]");
    return remove_lines(draft, dash, end);
  }
  const Node& key = *place.keys.back();
  const std::uint32_t end = std::max(after_colon(draft, key), content_end(draft, node));
  std::size_t own = 0;
  const Member* next = nullptr;
  for (const Member& member : parent.members()) {
    if (member.key.is_shared()) continue;
    ++own;
    if (member.key.begin() > key.begin() && (next == nullptr || member.key.begin() < next->key.begin()))
      next = &member;
  }
  if (own == 1 && own == parent.members().size()) return remove_only(draft, place, key.begin(), end, "{}");
  if (draft.is_first_on_line(key.begin())) return remove_lines(draft, key.begin(), end);
  // "- key: value" with more members below: the next one moves up to the dash.
  if (next == nullptr) return base::fail("the member stands on the line of another");
  TRY(must_have_no_comment(draft, key.begin(), next->key.begin()));
  return Replacement{key.begin(), next->key.begin(), ""};
}

}  // namespace bulwark::document::editing

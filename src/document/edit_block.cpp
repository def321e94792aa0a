// Edits of block collections: whole lines come and go; comments among the lines that go stay as lines.
#include "document/edit_draft.h"

namespace bulwark::document::editing {

namespace {

std::string spaces(std::size_t count) { return std::string(count, ' '); }

// Where the value of a place begins to be free text: behind the colon, the dash or the anchor.
base::Result<std::uint32_t> value_start(const Draft& draft, const Place& place) {
  const Part& value = *place.part;
  if (!value.anchor.empty()) {
    const std::size_t mark = draft.text().find('&', value.begin);
    return static_cast<std::uint32_t>(mark + 1 + value.anchor.size());
  }
  if (const Part* key = place.key(); key != nullptr) {
    const std::uint32_t colon = behind_colon(draft, *key);
    if (colon == 0) return base::fail("the key has no colon");
    return colon;
  }
  if (place.parent != nullptr) return dash_of(draft, *place.parent, place.index) + 1;
  return value.content;
}

// Takes a block collection's lines away, and puts `text` where the value begins.
base::Result<> replace_block_collection(Draft& draft, const Place& place, const std::string& text) {
  const Part& value = *place.part;
  const std::uint32_t start = TRY(value_start(draft, place));
  if (place.parent != nullptr && draft.starts_line(value.content)) {
    draft.insert(start, " " + text);
    const std::uint32_t begin = draft.line_begin(value.content), end = draft.next_line(value.end);
    draft.replace(begin, end, draft.comment_lines(begin, end, draft.indentation(value.content)));
    return {};
  }
  // The collection begins behind a dash, or is the whole document: what follows its last value stays behind the
  // text.
  const std::uint32_t line = draft.line_begin(value.content);
  const std::string comments = draft.comment_lines(value.content, value.end, draft.indentation(value.content));
  if (!comments.empty()) draft.insert(line, comments);
  draft.replace(value.content, value.end, text);
  return {};
}

base::Result<> replace_with_text(Draft& draft, const Place& place, const std::string& text) {
  const Part& value = *place.part;
  if (value.style == Style::block && value.is_collection()) return replace_block_collection(draft, place, text);
  if (value.content == value.end) {
    const bool no_colon = place.key() != nullptr && behind_colon(draft, *place.key()) == 0;
    draft.insert(value.end, (no_colon ? std::string(draft.layout().colon) : " ") + text);
    return {};
  }
  const std::uint32_t begin = value.tagged ? value.begin : value.content;
  if (value.is_block_scalar()) {
    const auto comments = draft.comments_in(value.content, draft.line_end(value.content));
    draft.replace(begin, value.end, comments.empty() ? text : text + " " + std::string(comments[0]));
    return {};
  }
  const std::string comments = draft.comment_lines(begin, value.end, draft.indentation(begin));
  if (!comments.empty()) draft.insert(draft.line_begin(begin), comments);
  draft.replace(begin, value.end, text);
  return {};
}

// Whether a value ends with a block scalar that would take blank lines behind it as its own (|+).
bool keeps_blank_lines(const Draft& draft, const Part& value) {
  const Part* last = &value;
  while (!last->children.empty()) last = &last->children.back();
  if (!last->is_block_scalar()) return false;
  const std::string_view header =
      draft.text().substr(last->content, draft.line_end(last->content) - last->content);
  return header.substr(0, header.find('#')).find('+') != std::string_view::npos;
}

// The entry of a block collection that a place is: from its key or dash to the end of its value.
Span entry_of(const Draft& draft, const Place& place) {
  const Part* key = place.key();
  return {key != nullptr ? key->begin : dash_of(draft, *place.parent, place.index), place.part->end};
}

}  // namespace

base::Result<> replace_value(Draft& draft, const Place& place, const Literal& literal) {
  const Part& value = *place.part;
  const bool flow = place.parent != nullptr && place.parent->is_flow();
  const bool list = literal.shape == Literal::Shape::strings && !literal.texts.empty();
  const bool was_flow_list = value.what == Part::What::sequence && value.is_flow();
  if (list && place.key() != nullptr && !flow && !was_flow_list) {
    return fill_block_value(draft, place, Growth{{}, &literal, false});
  }
  return replace_with_text(draft, place,
                           inline_text(draft, literal, flow, value.style, draft.indentation(value.begin)));
}

// Gives the value of a block map's key (or of an empty list item) new lines of its own, in place of what it was.
base::Result<> fill_block_value(Draft& draft, const Place& place, const Growth& growth) {
  const Part& value = *place.part;
  const Part* key = place.key();
  if (key == nullptr) {
    if (growth.keys.empty()) return replace_with_text(draft, place, flow_value(draft, growth, 0, ""));
    const std::uint32_t column = static_cast<std::uint32_t>(
        place.parent == nullptr ? 0 : draft.column(dash_of(draft, *place.parent, place.index)) + 2);
    return replace_with_text(draft, place, block_member(draft, growth, column));
  }
  const std::uint32_t start = TRY(value_start(draft, place));
  const std::string_view line_end = draft.layout().line_end;
  const std::size_t column = draft.column(key->begin);
  const bool block = value.style == Style::block && value.is_collection();
  std::string lines;
  if (growth.keys.empty()) {
    // A list keeps the indentation that it had.
    const bool was_list = block && value.what == Part::What::sequence;
    lines =
        list_lines(draft, growth, was_list ? draft.column(value.content) : column + draft.layout().list_indent);
  } else {
    const std::size_t inner = column + draft.layout().unit.size();
    lines = spaces(inner) + block_member(draft, growth, inner);
  }

  if (block) {
    const std::uint32_t begin = draft.line_begin(value.content), end = draft.next_line(value.end);
    const bool last = end == draft.text().size() && draft.at(end - 1) != '\n';
    draft.replace(begin, end,
                  draft.comment_lines(begin, end, draft.indentation(value.content)) + lines +
                      (last ? "" : std::string(line_end)));
    return {};
  }
  std::uint32_t from = value.tagged ? value.begin : value.content;
  if (value.is_block_scalar()) {
    const auto comments = draft.comments_in(value.content, draft.line_end(value.content));
    draft.replace(start, value.end, comments.empty() ? "" : " " + std::string(comments[0]));
    draft.insert(value.end, std::string(line_end) + lines);
    return {};
  }
  if (value.content < value.end) {
    while (from > start && draft.at(from - 1) == ' ') --from;
    const std::string comments = draft.comment_lines(from, value.end, draft.indentation(key->begin));
    if (!comments.empty()) draft.insert(draft.line_begin(key->begin), comments);
    draft.replace(from, value.end, "");
  }
  draft.insert_lines(value.end, lines);
  return {};
}

base::Result<> add_to_block(Draft& draft, const Part& collection, const Growth& growth) {
  const std::size_t column = draft.column(collection.content);
  std::string entry;
  if (collection.what == Part::What::mapping) {
    entry = block_member(draft, growth, column);
  } else {
    entry = "- " + inline_text(draft, *growth.literal, false, Style::plain, "");
  }
  draft.insert_lines(collection.end, spaces(column) + entry);
  return {};
}

base::Result<> remove_from_block(Draft& draft, const Place& place, const Place& collection) {
  const std::size_t step = place.key() != nullptr ? 2 : 1;
  if (place.parent->children.size() == step) {
    return replace_block_collection(draft, collection, step == 2 ? "{}" : "[]");
  }
  const Span entry = entry_of(draft, place);
  if (draft.starts_line(entry.begin)) {
    const std::uint32_t begin = draft.line_begin(entry.begin);
    std::uint32_t end = draft.next_line(entry.end);
    const std::string comments = draft.comment_lines(begin, end, draft.indentation(entry.begin));
    if (comments.empty() && place.index >= step &&
        keeps_blank_lines(draft, place.parent->children[place.index - step])) {
      while (end < draft.text().size() && draft.ends_line(end)) end = draft.next_line(end);
    }
    draft.replace(begin, end, comments);
    return {};
  }
  // The first entry, behind a dash: the next one moves up to it.
  if (place.index + 1 >= place.parent->children.size())
    return base::fail("the entry shares its line with another");
  const std::uint32_t next = skip_blank(draft.text(), entry.end);
  const std::string comments = draft.comment_lines(entry.begin, next, draft.indentation(entry.begin));
  if (!comments.empty()) draft.insert(draft.line_begin(entry.begin), comments);
  draft.replace(entry.begin, next, "");
  return {};
}

}  // namespace bulwark::document::editing

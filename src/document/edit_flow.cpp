// Edits of flow collections: {a: 1}, [a, b], and everything in JSON.
#include "document/edit_draft.h"

namespace bulwark::document::editing {

namespace {

// Takes [begin, end) away; a line that is blank afterwards goes as a whole.
void remove_text(Draft& draft, std::uint32_t begin, std::uint32_t end) {
  if (draft.starts_line(begin) && draft.ends_line(end) && draft.line_begin(begin) > 0) {
    draft.replace(draft.line_begin(begin), draft.next_line(end), "");
  } else {
    draft.replace(begin, end, "");
  }
}

bool has_brackets(const Draft& draft, const Part& collection) {
  const char first = draft.at(collection.content);
  return first == '{' || first == '[';
}

}  // namespace

base::Result<> add_to_flow(Draft& draft, const Part& collection, const Growth& growth) {
  if (!has_brackets(draft, collection)) return base::fail("the map is a pair without braces in a flow list");
  const Layout& layout = draft.layout();
  const bool mapping = collection.what == Part::What::mapping;
  const auto entry = [&](std::string_view indentation) {
    const std::string value = mapping ? flow_value(draft, growth, 1, indentation)
                                      : inline_text(draft, *growth.literal, true, Style::plain, indentation);
    return mapping ? key_literal(draft, growth.keys[0], true) + std::string(layout.colon) + value : value;
  };

  if (collection.children.empty()) {
    const std::string_view outer = draft.indentation(collection.content);
    std::string inner = std::string(outer);
    if (layout.lines) inner += layout.unit;
    if (!draft.comments_in(collection.content, collection.end).empty()) {
      draft.insert(collection.content + 1, entry(inner));
      return {};
    }
    std::string text = entry(inner);
    if (layout.lines)
      text = std::string(layout.line_end) + inner + text + std::string(layout.line_end).append(outer);
    draft.replace(collection.content + 1, collection.end - 1, text);
    return {};
  }

  const Part& last = collection.children.back();
  const Part& last_key = collection.children[collection.children.size() - (mapping ? 2 : 1)];
  const std::uint32_t comma = skip_blank(draft.text(), last.end);
  const bool trailing = draft.at(comma) == ',';
  const std::uint32_t behind = trailing ? comma + 1 : last.end;
  if (draft.starts_line(last_key.begin)) {
    const std::string_view indentation = draft.indentation(last_key.begin);
    const std::string line = std::string(layout.line_end).append(indentation) + entry(indentation);
    // Behind a comment of the last entry, when the closing bracket stands further down.
    const bool open_line = draft.next_line(behind) <= collection.end - 1;
    if (open_line) {
      if (!trailing) draft.insert(last.end, ",");
      draft.insert(draft.line_end(behind), line + (trailing ? "," : ""));
    } else {
      draft.insert(behind, (trailing ? "" : ",") + line);
    }
    return {};
  }
  const std::string_view outer = draft.indentation(collection.content);
  if (trailing) {
    draft.insert(behind, " " + entry(outer));
  } else {
    draft.insert(last.end, std::string(layout.comma) + entry(outer));
  }
  return {};
}

base::Result<> remove_from_flow(Draft& draft, const Place& place) {
  const Part& collection = *place.parent;
  if (!has_brackets(draft, collection)) return base::fail("the map is a pair without braces in a flow list");
  const std::string_view text = draft.text();
  const std::size_t step = place.key() != nullptr ? 2 : 1;
  const std::size_t first = place.index + 1 - step;
  std::uint32_t begin = collection.children[first].begin;
  const std::uint32_t end = place.part->end;
  const std::uint32_t comma = skip_blank(text, end);
  const bool has_comma = draft.at(comma) == ',';

  if (collection.children.size() == step) {
    if (draft.comments_in(collection.content, collection.end).empty()) {
      draft.replace(collection.content + 1, collection.end - 1, "");
    } else {
      const std::uint32_t until = has_comma ? comma + 1 : end;
      const std::string comments = draft.comment_lines(begin, until, draft.indentation(begin));
      if (!comments.empty()) draft.insert(draft.line_begin(begin), comments);
      remove_text(draft, begin, until);
    }
    return {};
  }

  const std::string comments = draft.comment_lines(begin, has_comma ? comma : end, draft.indentation(begin));
  if (!comments.empty()) {
    // Lines of their own need a line end before them where the entry stands behind others.
    const bool own_line = draft.starts_line(begin);
    draft.insert(own_line ? draft.line_begin(begin) : begin,
                 own_line
                     ? comments
                     : std::string(draft.layout().line_end) + comments + std::string(draft.indentation(begin)));
  }
  if (has_comma) {
    std::uint32_t until = comma + 1;
    const bool own_line = draft.starts_line(begin);
    // What follows on the same line moves up to where the entry stood.
    if (!draft.ends_line(until) || own_line) {
      while (draft.at(until) == ' ' && !draft.ends_line(until)) ++until;
    }
    remove_text(draft, begin, until);
    return {};
  }

  // The last entry: the comma before it goes too, and the space between them.
  const std::uint32_t previous = skip_blank(text, collection.children[first - 1].end);
  if (draft.at(previous) != ',') return base::fail("no comma stands before the entry");
  if (draft.comments_in(previous, begin).empty() && comments.empty()) {
    draft.replace(previous, end, "");
    return {};
  }
  draft.replace(previous, previous + 1, "");
  std::uint32_t until = end;
  while (draft.starts_line(begin) && draft.at(until) == ' ' && !draft.ends_line(until)) ++until;
  remove_text(draft, begin, until);
  return {};
}

}  // namespace bulwark::document::editing

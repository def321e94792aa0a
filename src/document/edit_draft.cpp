#include "document/edit_draft.h"

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace bulwark::document::editing {

namespace {

bool only_blank(std::string_view text) { return text.find_first_not_of(" \t") == std::string_view::npos; }

// The first map within a map, and the first list within a map, tell how far things are indented.
void learn_block(std::string_view text, const Part& part, std::optional<std::size_t>& unit,
                 std::optional<std::size_t>& list) {
  const auto column = [&](std::uint32_t at) {
    const std::size_t line = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
    return line == std::string_view::npos ? at : at - line - 1;
  };
  for (std::size_t i = 0; i < part.children.size(); ++i) {
    if (unit && list) return;
    const Part& child = part.children[i];
    if (part.what == Part::What::mapping && part.style == Style::block && child.style == Style::block &&
        i % 2 == 1 && !child.children.empty()) {
      const std::size_t outer = column(part.children[i - 1].begin), inner = column(child.content);
      if (child.what == Part::What::mapping && inner > outer && !unit) unit = inner - outer;
      if (child.what == Part::What::sequence && inner >= outer && !list) list = inner - outer;
    }
    learn_block(text, child, unit, list);
  }
}

const Part* first_filled_mapping(const Part& part) {
  if (part.what == Part::What::mapping && !part.children.empty()) return &part;
  for (const Part& child : part.children) {
    if (const Part* found = first_filled_mapping(child); found != nullptr) return found;
  }
  return nullptr;
}

// The first comma of a document that stands between two entries.
const Part* first_with_two(const Part& part, std::uint32_t& behind_first) {
  const std::size_t step = part.what == Part::What::mapping ? 2 : 1;
  if (part.children.size() >= 2 * step) {
    behind_first = part.children[step - 1].end;
    return &part;
  }
  for (const Part& child : part.children) {
    if (const Part* found = first_with_two(child, behind_first); found != nullptr) return found;
  }
  return nullptr;
}

void append_escaped(std::string& out, unsigned c, bool json) {
  constexpr std::string_view digits = "0123456789abcdef";
  if (json) {
    out += "\\u00";
  } else {
    out += "\\x";
  }
  out += digits[c >> 4];
  out += digits[c & 15];
}

std::string double_quoted(std::string_view text, bool json) {
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    switch (c) {
      case '"':
        out += "\\\"";
        continue;
      case '\\':
        out += "\\\\";
        continue;
      case '\n':
        out += "\\n";
        continue;
      case '\t':
        out += "\\t";
        continue;
      case '\r':
        out += "\\r";
        continue;
      default:
        break;
    }
    if (c < 0x20 || c == 0x7F) {
      append_escaped(out, c, json);
    } else if (!json && c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) {
      append_escaped(out, static_cast<unsigned char>(text[++i]), false);
    } else if (!json && text.compare(i, 3, "\xE2\x80\xA8") == 0) {
      out += "\\L";
      i += 2;
    } else if (!json && text.compare(i, 3, "\xE2\x80\xA9") == 0) {
      out += "\\P";
      i += 2;
    } else if (!json && text.compare(i, 3, "\xEF\xBB\xBF") == 0) {
      out += "\\uFEFF";
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out + '"';
}

// Single quotes can hold what is printable and on one line.
bool fits_single_quotes(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

std::string single_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    out += c;
    if (c == '\'') out += c;
  }
  return out + '\'';
}

Layout learn_layout(std::string_view text, const Part& root) {
  Layout layout;
  const std::size_t first_line = text.find('\n');
  if (first_line != std::string_view::npos && first_line > 0 && text[first_line - 1] == '\r')
    layout.line_end = "\r\n";
  layout.json = root.style == Style::json;
  if (!layout.json) {
    std::optional<std::size_t> unit, list;
    learn_block(text, root, unit, list);
    layout.unit = std::string(unit.value_or(2), ' ');
    layout.list_indent = list.value_or(layout.unit.size());
    return layout;
  }
  if (const Part* map = first_filled_mapping(root); map != nullptr) {
    const std::uint32_t colon = skip_blank(text, map->children[0].end);
    layout.colon = colon + 1 < text.size() && text[colon + 1] == '"' ? ":"
                   : map->children[1].begin == colon + 1             ? ":"
                                                                     : ": ";
  }
  std::uint32_t behind = 0;
  if (first_with_two(root, behind) != nullptr) {
    const std::uint32_t comma = skip_blank(text, behind);
    layout.comma = comma + 1 < text.size() && text[comma + 1] == ' ' ? ", " : ",";
  } else {
    layout.comma = layout.colon == ":" ? "," : ", ";
  }
  if (!root.children.empty()) {
    const std::uint32_t first = root.children[0].begin;
    const std::size_t line = text.rfind('\n', first);
    layout.lines = line != std::string_view::npos && line > root.begin;
    if (layout.lines) layout.unit = text.substr(line + 1, first - line - 1);
    if (layout.unit.empty()) layout.unit = "  ";
  }
  return layout;
}

}  // namespace

Draft::Draft(std::string_view text, const Part& root, std::vector<Span> comments)
    : text_(text), comments_(std::move(comments)), layout_(learn_layout(text, root)) {
  const Part* last = &root;
  while (!last->children.empty()) last = &last->children.back();
  if (!last->is_block_scalar() || last->end < text.size() || text.ends_with('\n')) return;
  const std::uint32_t header = last->content + 1;
  const std::size_t size = text.substr(header, line_end(header) - header).find_first_of(" \t");
  open_scalar_ =
      Span{header, std::min<std::uint32_t>(line_end(header),
                                           static_cast<std::uint32_t>(std::min<std::size_t>(size, 4)) + header)};
}

std::uint32_t Draft::line_begin(std::uint32_t at) const {
  const std::size_t line = at == 0 ? std::string_view::npos : text_.rfind('\n', at - 1UL);
  return line == std::string_view::npos ? 0 : static_cast<std::uint32_t>(line + 1);
}

std::uint32_t Draft::line_end(std::uint32_t at) const {
  std::size_t end = std::min(text_.find('\n', at), text_.size());
  if (end > at && text_[end - 1] == '\r') --end;
  return static_cast<std::uint32_t>(end);
}

std::uint32_t Draft::next_line(std::uint32_t at) const {
  const std::size_t end = text_.find('\n', at);
  return static_cast<std::uint32_t>(end == std::string_view::npos ? text_.size() : end + 1);
}

std::string_view Draft::indentation(std::uint32_t at) const {
  const std::uint32_t begin = line_begin(at);
  const std::size_t end = std::min(text_.find_first_not_of(" \t", begin), text_.size());
  return text_.substr(begin, end - begin);
}

bool Draft::starts_line(std::uint32_t at) const {
  const std::uint32_t begin = line_begin(at);
  return only_blank(text_.substr(begin, at - begin));
}

bool Draft::ends_line(std::uint32_t at) const { return only_blank(text_.substr(at, line_end(at) - at)); }

std::vector<std::string_view> Draft::comments_in(std::uint32_t begin, std::uint32_t end) const {
  std::vector<std::string_view> found;
  for (const Span& comment : comments_) {
    if (comment.begin >= begin && comment.begin < end)
      found.push_back(text_.substr(comment.begin, comment.end - comment.begin));
  }
  return found;
}

std::string Draft::comment_lines(std::uint32_t begin, std::uint32_t end, std::string_view indentation) const {
  std::string lines;
  for (const std::string_view comment : comments_in(begin, end)) {
    lines += indentation;
    lines += comment;
    lines += layout_.line_end;
  }
  return lines;
}

void Draft::replace(std::uint32_t begin, std::uint32_t end, std::string text) {
  // Those at one place stay in the order in which they were asked for.
  const auto later = [](std::uint32_t at, const Change& change) { return at < change.begin; };
  changes_.insert(std::upper_bound(changes_.begin(), changes_.end(), begin, later), {begin, end, std::move(text)});
}

void Draft::insert_lines(std::uint32_t at, const std::string& lines) {
  const std::uint32_t end = line_end(at);
  insert(end, std::string(layout_.line_end) + lines);
  if (end < text_.size() || !open_scalar_) return;
  // The line end that comes behind such a scalar must not become part of it.
  const std::string_view header = text_.substr(open_scalar_->begin, open_scalar_->end - open_scalar_->begin);
  if (header.find('-') != std::string_view::npos) return;
  std::string stripped = "-";
  for (const char c : header) {
    if (c != '+') stripped += c;
  }
  replace(open_scalar_->begin, open_scalar_->end, stripped);
}

std::string Draft::finish() const {
  std::string out;
  std::uint32_t from = 0;
  for (const Change& change : changes_) {
    out += text_.substr(from, std::max(change.begin, from) - from);
    out += change.text;
    from = std::max(from, change.end);
  }
  return out.append(text_.substr(from));
}

std::uint32_t behind_colon(const Draft& draft, const Part& key) {
  const std::uint32_t colon = skip_blank(draft.text(), key.end);
  return draft.at(colon) == ':' ? colon + 1 : 0;
}

bool is_explicit(std::string_view text, const Part& key) {
  std::uint32_t at = key.begin;
  while (at > 0 && (text[at - 1] == ' ' || text[at - 1] == '\t')) --at;
  return at > 0 && text[at - 1] == '?';
}

std::uint32_t dash_of(const Draft& draft, const Part& list, std::size_t index) {
  return index == 0 ? list.content : skip_blank(draft.text(), list.children[index - 1].end);
}

std::string scalar_text(const Draft& draft, const std::string& text, bool verbatim, bool flow, Style like) {
  if (verbatim) return text;
  if (draft.layout().json) return double_quoted(text, true);
  if (like == Style::double_quoted) return double_quoted(text, false);
  if (like == Style::single_quoted && fits_single_quotes(text)) return single_quoted(text);
  const bool plain = plain_is_string(text) && !(flow && text.find(':') != std::string::npos);
  return plain ? text : double_quoted(text, false);
}

std::string key_literal(const Draft& draft, std::string_view key, bool flow) {
  return scalar_text(draft, std::string(key), false, flow, Style::plain);
}

namespace {

std::string list_text(const Draft& draft, const std::vector<std::string>& items, bool verbatim,
                      std::string_view indentation) {
  if (items.empty()) return "[]";
  const Layout& layout = draft.layout();
  std::string out = "[";
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (layout.lines) {
      if (i > 0) out += ',';
      out.append(layout.line_end).append(indentation).append(layout.unit);
    } else if (i > 0) {
      out += layout.comma;
    }
    out += scalar_text(draft, items[i], verbatim, true, Style::plain);
  }
  if (layout.lines) out.append(layout.line_end).append(indentation);
  return out + ']';
}

}  // namespace

std::string inline_text(const Draft& draft, const Literal& literal, bool flow, Style like,
                        std::string_view indentation) {
  switch (literal.shape) {
    case Literal::Shape::empty_mapping:
      return "{}";
    case Literal::Shape::strings:
      return list_text(draft, literal.texts, false, indentation);
    case Literal::Shape::string:
    case Literal::Shape::verbatim:
      break;
  }
  return scalar_text(draft, literal.texts[0], literal.shape == Literal::Shape::verbatim, flow, like);
}

std::string flow_value(const Draft& draft, const Growth& growth, std::size_t from, std::string_view indentation) {
  const Layout& layout = draft.layout();
  const std::string inner = std::string(indentation) + layout.unit;
  const std::string open = layout.lines ? std::string(layout.line_end) + inner : "";
  const std::string close = layout.lines ? std::string(layout.line_end).append(indentation) : "";
  if (from < growth.keys.size()) {
    return "{" + open + key_literal(draft, growth.keys[from], true) + std::string(layout.colon) +
           flow_value(draft, growth, from + 1, inner) + close + "}";
  }
  if (growth.as_item)
    return "[" + open + inline_text(draft, *growth.literal, true, Style::plain, inner) + close + "]";
  return inline_text(draft, *growth.literal, true, Style::plain, indentation);
}

std::string block_member(const Draft& draft, const Growth& growth, std::size_t column) {
  const Layout& layout = draft.layout();
  std::string out;
  for (std::size_t i = 0; i < growth.keys.size(); ++i) {
    if (i > 0) {
      column += layout.unit.size();
      out.append(layout.line_end).append(column, ' ');
    }
    out += key_literal(draft, growth.keys[i], false) + ":";
  }
  const Literal& literal = *growth.literal;
  if (growth.as_item || (literal.shape == Literal::Shape::strings && !literal.texts.empty())) {
    return out.append(layout.line_end).append(list_lines(draft, growth, column + layout.list_indent));
  }
  return out + " " + inline_text(draft, literal, false, Style::plain, "");
}

std::string list_lines(const Draft& draft, const Growth& growth, std::size_t dash_column) {
  const Literal& literal = *growth.literal;
  std::string out;
  const auto item = [&](const std::string& text) {
    if (!out.empty()) out += draft.layout().line_end;
    out.append(dash_column, ' ').append("- ").append(text);
  };
  if (growth.as_item) {
    item(inline_text(draft, literal, false, Style::plain, ""));
  } else {
    for (const std::string& text : literal.texts) item(scalar_text(draft, text, false, false, Style::plain));
  }
  return out;
}

}  // namespace bulwark::document::editing

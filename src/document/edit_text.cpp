#include "document/edit_text.h"

#include <algorithm>

#include "document/json_writer.h"
#include "document/scalar.h"

namespace bulwark::document::editing {

std::uint32_t Draft::line_begin(std::uint32_t at) const {
  if (at == 0) return 0;
  const std::size_t newline = text.rfind('\n', at - 1);
  return newline == std::string_view::npos ? 0 : static_cast<std::uint32_t>(newline + 1);
}

std::uint32_t Draft::line_break(std::uint32_t at) const {
  const std::size_t newline = text.find('\n', at);
  if (newline == std::string_view::npos) return static_cast<std::uint32_t>(text.size());
  const bool carriage = newline > at && text[newline - 1] == '\r';
  return static_cast<std::uint32_t>(newline - (carriage ? 1 : 0));
}

std::uint32_t Draft::next_line(std::uint32_t at) const {
  const std::size_t newline = text.find('\n', at);
  return static_cast<std::uint32_t>(newline == std::string_view::npos ? text.size() : newline + 1);
}

bool Draft::is_first_on_line(std::uint32_t at) const {
  const std::uint32_t from = line_begin(at);
  return text.substr(from, at - from).find_first_not_of(" \t") == std::string_view::npos;
}

bool is_block(const Node& node) {
  return node.style() == Style::block && (node.is_mapping() || node.is_sequence());
}

namespace {

// The smallest indentation of a block mapping within another one; 0 when there is none.
std::uint32_t nesting_step(const Draft& draft, const Node& node) {
  if (!is_block(node)) return 0;
  for (const Node& item : node.items()) {
    if (const std::uint32_t step = nesting_step(draft, item); step > 0) return step;
  }
  const auto members = node.members();
  for (const Member& member : members) {
    if (!is_block(member.value)) continue;
    if (member.value.is_mapping() && !member.value.members().empty()) {
      const std::uint32_t outer = draft.column(member.key.begin());
      const std::uint32_t inner = draft.column(member.value.members().front().key.begin());
      if (inner > outer) return inner - outer;
    }
    if (const std::uint32_t step = nesting_step(draft, member.value); step > 0) return step;
  }
  return 0;
}

void scalar_spans(const Node& node, std::vector<Span>& spans) {
  if (node.is_shared() && !node.is_mapping() && !node.is_sequence()) return;
  for (const Node& item : node.items()) scalar_spans(item, spans);
  for (const Member& member : node.members()) {
    if (member.key.is_shared()) continue;  // merged from elsewhere
    spans.push_back(member.key.span());
    scalar_spans(member.value, spans);
  }
  if (!node.is_mapping() && !node.is_sequence()) spans.push_back(node.span());
}

}  // namespace

Draft make_draft(std::string_view text, const Node& root) {
  Draft draft{.text = text, .root = root, .line_end = "\n"};
  const std::size_t newline = text.find('\n');
  if (newline != std::string_view::npos && newline > 0 && text[newline - 1] == '\r') draft.line_end = "\r\n";
  draft.json = root.style() == Style::json;
  if (const std::uint32_t step = nesting_step(draft, root); step > 0) draft.step = step;
  return draft;
}

std::uint32_t content_end(const Draft& draft, const Node& node) {
  // An alias has its own span; what it names stands elsewhere.
  if (node.is_shared()) return node.end();
  if (is_block(node)) {
    const auto items = node.items();
    if (!items.empty()) {
      std::uint32_t end = content_end(draft, items.back());
      // An empty last item is but a dash.
      if (end <= node.begin()) end = node.begin() + 1;
      return end;
    }
    // Merged members stand elsewhere; take the last that stands here.
    std::uint32_t end = node.begin();
    for (const Member& member : node.members()) {
      if (member.key.is_shared()) continue;
      end = std::max({end, member.key.end(), content_end(draft, member.value)});
    }
    return end;
  }
  std::uint32_t end = node.end();
  if (node.style() == Style::literal || node.style() == Style::folded) {
    while (end > node.begin() && std::string_view(" \t\r\n").find(draft.text[end - 1]) != std::string_view::npos)
      --end;
  }
  return end;
}

std::vector<std::string_view> comments_in(const Draft& draft, std::uint32_t begin, std::uint32_t end) {
  std::vector<std::string_view> comments;
  if (draft.json) return comments;
  std::vector<Span> spans;
  scalar_spans(draft.root, spans);
  std::sort(spans.begin(), spans.end(), [](Span a, Span b) { return a.begin < b.begin; });
  std::size_t next = 0;
  for (std::uint32_t at = begin; at < end;) {
    const std::size_t found = draft.text.find('#', at);
    if (found == std::string_view::npos || found >= end) break;
    const auto hash = static_cast<std::uint32_t>(found);
    while (next < spans.size() && spans[next].end <= hash) ++next;
    if (next < spans.size() && spans[next].begin <= hash) {
      at = spans[next].end;
      continue;
    }
    const bool starts =
        hash == 0 || std::string_view(" \t\n").find(draft.text[hash - 1]) != std::string_view::npos;
    const std::uint32_t stop = draft.line_break(hash);
    if (starts) comments.push_back(draft.text.substr(hash, stop - hash));
    at = starts ? stop + 1 : hash + 1;
  }
  return comments;
}

namespace {

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

std::string string_text(const Draft& draft, std::string_view text) {
  return draft.json || !plain_is_string(text) ? quoted(text) : std::string(text);
}

}  // namespace

std::string key_text(const Draft& draft, std::string_view key) { return string_text(draft, key); }

std::string inline_text(const Draft& draft, const Literal& value) {
  switch (value.shape) {
    case Literal::Shape::string:
      return string_text(draft, value.texts.front());
    case Literal::Shape::verbatim:
      return value.texts.front();
    case Literal::Shape::empty_mapping:
      return "{}";
    case Literal::Shape::strings:
      break;
  }
  std::string out = "[";
  for (const std::string& text : value.texts) {
    if (out.size() > 1) out += ", ";
    out += string_text(draft, text);
  }
  return out + "]";
}

std::string inline_member(const Draft& draft, std::span<const Step> keys, const Literal& value, bool list_item) {
  std::string out, close;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (i > 0) {
      out += '{';
      close += '}';
    }
    out += key_text(draft, keys[i].key) + ": ";
  }
  const std::string last = inline_text(draft, value);
  return out + (list_item ? "[" + last + "]" : last) + close;
}

std::string block_member(const Draft& draft, std::span<const Step> keys, const Literal& value, bool list_item,
                         std::uint32_t indent) {
  std::string out;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (i > 0) out += draft.line_end;
    out += std::string(indent + i * draft.step, ' ') + key_text(draft, keys[i].key) + ":";
  }
  const auto deepest = static_cast<std::uint32_t>(indent + (keys.size() - 1) * draft.step);
  const bool lines = list_item || (value.shape == Literal::Shape::strings && !value.texts.empty());
  if (!lines) return out + " " + inline_text(draft, value);
  const auto item = [&](const std::string& text) {
    out += draft.line_end;
    out += std::string(deepest + draft.step, ' ') + "- " + text;
  };
  if (list_item) {
    item(inline_text(draft, value));
  } else {
    for (const std::string& text : value.texts) item(string_text(draft, text));
  }
  return out;
}

}  // namespace bulwark::document::editing

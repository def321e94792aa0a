#include "document/edit_parts.h"

#include <yaml.h>

#include <algorithm>

#include "document/offset_map.h"

namespace bulwark::document::editing {

namespace {

Style style_of(yaml_scalar_style_t style) {
  switch (style) {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE:
      return Style::single_quoted;
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
      return Style::double_quoted;
    case YAML_LITERAL_SCALAR_STYLE:
      return Style::literal;
    case YAML_FOLDED_SCALAR_STYLE:
      return Style::folded;
    default:
      return Style::plain;
  }
}

// libyaml ends a block scalar at the line after it and its blank lines; the written text ends earlier, unless the
// blank lines count (|+, or lines of spaces).
std::uint32_t block_scalar_end(std::string_view text, std::uint32_t begin, std::uint32_t end) {
  const std::size_t header_end = std::min<std::size_t>(text.find('\n', begin), end);
  const std::string_view header = text.substr(begin, header_end - begin);
  const bool keeps = header.substr(0, header.find('#')).find('+') != std::string_view::npos;
  std::size_t last = end;
  while (last > header_end && (text[last - 1] == '\n' || text[last - 1] == '\r')) --last;
  const std::size_t written = text.substr(0, end).find_last_not_of(" \r\n");
  const std::size_t line = text.find('\n', written);
  const bool spaces = written >= header_end && line != std::string_view::npos && line < last;
  if (!keeps && !spaces) return static_cast<std::uint32_t>(std::max(last, std::min<std::size_t>(header_end, end)));
  std::size_t all = end;
  if (all > header_end && text[all - 1] == '\n') --all;
  if (all > header_end && text[all - 1] == '\r') --all;
  return static_cast<std::uint32_t>(all);
}

class PartsBuilder {
 public:
  explicit PartsBuilder(std::string_view text) : text_(text), map_(text, 0) {}

  void take(const yaml_event_t& e) {
    switch (e.type) {
      case YAML_SCALAR_EVENT: {
        const auto& s = e.data.scalar;
        Part part = start(e, Part::What::scalar, s.anchor, s.tag);
        part.style = style_of(s.style);
        part.text.assign(reinterpret_cast<const char*>(s.value), s.length);
        part.kind = part.style == Style::plain && !part.tagged ? resolve_plain(part.text) : Kind::string;
        part.end = map_.offset(e.end_mark.index);
        part.content = std::min(part.content, part.end);
        if (part.is_block_scalar()) part.end = block_scalar_end(text_, part.content, part.end);
        add(std::move(part));
        break;
      }
      case YAML_ALIAS_EVENT: {
        Part part = start(e, Part::What::alias, nullptr, nullptr);
        part.end = map_.offset(e.end_mark.index);
        add(std::move(part));
        break;
      }
      case YAML_SEQUENCE_START_EVENT: {
        const auto& s = e.data.sequence_start;
        open_.push_back(start(e, Part::What::sequence, s.anchor, s.tag));
        open_.back().style = s.style == YAML_FLOW_SEQUENCE_STYLE ? Style::flow : Style::block;
        break;
      }
      case YAML_MAPPING_START_EVENT: {
        const auto& s = e.data.mapping_start;
        open_.push_back(start(e, Part::What::mapping, s.anchor, s.tag));
        open_.back().style = s.style == YAML_FLOW_MAPPING_STYLE ? Style::flow : Style::block;
        break;
      }
      case YAML_SEQUENCE_END_EVENT:
      case YAML_MAPPING_END_EVENT: {
        Part part = std::move(open_.back());
        open_.pop_back();
        const bool block = part.style == Style::block && !part.children.empty();
        part.end = block ? part.children.back().end : map_.offset(e.end_mark.index);
        add(std::move(part));
        break;
      }
      default:
        break;
    }
  }

  Part root;

 private:
  Part start(const yaml_event_t& e, Part::What what, const yaml_char_t* anchor, const yaml_char_t* tag) {
    Part part;
    part.what = what;
    part.begin = part.content = map_.offset(e.start_mark.index);
    part.tagged = tag != nullptr;
    for (int properties = (anchor != nullptr) + (tag != nullptr); properties > 0; --properties) {
      std::uint32_t at = part.content;
      while (at < text_.size() && std::string_view(" \t\r\n,[]{}").find(text_[at]) == std::string_view::npos) ++at;
      if (text_[part.content] == '&') part.anchor = text_.substr(part.content + 1UL, at - part.content - 1);
      part.content = skip_blank(text_, at);
    }
    return part;
  }

  void add(Part part) {
    if (open_.empty()) {
      root = std::move(part);
      return;
    }
    Part& parent = open_.back();
    if (parent.what == Part::What::mapping) {
      if (parent.children.size() % 2 == 0) {
        if (part.what == Part::What::scalar) part.text = key_text(part.kind, part.text);
      } else if (part.begin == part.end) {
        // libyaml puts an empty value of a flow map at the next token; it belongs behind the colon.
        const std::uint32_t key_end = parent.children.back().end;
        const std::uint32_t colon = skip_blank(text_, key_end);
        const bool has_colon = colon < text_.size() && text_[colon] == ':';
        part.begin = part.content = part.end = has_colon ? colon + 1 : key_end;
      }
    }
    parent.children.push_back(std::move(part));
  }

  std::string_view text_;
  OffsetMap map_;
  std::vector<Part> open_;
};

void collect_leaves(const Part& part, std::vector<const Part*>& leaves) {
  if (!part.is_collection()) leaves.push_back(&part);
  for (const Part& child : part.children) collect_leaves(child, leaves);
}

std::uint32_t line_end(std::string_view text, std::size_t at) {
  std::size_t end = std::min(text.find('\n', at), text.size());
  if (end > at && text[end - 1] == '\r') --end;
  return static_cast<std::uint32_t>(end);
}

// Comments between two tokens: # at the start or behind anything but the inside of a tag.
void comments_between(std::string_view text, std::uint32_t from, std::uint32_t to, std::vector<Span>& out) {
  for (std::uint32_t at = from; at < to; ++at) {
    if (text[at] != '#') continue;
    if (at > from && std::string_view(" \t\r\n,[]{}").find(text[at - 1]) == std::string_view::npos) continue;
    out.push_back({at, line_end(text, at)});
    at = out.back().end;
  }
}

}  // namespace

std::uint32_t skip_blank(std::string_view text, std::uint32_t at) {
  while (at < text.size()) {
    if (text[at] == '#') {
      at = static_cast<std::uint32_t>(std::min(text.find('\n', at), text.size()));
    } else if (text[at] == ' ' || text[at] == '\t' || text[at] == '\r' || text[at] == '\n') {
      ++at;
    } else {
      break;
    }
  }
  return at;
}

std::vector<Span> find_comments(std::string_view text, const Part& root) {
  std::vector<const Part*> leaves;
  collect_leaves(root, leaves);
  std::vector<Span> comments;
  std::uint32_t from = 0;
  for (const Part* leaf : leaves) {
    comments_between(text, from, leaf->content, comments);
    from = std::max(from, leaf->end);
    if (!leaf->is_block_scalar()) continue;
    // The header of a block scalar may have a comment.
    const std::uint32_t header = line_end(text, leaf->content);
    const std::size_t mark = text.substr(0, header).find(" #", leaf->content);
    if (mark != std::string_view::npos) comments.push_back({static_cast<std::uint32_t>(mark + 1), header});
  }
  comments_between(text, from, static_cast<std::uint32_t>(text.size()), comments);
  return comments;
}

base::Result<Part> parse_yaml_parts(std::string_view text) {
  yaml_parser_t parser;
  if (yaml_parser_initialize(&parser) == 0) return base::fail("no memory for a YAML parser");
  yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(&parser, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  PartsBuilder builder(text);
  bool done = false, failed = false;
  while (!done && !failed) {
    yaml_event_t event;
    if (yaml_parser_parse(&parser, &event) == 0) {
      failed = true;
      break;
    }
    builder.take(event);
    done = event.type == YAML_STREAM_END_EVENT;
    yaml_event_delete(&event);
  }
  yaml_parser_delete(&parser);
  if (failed) return base::fail("the text does not parse");
  return std::move(builder.root);
}

Part json_parts(const Node& root) {
  Part part;
  part.style = Style::json;
  part.kind = root.kind();
  part.begin = part.content = root.begin();
  part.end = root.end();
  part.text = root.text();
  if (root.is_sequence()) part.what = Part::What::sequence;
  if (root.is_mapping()) part.what = Part::What::mapping;
  for (const Node& item : root.items()) part.children.push_back(json_parts(item));
  for (const Member& member : root.members()) {
    part.children.push_back(json_parts(member.key));
    part.children.push_back(json_parts(member.value));
  }
  return part;
}

}  // namespace bulwark::document::editing

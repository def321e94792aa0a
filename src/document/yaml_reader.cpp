// YAML through libyaml's events: the same grammar as go-yaml, which is a port of it, so what Bulwark reads is what
// the API server's clients read. libyaml counts positions in characters; OffsetMap turns them into bytes.
#include <yaml.h>

#include <algorithm>
#include <memory>

#include "base/text.h"
#include "document/offset_map.h"
#include "document/reader.h"
#include "document/tree_builder.h"

namespace bulwark::document {

namespace {

bool is_marker(std::string_view text, std::size_t at) {
  return text.compare(at, 3, "---") == 0 &&
         (at + 3 >= text.size() || std::string_view(" \t\r\n").find(text[at + 3]) != std::string_view::npos);
}

// Offset of the next line that is a document marker, from `from` on (the start of a line, or anything before one).
std::size_t next_marker(std::string_view text, std::size_t from) {
  for (std::size_t at = from == 0 ? 0 : text.find('\n', from - 1);;) {
    if (at == std::string_view::npos) return text.size();
    if (text[at] == '\n') ++at;
    if (at < text.size() && is_marker(text, at)) return at;
    at = text.find("\n---", at);
  }
}

// Whether the line before a marker is a %directive, which belongs to the document that the marker begins.
bool follows_directive(std::string_view text, std::size_t marker) {
  std::size_t end = marker;
  while (end > 0) {
    const std::size_t begin = text.rfind('\n', end - 1 == 0 ? 0 : end - 2);
    const std::size_t from = begin == std::string_view::npos || end < 2 ? 0 : begin + 1;
    const std::string_view line = base::trim(text.substr(from, end - from));
    if (!line.empty() && line.front() == '%') return true;
    if (!line.empty() && line.front() != '#') return false;
    end = from;
  }
  return false;
}

class Parser {
 public:
  explicit Parser(std::string_view text) {
    yaml_parser_initialize(&parser_);
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  }
  ~Parser() { yaml_parser_delete(&parser_); }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  yaml_parser_t& get() { return parser_; }

 private:
  yaml_parser_t parser_{};
};

class Event {
 public:
  Event() = default;
  ~Event() { clear(); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  void clear() {
    if (full_) yaml_event_delete(&event_);
    full_ = false;
  }
  bool next(yaml_parser_t& parser) {
    clear();
    full_ = yaml_parser_parse(&parser, &event_) != 0;
    return full_;
  }
  const yaml_event_t& get() const { return event_; }

 private:
  yaml_event_t event_{};
  bool full_ = false;
};

std::string_view view(const yaml_char_t* text) {
  return text == nullptr ? std::string_view{} : std::string_view(reinterpret_cast<const char*>(text));
}

Style scalar_style(yaml_scalar_style_t style) {
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

constexpr std::string_view core_tag = "tag:yaml.org,2002:";

// A date as go-yaml takes it for !!timestamp: 2001-12-14, with a time behind it or without.
bool is_timestamp(std::string_view text) {
  const auto digits = [&](std::size_t most) {
    std::size_t n = 0;
    while (n < text.size() && n < most && text[n] >= '0' && text[n] <= '9') ++n;
    text.remove_prefix(n);
    return n;
  };
  const auto dash = [&] {
    if (!text.starts_with('-')) return false;
    text.remove_prefix(1);
    return true;
  };
  return digits(4) == 4 && dash() && digits(2) > 0 && dash() && digits(2) > 0 &&
         (text.empty() || text.front() == 'T' || text.front() == 't' || text.front() == ' ');
}

// The kind of a scalar by its tag, style and text, as go-yaml's resolve() has it.
std::string_view scalar_kind(const yaml_event_t& event, std::string_view text, Kind& kind) {
  const std::string_view tag = view(event.data.scalar.tag);
  if (tag.empty() || tag == "!") {
    kind = event.data.scalar.plain_implicit != 0 && tag.empty() ? resolve_plain(text) : Kind::string;
    return {};
  }
  kind = Kind::string;
  if (!tag.starts_with(core_tag)) return {};
  const std::string_view name = tag.substr(core_tag.size());
  const Kind resolved = resolve_plain(text);
  bool fits = true;
  if (name == "null") {
    fits = resolved == Kind::null;
  } else if (name == "bool") {
    fits = resolved == Kind::boolean;
  } else if (name == "int") {
    fits = resolved == Kind::integer;
  } else if (name == "float") {
    std::int64_t ignored = 0;
    fits = resolved == Kind::real || (resolved == Kind::integer && integer_value(text, ignored));
  } else if (name == "timestamp") {
    if (!is_timestamp(text)) return "this text cannot be what its tag says";
    return {};
  } else {
    return {};
  }
  if (!fits) return "this text cannot be what its tag says";
  kind = resolved;
  return {};
}

// Base64 with padding, as Go's base64.StdEncoding reads it: line ends do not count.
bool decode_base64(std::string_view text, std::string& out) {
  std::uint32_t bits = 0;
  constexpr int ended = 5;
  int have = 0, padding = 0;
  for (const char c : text) {
    if (c == '\n' || c == '\r') continue;
    if (have == ended) return false;
    std::uint32_t value = 0;
    if (c >= 'A' && c <= 'Z') {
      value = static_cast<std::uint32_t>(c - 'A');
    } else if (c >= 'a' && c <= 'z') {
      value = static_cast<std::uint32_t>(c - 'a') + 26;
    } else if (c >= '0' && c <= '9') {
      value = static_cast<std::uint32_t>(c - '0') + 52;
    } else if (c == '+' || c == '/') {
      value = c == '+' ? 62 : 63;
    } else if (c != '=' || have < 2) {
      return false;
    }
    if (padding > 0 && c != '=') return false;
    padding += c == '=' ? 1 : 0;
    bits = bits << 6 | value;
    if (++have < 4) continue;
    for (int i = 0; i < 3 - padding; ++i) out += static_cast<char>(bits >> (16 - 8 * i) & 0xFF);
    have = padding > 0 ? ended : 0;
    bits = 0;
  }
  return have == 0 || have == ended;
}

// Go's JSON encoder writes bytes that are not UTF-8 as U+FFFD each.
std::string as_utf8(std::string_view text) {
  std::string out;
  for (std::size_t bad = 0; !base::is_utf8(text, &bad); text.remove_prefix(bad + 1)) {
    out.append(text.substr(0, bad)).append("\xEF\xBF\xBD");
  }
  return out.append(text);
}

// Reads documents with one parser until the end of the unit or an error; returns where the error stands.
class UnitReader {
 public:
  UnitReader(const Source& source, Unit unit, base::Arena& arena, const Limits& limits, DocumentSink& sink)
      : text_(source.text(unit)),
        begin_(unit.begin),
        map_(text_, unit.begin),
        arena_(arena),
        builder_(arena, limits),
        sink_(sink) {}

  // True at the end of the unit; false after an error, with `stopped_at` as an offset into the source.
  bool read(std::uint32_t& stopped_at) {
    Parser parser(text_);
    Event event;
    for (;;) {
      if (!event.next(parser.get())) {
        const yaml_parser_t& p = parser.get();
        // A reader error (bad bytes) counts bytes; all others have a mark in characters.
        const bool reader = p.error == YAML_READER_ERROR;
        const auto bad_byte = begin_ + static_cast<std::uint32_t>(std::min(p.problem_offset, text_.size()));
        const std::uint32_t at = reader ? bad_byte : map_.offset(p.problem_mark.index);
        std::string message = p.problem == nullptr ? "cannot be parsed" : p.problem;
        if (p.context != nullptr) message += std::string(" ") + p.context;
        sink_.on_problem({Problem::Severity::error, at, "not YAML: " + message});
        stopped_at = at;
        return false;
      }
      const yaml_event_t& e = event.get();
      const std::string_view wrong = handle(e);
      if (!wrong.empty()) {
        stopped_at = map_.offset(e.start_mark.index);
        const std::uint32_t at = builder_.wrong_at(stopped_at);
        sink_.on_problem({Problem::Severity::error, at, std::string(wrong)});
        return false;
      }
      if (e.type == YAML_STREAM_END_EVENT) return true;
    }
  }

 private:
  Span span(const yaml_event_t& e) const {
    return {map_.offset(e.start_mark.index), map_.offset(e.end_mark.index)};
  }

  std::string_view anchor(const yaml_char_t* name) {
    return name == nullptr ? std::string_view{} : arena_.copy(view(name));
  }

  // libyaml owns a scalar's text; ours stays in the source where it stands there letter by letter.
  std::string_view keep(std::string_view text, Span span, bool quoted) {
    const std::uint32_t from = span.begin - begin_ + (quoted ? 1 : 0);
    if (text_.compare(std::min<std::size_t>(from, text_.size()), text.size(), text) == 0)
      return text_.substr(from, text.size());
    return arena_.copy(text);
  }

  std::string_view scalar(const yaml_event_t& e) {
    const auto& s = e.data.scalar;
    const std::string_view text(reinterpret_cast<const char*>(s.value), s.length);
    // A << that a tag makes a plain string is no merge key; nothing else asks for the style of a tagged scalar.
    const bool tagged = s.tag != nullptr && view(s.tag) != "tag:yaml.org,2002:merge";
    const Style style =
        tagged && s.style == YAML_PLAIN_SCALAR_STYLE ? Style::double_quoted : scalar_style(s.style);
    Kind kind = Kind::string;
    if (const auto wrong = scalar_kind(e, text, kind); !wrong.empty()) return wrong;
    const Span where = span(e);
    if (tagged && view(s.tag) == "tag:yaml.org,2002:binary") {
      std::string decoded;
      if (!decode_base64(text, decoded)) return "this !!binary value is not base64";
      return builder_.scalar(kind, style, arena_.copy(as_utf8(decoded)), where, anchor(s.anchor));
    }
    const bool quoted = style == Style::single_quoted || style == Style::double_quoted;
    return builder_.scalar(kind, style, keep(text, where, quoted), where, anchor(s.anchor));
  }

  std::string_view handle(const yaml_event_t& e) {
    switch (e.type) {
      case YAML_DOCUMENT_START_EVENT:
        arena_.reset();
        builder_.start_document();
        return {};
      case YAML_DOCUMENT_END_EVENT:
        for (const auto& [at, key] : builder_.duplicates()) {
          sink_.on_problem({Problem::Severity::warning, at,
                            "the key \"" + std::string(key) + "\" stands twice in this map; the last one counts"});
        }
        sink_.on_document(builder_.root());
        return {};
      case YAML_ALIAS_EVENT:
        return builder_.alias(view(e.data.alias.anchor), span(e));
      case YAML_SCALAR_EVENT:
        return scalar(e);
      case YAML_SEQUENCE_START_EVENT:
        return builder_.begin(Kind::sequence,
                              e.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE ? Style::flow : Style::block,
                              map_.offset(e.start_mark.index), anchor(e.data.sequence_start.anchor));
      case YAML_MAPPING_START_EVENT:
        return builder_.begin(Kind::mapping,
                              e.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE ? Style::flow : Style::block,
                              map_.offset(e.start_mark.index), anchor(e.data.mapping_start.anchor));
      case YAML_SEQUENCE_END_EVENT:
      case YAML_MAPPING_END_EVENT:
        return builder_.end(map_.offset(e.end_mark.index));
      default:
        return {};
    }
  }

  std::string_view text_;
  std::uint32_t begin_;
  OffsetMap map_;
  base::Arena& arena_;
  TreeBuilder builder_;
  DocumentSink& sink_;
};

}  // namespace

std::vector<Unit> split_yaml(std::string_view text, std::uint32_t target) {
  std::vector<Unit> units;
  std::size_t begin = 0;
  while (begin < text.size()) {
    std::size_t end = begin + std::max<std::uint32_t>(target, 1);
    do end = end >= text.size() ? text.size() : next_marker(text, end);
    while (end < text.size() && follows_directive(text, end) && ++end != 0);
    units.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)});
    begin = end;
  }
  return units;
}

namespace {

// Where a unit must be cut because a byte order mark begins one of its documents, as in files that were joined:
// libyaml takes one at the start of its input only. The end of the unit when there is none.
std::size_t find_inner_mark(std::string_view text) {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  for (std::size_t at = text.find(mark, 1); at != std::string_view::npos; at = text.find(mark, at + 1)) {
    if (text[at - 1] != '\n') continue;
    const std::size_t line = at < 2 ? std::string_view::npos : text.rfind('\n', at - 2);
    if (is_marker(text, line == std::string_view::npos ? 0 : line + 1)) return at;
  }
  return text.size();
}

void read_run(const Source& source, Unit unit, base::Arena& arena, const Limits& limits, DocumentSink& sink) {
  std::uint32_t stopped_at = 0;
  if (UnitReader(source, unit, arena, limits, sink).read(stopped_at)) return;
  // Document by document from here on, so that many bad ones cost no more than good ones.
  const std::string_view text = source.text(unit);
  const std::size_t from = std::max<std::size_t>(stopped_at - unit.begin, 1);
  const auto resumed = static_cast<std::uint32_t>(next_marker(text, std::min(from, text.size())));
  for (const Unit& piece : split_yaml(text.substr(resumed), 1)) {
    const std::uint32_t base = unit.begin + resumed;
    UnitReader(source, {base + piece.begin, base + piece.end}, arena, limits, sink).read(stopped_at);
  }
}

}  // namespace

void read_yaml(const Source& source, Unit unit, base::Arena& arena, const Limits& limits, DocumentSink& sink) {
  while (unit.begin < unit.end) {
    const std::string_view text = source.text(unit);
    const std::size_t mark = find_inner_mark(text);
    std::size_t end = mark;
    if (mark < text.size()) {
      // The marker line before it would make an empty document.
      const std::size_t line = text.rfind('\n', mark - 2);
      end = line == std::string_view::npos ? 0 : line + 1;
    }
    if (end > 0) read_run(source, {unit.begin, unit.begin + static_cast<std::uint32_t>(end)}, arena, limits, sink);
    unit.begin += static_cast<std::uint32_t>(mark);
  }
}

}  // namespace bulwark::document

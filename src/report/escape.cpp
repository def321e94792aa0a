#include "report/escape.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "base/text.h"

namespace bulwark::report {

namespace {

bool is_plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x7F;
}

// The code point of well-formed UTF-8 at `at`, and its length in bytes; length 0 when there is none.
std::uint32_t decode(std::string_view text, std::size_t at, std::size_t& length) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
  const std::uint32_t first = byte(at);
  length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (at + length > text.size() || !base::is_utf8(text.substr(at, length))) {
    length = 0;
    return 0;
  }
  if (length == 1) return first;
  std::uint32_t point = first & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) point = point << 6 | (byte(at + i) & 0x3F);
  return point;
}

// C1 controls, zero-width and direction controls (https://trojansource.codes), line separators, tags, byte order
// mark, and what XML 1.0 does not allow.
bool is_invisible(std::uint32_t c) {
  return (c >= 0x80 && c < 0xA0) || c == 0xAD || c == 0x61C || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c & 0xFFFE) == 0xFFFE ||
         (c >= 0xE0000 && c < 0xE0080);
}

}  // namespace

void append_visible(std::string& out, std::string_view text, bool keep_lines) {
  std::size_t at = 0;
  while (at < text.size()) {
    const auto* from = text.data() + at;
    const auto* end = std::find_if_not(from, text.data() + text.size(), is_plain);
    out.append(from, end);
    at += static_cast<std::size_t>(end - from);
    if (at == text.size()) return;
    std::size_t length = 0;
    const std::uint32_t point = decode(text, at, length);
    if (length == 0) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(text[at]));
      length = 1;
    } else if (point == '\n' || point == '\t') {
      out += keep_lines ? text[at] : ' ';
    } else if (point < 0x80) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", point);
    } else if (is_invisible(point)) {
      fmt::format_to(std::back_inserter(out), "\\u{{{:x}}}", point);
    } else {
      out.append(text, at, length);
    }
    at += length;
  }
}

std::string visible(std::string_view text) {
  std::string out;
  append_visible(out, text);
  return out;
}

void append_markup(std::string& out, std::string_view text, bool keep_lines) {
  std::size_t from = 0;
  const auto flush = [&](std::size_t to) { append_visible(out, text.substr(from, to - from), keep_lines); };
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string_view reference;
    switch (text[i]) {
      case '&':
        reference = "&amp;";
        break;
      case '<':
        reference = "&lt;";
        break;
      case '>':
        reference = "&gt;";
        break;
      case '"':
        reference = "&quot;";
        break;
      case '\'':
        reference = "&#39;";
        break;
      default:
        continue;
    }
    flush(i);
    out += reference;
    from = i + 1;
  }
  flush(text.size());
}

std::string markup(std::string_view text) {
  std::string out;
  append_markup(out, text);
  return out;
}

std::string markdown_text(std::string_view text) {
  // An empty comment shows as nothing and keeps mentions and bare addresses from becoming links.
  constexpr std::string_view gap = "<!-- -->";
  std::string out;
  const std::string shown = visible(text);
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const char c = shown[i];
    if (c == '<') {
      out += "&lt;";
    } else if (c == '&') {
      out += "&amp;";
    } else if (c == '@' || shown.compare(i, 3, "://") == 0) {
      out += c;
      out += gap;
    } else if (c == '.' && i >= 3 && shown.compare(i - 3, 3, "www") == 0) {
      out += gap;
      out += c;
    } else {
      if (std::string_view("\\`*_[]>|~$#!").contains(c)) out += '\\';
      out += c;
    }
  }
  return out;
}

std::string markdown_code(std::string_view text) {
  std::string inner;
  std::size_t run = 0, longest = 0;
  for (const char c : visible(text)) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
    inner += c;
  }
  if (inner.empty()) return "-";
  const std::string fence(longest + 1, '`');
  const std::string_view space = inner.front() == '`' || inner.back() == '`' ? " " : "";
  return fmt::format("{0}{1}{2}{1}{0}", fence, space, inner);
}

std::string markdown_code_cell(std::string_view text) {
  std::string out;
  for (const char c : markdown_code(text)) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

std::string uri_of_path(std::string_view path) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  while (path.starts_with("./") && path.size() > 2) path.remove_prefix(2);
  std::string uri = path.starts_with('/') ? "file://" : "";
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (alphanumeric || std::string_view("-._~/").contains(c)) {
      uri += c;
    } else {
      uri += '%';
      uri += hex[byte >> 4];
      uri += hex[byte & 15];
    }
  }
  return uri;
}

}  // namespace bulwark::report

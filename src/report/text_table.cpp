#include "report/text_table.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <optional>

namespace bulwark::report {

namespace {

struct Range {
  std::uint32_t first, last;
};

// Unicode 15, EastAsianWidth.txt (W and F) and combining marks, in coarse ranges: enough to keep a caret in place.
constexpr std::array wide{Range{0x1100, 0x115F},   Range{0x2E80, 0x303E},   Range{0x3041, 0xA4CF},
                          Range{0xA960, 0xA97C},   Range{0xAC00, 0xD7A3},   Range{0xF900, 0xFAFF},
                          Range{0xFE30, 0xFE6F},   Range{0xFF00, 0xFF60},   Range{0xFFE0, 0xFFE6},
                          Range{0x1F300, 0x1F64F}, Range{0x1F680, 0x1F6FF}, Range{0x1F900, 0x1F9FF},
                          Range{0x20000, 0x3FFFD}};
constexpr std::array combining{Range{0x300, 0x36F},   Range{0x483, 0x489},   Range{0x591, 0x5BD},
                               Range{0x610, 0x61A},   Range{0x64B, 0x65F},   Range{0xE31, 0xE31},
                               Range{0xE34, 0xE3A},   Range{0x1AB0, 0x1AFF}, Range{0x1DC0, 0x1DFF},
                               Range{0x200B, 0x200F}, Range{0x20D0, 0x20FF}, Range{0xFE00, 0xFE0F},
                               Range{0xFE20, 0xFE2F}};

template <std::size_t n>
bool within(const std::array<Range, n>& ranges, std::uint32_t point) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const Range& range) { return range.first <= point && point <= range.last; });
}

// Bytes of the character at the front and the columns it takes. Bytes that are no UTF-8 count as one column each.
struct Character {
  std::size_t bytes = 1, columns = 1;
};
Character first_of(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return {};
  const std::size_t bytes = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (bytes == 1 || bytes > text.size()) return {};
  std::uint32_t point = lead & (0x7FU >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0) != 0x80) return {};
    point = point << 6 | (next & 0x3FU);
  }
  return {bytes, within(combining, point) ? std::size_t{0}
                 : within(wide, point)    ? std::size_t{2}
                                          : std::size_t{1}};
}

}  // namespace

std::size_t display_width(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const Character character = first_of(text);
    columns += character.columns;
    text.remove_prefix(character.bytes);
  }
  return columns;
}

std::string elide_end(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  const std::size_t keep = width > 3 ? width - 3 : 0;
  std::size_t at = 0, columns = 0;
  while (at < text.size()) {
    const Character character = first_of(text.substr(at));
    if (columns + character.columns > keep) break;
    columns += character.columns;
    at += character.bytes;
  }
  return std::string(text.substr(0, at)) + "...";
}

std::string elide_start(std::string_view text, std::size_t width) {
  std::size_t columns = display_width(text);
  if (columns <= width) return std::string(text);
  const std::size_t keep = width > 3 ? width - 3 : 0;
  while (columns > keep && !text.empty()) {
    const Character character = first_of(text);
    columns -= character.columns;
    text.remove_prefix(character.bytes);
  }
  return "..." + std::string(text);
}

std::vector<std::size_t> TextTable::widths(std::size_t width) const {
  constexpr std::size_t least = 12;
  std::vector<std::size_t> widths;
  widths.reserve(columns_.size());
  for (const Column& column : columns_) widths.push_back(display_width(column.title));
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i].text));
  }
  const std::size_t gaps = columns_.empty() ? 0 : 2 * (columns_.size() - 1);
  while (std::accumulate(widths.begin(), widths.end(), gaps) > width) {
    std::optional<std::size_t> widest;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i].elide == Elide::never || widths[i] <= std::max(least, display_width(columns_[i].title))) {
        continue;
      }
      if (!widest || widths[i] > widths[*widest]) widest = i;
    }
    if (!widest) break;
    --widths[*widest];
  }
  return widths;
}

std::string TextTable::text(std::size_t width, std::string_view title_paint) const {
  constexpr std::string_view plain = "\x1b[0m";
  const std::vector<std::size_t> widths = this->widths(width);
  std::string out;
  const auto put = [&](std::size_t i, std::string_view whole, std::string_view paint) {
    const std::string text = columns_[i].elide == Elide::start ? elide_start(whole, widths[i])
                             : columns_[i].elide == Elide::end ? elide_end(whole, widths[i])
                                                               : std::string(whole);
    const std::string space(widths[i] - std::min(widths[i], display_width(text)), ' ');
    if (i > 0) out += "  ";
    if (columns_[i].align == Align::right) out += space;
    out += paint;
    out += text;
    if (!paint.empty()) out += plain;
    if (columns_[i].align == Align::left && i + 1 < columns_.size()) out += space;
  };
  out += title_paint;
  for (std::size_t i = 0; i < columns_.size(); ++i) put(i, columns_[i].title, {});
  while (out.ends_with(' ')) out.pop_back();
  if (!title_paint.empty()) out += plain;
  out += '\n';
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) put(i, row[i].text, row[i].paint);
    while (out.ends_with(' ')) out.pop_back();
    out += '\n';
  }
  return out;
}

}  // namespace bulwark::report

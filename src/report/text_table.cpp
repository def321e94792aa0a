#include "report/text_table.h"

#include <algorithm>
#include <cstdint>

namespace bulwark::report {

std::size_t display_width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string elide_end(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  std::size_t at = 0, columns = 0;
  const std::size_t keep = width > 3 ? width - 3 : 0;
  while (at < text.size()) {
    if ((static_cast<unsigned char>(text[at]) & 0xC0) != 0x80 && columns++ == keep) break;
    ++at;
  }
  return std::string(text.substr(0, at)) + "...";
}

std::string TextTable::text() const {
  std::vector<std::size_t> widths;
  for (const Column& column : columns_) widths.push_back(display_width(column.title));
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i].text));
  }
  std::string out;
  const auto put = [&](std::size_t i, const std::string& text, std::string_view paint) {
    const std::string space(widths[i] - display_width(text), ' ');
    if (i > 0) out += "  ";
    if (columns_[i].align == Align::right) out += space;
    if (!paint.empty()) out += paint;
    out += text;
    if (!paint.empty()) out += "\x1b[0m";
    if (columns_[i].align == Align::left && i + 1 < columns_.size()) out += space;
  };
  for (std::size_t i = 0; i < columns_.size(); ++i) put(i, columns_[i].title, {});
  out += '\n';
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) put(i, row[i].text, row[i].paint);
    while (out.back() == ' ') out.pop_back();
    out += '\n';
  }
  return out;
}

}  // namespace bulwark::report

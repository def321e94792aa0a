#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace bulwark::report {

// Columns of a terminal that a UTF-8 text takes: two for wide characters of East Asian scripts and emoji, none for
// combining ones. Control characters count as one.
std::size_t display_width(std::string_view text);

// The text cut to `width` columns, with "..." where something is missing, at the end or at the start.
std::string elide_end(std::string_view text, std::size_t width);
std::string elide_start(std::string_view text, std::size_t width);

// A table with aligned columns and two spaces between them. Cells may carry escape sequences of colour through
// `paint`.
class TextTable {
 public:
  enum class Align : std::uint8_t { left, right };
  // What may be left out when the table is too wide.
  enum class Elide : std::uint8_t { never, start, end };
  struct Column {
    std::string title;
    Align align = Align::left;
    Elide elide = Elide::never;
  };
  struct Cell {
    std::string text;
    std::string_view paint = {};  // escape sequence to write before the text; empty: none
  };

  explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}
  void row(std::vector<Cell> cells) { rows_.push_back(std::move(cells)); }
  bool empty() const { return rows_.empty(); }

  // Lines with their ends; the last column is not padded. Columns that may be elided shrink, down to 12 columns
  // each, until the table is at most `width` wide. `title_paint` is the escape sequence of the first line.
  std::string text(std::size_t width = std::numeric_limits<std::size_t>::max(),
                   std::string_view title_paint = {}) const;

 private:
  std::vector<std::size_t> widths(std::size_t width) const;

  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace bulwark::report

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace bulwark::report {

// Columns of a terminal that a UTF-8 text takes; wide and combining characters are not told apart.
std::size_t display_width(std::string_view text);

// The text cut to `width` columns, with "..." where something is missing. Keeps the beginning.
std::string elide_end(std::string_view text, std::size_t width);

// A table with aligned columns and two spaces between them. Cells may carry escape sequences of colour through
// `paint`.
class TextTable {
 public:
  enum class Align : std::uint8_t { left, right };
  struct Column {
    std::string title;
    Align align = Align::left;
  };
  struct Cell {
    std::string text;
    std::string_view paint = {};  // escape sequence to write before the text; empty: none
  };

  explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}
  void row(std::vector<Cell> cells) { rows_.push_back(std::move(cells)); }
  bool empty() const { return rows_.empty(); }

  // Lines with their ends; the last column is not padded.
  std::string text() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace bulwark::report

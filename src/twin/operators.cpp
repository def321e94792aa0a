#include "twin/operators.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "embedded/twin_data.h"

namespace bulwark::twin {

namespace {

constexpr std::string_view header = "group,kind,makes,evicted,scale,primary,source,date";

base::Result<Operator> parse_row(std::string_view line) {
  std::array<std::string_view, 8> cells{};
  std::size_t count = 0;
  for (std::string_view rest = line;;) {
    const std::size_t comma = rest.find(',');
    if (count == cells.size()) return base::fail("there are more than eight cells");
    cells[count++] = rest.substr(0, comma);
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  if (count != cells.size()) return base::fail("there are fewer than eight cells");
  Operator row{
      .group = cells[0], .kind = cells[1], .makes = cells[2], .primary = {}, .source = cells[6], .date = cells[7]};
  if (row.kind.empty() || row.source.empty() || row.date.size() != 10)
    return base::fail("kind, source and date are needed");
  static constexpr std::array made{"Pod", "ReplicaSet", "StatefulSet", "Deployment", "Job"};
  if (std::find(made.begin(), made.end(), row.makes) == made.end())
    return base::fail(fmt::format("makes: {}", row.makes));
  if (cells[3] == "same-name") {
    row.evicted = Evicted::same_name;
  } else if (cells[3] == "again") {
    row.evicted = Evicted::again;
  } else if (cells[3] == "not") {
    row.evicted = Evicted::not_again;
  } else if (!cells[3].empty()) {
    return base::fail(fmt::format("evicted: {}", cells[3]));
  }
  if ((row.makes == "Pod") != (row.evicted != Evicted::built_in))
    return base::fail("evicted is told of pods, and of nothing else");
  if (cells[4] == "yes") {
    row.scale = Operator::Scale::yes;
  } else if (cells[4] == "no") {
    row.scale = Operator::Scale::no;
  } else if (!cells[4].empty()) {
    return base::fail(fmt::format("scale: {}", cells[4]));
  }
  if (!cells[5].empty()) {
    const std::size_t equals = cells[5].find('=');
    if (equals == std::string_view::npos) return base::fail(fmt::format("primary: {}", cells[5]));
    row.primary = {cells[5].substr(0, equals), cells[5].substr(equals + 1)};
  }
  return row;
}

}  // namespace

base::Result<std::vector<Operator>> parse_operators(std::string_view csv) {
  std::vector<Operator> rows;
  bool seen_header = false;
  for (std::uint32_t number = 1; !csv.empty(); ++number) {
    const std::size_t end = std::min(csv.find('\n'), csv.size());
    const std::string_view line = csv.substr(0, end);
    csv.remove_prefix(std::min(end + 1, csv.size()));
    if (line.empty() || line.starts_with('#')) continue;
    const auto wrong = [&](std::string message) {
      return std::unexpected(base::Error{.message = std::move(message), .file = "operators.csv", .line = number});
    };
    if (!seen_header) {
      if (line != header) return wrong(fmt::format("the first row must be {}", header));
      seen_header = true;
      continue;
    }
    auto row = parse_row(line);
    if (!row) return wrong(row.error().message);
    rows.push_back(*row);
  }
  return rows;
}

std::span<const Operator> operators() {
  static const std::vector<Operator> table = [] {
    auto rows = parse_operators(embedded::twin_data::data_operators_csv);
    // The text is part of the program, and a test reads it.
    if (!rows) std::abort();
    return *std::move(rows);
  }();
  return table;
}

const Operator* find_operator(std::string_view group, std::string_view kind) {
  const auto rows = operators();
  const auto found = std::find_if(rows.begin(), rows.end(),
                                  [&](const Operator& each) { return each.group == group && each.kind == kind; });
  return found == rows.end() ? nullptr : &*found;
}

}  // namespace bulwark::twin

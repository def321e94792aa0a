#include "kube/api_lifecycle.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <tuple>

#include "embedded/kube_data.h"

namespace bulwark::kube {

namespace {

constexpr std::string_view kHeader =
    "group,version,kind,introduced,deprecated,removed,replacement_group,replacement_version,replacement_kind,"
    "source";
constexpr std::size_t kColumns = 10;

auto key(const ApiLifecycle& api) {
  return std::tuple(api.group_version.group, api.group_version.version, api.kind);
}

base::Result<std::optional<Minor>> optional_minor(std::string_view text) {
  if (text.empty()) return std::optional<Minor>();
  return std::optional(TRY(Minor::parse(text)));
}

base::Result<ApiLifecycle> parse_row(std::string_view line) {
  std::array<std::string_view, kColumns> cells;
  for (std::size_t i = 0; i < kColumns; ++i) {
    const std::size_t comma = line.find(',');
    if ((comma == std::string_view::npos) != (i + 1 == kColumns)) {
      return base::fail(fmt::format("a row has {} columns", kColumns));
    }
    cells[i] = line.substr(0, comma);
    line.remove_prefix(std::min(line.size(), comma == std::string_view::npos ? line.size() : comma + 1));
  }
  ApiLifecycle api;
  api.group_version = {cells[0], cells[1]};
  api.kind = cells[2];
  api.source = cells[9];
  if (api.group_version.version.empty() || api.kind.empty())
    return base::fail("version and kind must not be empty");
  api.introduced = TRY(Minor::parse(cells[3]));
  api.deprecated = TRY(optional_minor(cells[4]));
  api.removed = TRY(optional_minor(cells[5]));
  if (!cells[7].empty()) {
    api.replacement = GroupVersion{cells[6], cells[7]};
    api.replacement_kind = cells[8];
  }
  return api;
}

}  // namespace

base::Result<std::vector<ApiLifecycle>> parse_api_lifecycles(std::string_view csv) {
  std::vector<ApiLifecycle> out;
  std::uint32_t number = 0;
  bool seen_header = false;
  const auto wrong = [&](std::string message) {
    return std::unexpected(
        base::Error{.message = std::move(message), .file = "api-lifecycle.csv", .line = number});
  };
  while (!csv.empty()) {
    ++number;
    const std::size_t end = std::min(csv.find('\n'), csv.size());
    const std::string_view line = csv.substr(0, end);
    csv.remove_prefix(std::min(end + 1, csv.size()));
    if (line.empty() || line.starts_with('#')) continue;
    if (!seen_header) {
      if (line != kHeader) return wrong(fmt::format("the first row must be {}", kHeader));
      seen_header = true;
      continue;
    }
    auto row = parse_row(line);
    if (!row) return wrong(row.error().message);
    out.push_back(*row);
  }
  std::ranges::sort(out, {}, key);
  const auto twice = std::ranges::adjacent_find(out, {}, key);
  if (twice != out.end()) {
    number = 0;
    return wrong(fmt::format("{} {} is there twice", twice->group_version.text(), twice->kind));
  }
  return out;
}

std::span<const ApiLifecycle> api_lifecycles() {
  static const std::vector<ApiLifecycle> table = [] {
    auto rows = parse_api_lifecycles(embedded::kube_data::data_api_lifecycle_csv);
    // The text is part of the program and a test reads it, so this cannot be reached in a program that passed it.
    if (!rows) std::abort();
    return *std::move(rows);
  }();
  return table;
}

const ApiLifecycle* find_api_lifecycle(std::string_view group, std::string_view version, std::string_view kind) {
  const auto rows = api_lifecycles();
  const std::tuple wanted(group, version, kind);
  const auto found = std::ranges::lower_bound(rows, wanted, {}, key);
  return found != rows.end() && key(*found) == wanted ? &*found : nullptr;
}

const ApiLifecycle* find_replacement(const ApiLifecycle& api, Minor release) {
  const ApiLifecycle* best = nullptr;
  const ApiLifecycle* at = &api;
  // No chain is longer than the table, whatever the table says.
  for (std::size_t i = 0; at->replacement && i < api_lifecycles().size(); ++i) {
    at = find_api_lifecycle(at->replacement->group, at->replacement->version, at->replacement_kind);
    if (at == nullptr) break;
    if (at->exists_in(release)) best = at;
  }
  return best;
}

}  // namespace bulwark::kube

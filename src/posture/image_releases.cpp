#include "posture/image_releases.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "embedded/posture_data.h"

namespace bulwark::posture {

namespace {

struct Row {
  std::string_view repository;
  EndedRelease release;
};

std::vector<Row> read_rows() {
  std::vector<Row> rows;
  std::string_view text = embedded::posture_data::data_images_end_of_life_csv;
  bool header = true;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    if (std::exchange(header, false)) continue;
    std::array<std::string_view, 4> cells;
    for (std::string_view& cell : cells) {
      const std::size_t comma = std::min(line.find(','), line.size());
      cell = line.substr(0, comma);
      line.remove_prefix(std::min(comma + 1, line.size()));
    }
    rows.push_back({cells[0], {cells[2], cells[1], cells[3]}});
  }
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return std::tie(a.repository, a.release.version) < std::tie(b.repository, b.release.version);
  });
  return rows;
}

std::span<const Row> rows_of(std::string_view repository) {
  static const std::vector<Row> rows = read_rows();
  const auto [first, last] =
      std::equal_range(rows.begin(), rows.end(), Row{repository, {}},
                       [](const Row& a, const Row& b) { return a.repository < b.repository; });
  return {first, last};
}

// "18", "18.1", "18-alpine" are of 18; "180" is not.
bool is_of(std::string_view tag, std::string_view version) {
  if (!tag.starts_with(version)) return false;
  return tag.size() == version.size() || tag[version.size()] == '.' || tag[version.size()] == '-';
}

std::optional<EndedRelease> by_name(std::string_view repository, std::string_view tag) {
  for (const Row& row : rows_of(repository)) {
    if (is_of(tag, row.release.version)) return row.release;
  }
  return std::nullopt;
}

// The last `count` parts of a path; nothing when it has fewer.
std::string_view last_parts(std::string_view path, int count) {
  std::size_t from = path.size();
  while (count-- > 0) {
    if (from == 0) return {};
    const std::size_t slash = path.rfind('/', from - 1);
    if (slash == std::string_view::npos) return count == 0 ? path : std::string_view{};
    from = slash;
  }
  return path.substr(from + 1);
}

}  // namespace

std::optional<EndedRelease> ended_release(const ImageReference& image) {
  if (image.tag.empty()) return std::nullopt;
  const bool hub = image.registry.empty() || image.registry == "docker.io" || image.registry == "index.docker.io";
  if (hub && image.repository.find('/') == std::string_view::npos) {
    if (auto found = by_name("library/" + std::string(image.repository), image.tag)) return found;
  }
  for (const int parts : {2, 3}) {
    const std::string_view name = last_parts(image.repository, parts);
    if (name.empty()) continue;
    if (auto found = by_name(name, image.tag)) return found;
  }
  // The parts after the first: 3.12-slim-buster.
  std::string_view rest = image.tag;
  for (std::size_t dash = rest.find('-'); dash != std::string_view::npos; dash = rest.find('-')) {
    rest.remove_prefix(dash + 1);
    const std::string_view part = rest.substr(0, rest.find('-'));
    for (const Row& row : rows_of("*")) {
      if (row.release.version == part) return row.release;
    }
  }
  return std::nullopt;
}

}  // namespace bulwark::posture

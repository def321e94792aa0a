// Myers' greedy algorithm ("An O(ND) Difference Algorithm and Its Variations", 1986) on what is left after the
// common lines at both ends: the edits that Bulwark makes are few, so D is small. Past a bound on D the rest is
// one change.
#include "document/diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace bulwark::document {

namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::size_t length = end == std::string_view::npos ? text.size() : end + 1;
    lines.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return lines;
}

struct Line {
  char mark;  // ' ', '-', '+'
  std::string_view text;
};

using Lines = std::vector<std::string_view>;

// Edit script of the middle parts a and b.
void script(const Lines& a, const Lines& b, std::vector<Line>& out) {
  constexpr int most = 2000;
  const int n = static_cast<int>(a.size()), m = static_cast<int>(b.size());
  const int limit = std::min(n + m, most);
  std::vector<std::vector<int>> trace;
  std::vector<int> furthest(2 * static_cast<std::size_t>(limit) + 2, 0);
  const auto at = [&](std::vector<int>& v, int k) -> int& { return *(v.begin() + k + limit); };
  int distance = -1;
  for (int d = 0; d <= limit && distance < 0; ++d) {
    trace.push_back(furthest);
    for (int k = -d; k <= d; k += 2) {
      const bool down = k == -d || (k != d && at(furthest, k - 1) < at(furthest, k + 1));
      int x = down ? at(furthest, k + 1) : at(furthest, k - 1) + 1;
      int y = x - k;
      while (x < n && y < m && a[static_cast<std::size_t>(x)] == b[static_cast<std::size_t>(y)]) {
        ++x;
        ++y;
      }
      at(furthest, k) = x;
      if (x >= n && y >= m) {
        distance = d;
        break;
      }
    }
  }
  if (distance < 0) {
    for (const auto line : a) out.push_back({'-', line});
    for (const auto line : b) out.push_back({'+', line});
    return;
  }
  std::vector<Line> reversed;
  int x = n, y = m;
  for (int d = distance; d > 0; --d) {
    auto& v = trace[static_cast<std::size_t>(d)];
    const int k = x - y;
    const bool down = k == -d || (k != d && at(v, k - 1) < at(v, k + 1));
    const int from_k = down ? k + 1 : k - 1;
    const int from_x = at(v, from_k), from_y = from_x - from_k;
    while (x > from_x && y > from_y && x > 0 && y > 0 && (down ? x > from_x : x > from_x + 1)) {
      reversed.push_back({' ', a[static_cast<std::size_t>(--x)]});
      --y;
    }
    if (down) {
      reversed.push_back({'+', b[static_cast<std::size_t>(--y)]});
    } else {
      reversed.push_back({'-', a[static_cast<std::size_t>(--x)]});
    }
  }
  while (x > 0) reversed.push_back({' ', a[static_cast<std::size_t>(--x)]});
  out.insert(out.end(), reversed.rbegin(), reversed.rend());
}

void put_line(std::string& out, const Line& line) {
  out += line.mark;
  out += line.text;
  if (!line.text.ends_with('\n')) out += "\n\\ No newline at end of file\n";
}

}  // namespace

std::string unified_diff(std::string_view before, std::string_view after, const DiffOptions& options) {
  if (before == after) return {};
  const Lines a = lines_of(before), b = lines_of(after);
  std::size_t head = 0;
  while (head < a.size() && head < b.size() && a[head] == b[head]) ++head;
  std::size_t tail = 0;
  while (tail + head < a.size() && tail + head < b.size() && a[a.size() - 1 - tail] == b[b.size() - 1 - tail])
    ++tail;

  std::vector<Line> all;
  all.reserve(a.size() + b.size());
  for (std::size_t i = 0; i < head; ++i) all.push_back({' ', a[i]});
  const auto middle = [&](const Lines& lines) {
    return Lines(lines.begin() + static_cast<std::ptrdiff_t>(head),
                 lines.end() - static_cast<std::ptrdiff_t>(tail));
  };
  script(middle(a), middle(b), all);
  for (std::size_t i = a.size() - tail; i < a.size(); ++i) all.push_back({' ', a[i]});

  std::string out = fmt::format("--- {}\n+++ {}\n", options.old_name, options.new_name);
  std::size_t old_line = options.first_line, new_line = options.first_line;
  for (std::size_t i = 0; i < all.size();) {
    if (all[i].mark == ' ') {
      ++i;
      ++old_line;
      ++new_line;
      continue;
    }
    // A hunk: from `context` lines before this change to as many after the last one that is near enough.
    const std::size_t lead = std::min<std::size_t>(options.context, i);
    std::size_t end = i, quiet = 0;
    while (end < all.size() && quiet <= 2UL * options.context) {
      quiet = all[end].mark == ' ' ? quiet + 1 : 0;
      ++end;
    }
    end -= quiet > options.context ? quiet - options.context : 0;
    const std::size_t begin = i - lead;
    std::size_t old_count = 0, new_count = 0;
    std::string body;
    for (std::size_t k = begin; k < end; ++k) {
      if (all[k].mark != '+') ++old_count;
      if (all[k].mark != '-') ++new_count;
      put_line(body, all[k]);
    }
    const std::size_t old_at = old_line - lead, new_at = new_line - lead;
    out += fmt::format("@@ -{},{} +{},{} @@\n", old_count == 0 ? old_at - 1 : old_at, old_count,
                       new_count == 0 ? new_at - 1 : new_at, new_count);
    out += body;
    old_line = old_at + old_count;
    new_line = new_at + new_count;
    i = end;
  }
  return out;
}

}  // namespace bulwark::document

#include "serve/target.h"

#include "base/text.h"

namespace bulwark::serve {

namespace {

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::optional<std::string> decoded(std::string_view text, bool is_query) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int first = digit(text[i + 1]), second = digit(text[i + 2]);
      if (first < 0 || second < 0) return std::nullopt;
      result += static_cast<char>(first * 16 + second);
      i += 2;
    } else {
      result += is_query && text[i] == '+' ? ' ' : text[i];
    }
  }
  return result;
}

}  // namespace

std::optional<Target> parse_target(std::string_view text) {
  if (!text.starts_with('/')) return std::nullopt;
  Target target;
  const std::size_t mark = text.find('?');
  for (const std::string_view part :
       base::split(text.substr(1, mark == std::string_view::npos ? mark : mark - 1), '/')) {
    if (part.empty()) continue;
    auto name = decoded(part, false);
    if (!name) return std::nullopt;
    target.path.push_back(std::move(*name));
  }
  if (mark == std::string_view::npos) return target;
  for (const std::string_view part : base::split(text.substr(mark + 1), '&')) {
    const std::size_t sign = part.find('=');
    auto name = decoded(part.substr(0, sign), true);
    auto value = decoded(sign == std::string_view::npos ? "" : part.substr(sign + 1), true);
    if (!name || !value) return std::nullopt;
    target.query.emplace(std::move(*name), std::move(*value));
  }
  return target;
}

}  // namespace bulwark::serve

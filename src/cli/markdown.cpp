#include "cli/markdown.h"

#include "base/text.h"

namespace bulwark::cli {

std::vector<Fence> manifest_fences(std::string_view text) {
  std::vector<Fence> fences;
  std::string_view open;  // the opening fence's own characters; empty outside of fences
  Fence current;
  bool wanted = false;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t newline = text.find('\n', at);
    const std::size_t end = newline == std::string_view::npos ? text.size() : newline + 1;
    const std::string_view line = base::trim(text.substr(at, end - at));
    const std::size_t length = line.empty() ? 0 : std::min(line.find_first_not_of(line[0]), line.size());
    const bool fence = length >= 3 && (line[0] == '`' || line[0] == '~');
    if (open.empty() && fence) {
      open = line.substr(0, length);
      std::string_view info = base::trim(line.substr(length));
      info = info.substr(0, info.find_first_of(" \t{,"));
      current.json = info == "json";
      wanted = current.json || info == "yaml" || info == "yml";
      current.span.begin = static_cast<std::uint32_t>(end);
    } else if (!open.empty() && fence && line[0] == open[0] && length >= open.size() && length == line.size()) {
      current.span.end = static_cast<std::uint32_t>(at);
      if (wanted && current.span.end > current.span.begin) fences.push_back(current);
      open = {};
    }
    at = end;
  }
  return fences;
}

}  // namespace bulwark::cli

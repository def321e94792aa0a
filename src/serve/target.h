#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bulwark::serve {

// The path and query of a request, decoded.
struct Target {
  std::vector<std::string> path;             // "/api/v1/pods" is {"api", "v1", "pods"}
  std::map<std::string, std::string> query;  // of equal names the first

  std::string_view value(const std::string& name) const {
    const auto found = query.find(name);
    return found == query.end() ? std::string_view() : std::string_view(found->second);
  }
  bool has(const std::string& name) const { return query.contains(name); }
  // "true" and "1", as Go reads booleans.
  bool flag(const std::string& name) const { return value(name) == "true" || value(name) == "1"; }
};

// nullopt: no absolute path, or a percent sign without two digits.
std::optional<Target> parse_target(std::string_view text);

}  // namespace bulwark::serve

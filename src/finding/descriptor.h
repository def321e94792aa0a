#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace bulwark::finding {

enum class Severity : std::uint8_t { low, medium, high, critical };
std::string_view name(Severity severity);
std::optional<Severity> parse_severity(std::string_view text);

// The chapters of the guide, in its order.
enum class Chapter : std::uint8_t {
  threat_protection,
  api_server_access,
  instance_metadata,
  container_access,
  kubernetes_upgrades,
  linux_node_updates,
  windows_node_updates,
};
inline constexpr std::array all_chapters{Chapter::threat_protection,   Chapter::api_server_access,
                                         Chapter::instance_metadata,   Chapter::container_access,
                                         Chapter::kubernetes_upgrades, Chapter::linux_node_updates,
                                         Chapter::windows_node_updates};
// "container-access": stable, for machines. title(): "Secure container access to resources", as the guide has it.
std::string_view id(Chapter chapter);
std::string_view title(Chapter chapter);

enum class Framework : std::uint8_t {
  guide,
  pss_baseline,
  pss_restricted,
  cis_kubernetes,
  cis_aks,
  nsa,
  defender,
  mitre
};
std::string_view id(Framework framework);
std::string_view title(Framework framework);

// A control of a framework that a check measures: {cis_aks, "4.2.1"}.
struct Mapping {
  Framework framework;
  std::string_view control;
};

struct Reference {
  std::string_view title;
  std::string_view url;
};

// What there is to say about a check. Help, documentation, SARIF rules and `explain` come from it. Made at compile
// time: its lists live as long as the constant that it initialises.
struct Descriptor {
  std::string_view id;                              // kebab-case; lives forever
  std::initializer_list<std::string_view> aliases;  // earlier ids, and those under which peers know the same check
  Chapter chapter = Chapter::container_access;
  Severity severity = Severity::medium;
  std::string_view title;   // the practice, as a statement that is true when it is kept
  std::string_view effect;  // one sentence: what happens when it is not
  std::string_view remedy;  // one sentence: what to do
  std::initializer_list<Reference> sources;
  std::initializer_list<Mapping> mappings;

  bool maps_to(Framework framework) const;
};

}  // namespace bulwark::finding

#include "posture/nodes.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>

#include "posture/aks_versions.h"

namespace bulwark::posture {

NodeView::NodeView(const kube::Object& of) : object(of), node(*kube::as<kube::Node>(of)) {}

std::string_view NodeView::pool() const {
  const std::string_view pool = label("kubernetes.azure.com/agentpool");
  return pool.data() == nullptr ? label("agentpool") : pool;
}

bool NodeView::is_windows() const {
  const std::string_view system = node.status.node_info.operating_system;
  return (system.empty() ? label("kubernetes.io/os") : system) == "windows";
}

std::optional<kube::Version> NodeView::kubelet() const {
  const auto version = kube::Version::parse(node.status.node_info.kubelet_version);
  if (!version) return std::nullopt;
  return *version;
}

NodeImage parse_node_image(std::string_view text) {
  // The release begins with the first part that has a dot in it.
  const std::size_t dot = text.find('.');
  const std::size_t dash = dot == std::string_view::npos ? dot : text.rfind('-', dot);
  if (dash == std::string_view::npos) return {text, {}};
  return {text.substr(0, dash), text.substr(dash + 1)};
}

std::strong_ordering compare_releases(std::string_view a, std::string_view b) {
  const auto take = [](std::string_view& text) {
    std::uint64_t number = 0;
    const std::size_t end = text.find_first_of(".-");
    const std::string_view part = text.substr(0, end);
    std::from_chars(part.data(), part.data() + part.size(), number);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    return number;
  };
  while (!a.empty() || !b.empty()) {
    // A release without a patch comes before the same one with it.
    if (a.empty()) return std::strong_ordering::less;
    if (b.empty()) return std::strong_ordering::greater;
    const std::uint64_t left = take(a);
    const std::uint64_t right = take(b);
    if (left != right) return left <=> right;
  }
  return std::strong_ordering::equal;
}

}  // namespace bulwark::posture

#pragma once

#include <compare>
#include <optional>
#include <string_view>

#include "kube/object.h"
#include "kube/version.h"

namespace bulwark::posture {

// What a Node says of itself. All views; the object must be a Node.
struct NodeView {
  explicit NodeView(const kube::Object& of);

  const kube::Object& object;
  const kube::Node& node;

  std::string_view name() const { return object.metadata.name; }
  std::string_view label(std::string_view key) const { return kube::find_label(object.metadata.labels, key); }
  // The AKS node pool; empty when there is none.
  std::string_view pool() const;
  bool is_windows() const;
  std::optional<kube::Version> kubelet() const;
  // kubernetes.azure.com/node-image-version; empty when there is none.
  std::string_view image() const { return label(image_label); }

  static constexpr std::string_view image_label = "kubernetes.azure.com/node-image-version";
};

// An AKS node image, "AKSUbuntu-2204gen2containerd-202410.27.0-2024.12.01" or
// "AKSWindows-2022-containerd-20348.2582.240716": the kind of image, and which release of it with which patch.
struct NodeImage {
  std::string_view family;   // "AKSUbuntu-2204gen2containerd"
  std::string_view release;  // "202410.27.0-2024.12.01"
};
NodeImage parse_node_image(std::string_view text);

// Which release is older, number by number.
std::strong_ordering compare_releases(std::string_view a, std::string_view b);

}  // namespace bulwark::posture

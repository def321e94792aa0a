#pragma once

#include <span>
#include <string>
#include <string_view>

namespace bulwark::posture {

// A container image's name in its parts, as distribution/reference splits it: registry/repository:tag@digest.
// Parts that are not written are empty; the registry is then docker.io.
struct ImageReference {
  std::string_view registry;    // with port: "myregistry.azurecr.io", "localhost:5000"
  std::string_view repository;  // "library/nginx" is not filled in: "nginx"
  std::string_view tag;
  std::string_view digest;  // "sha256:..."
};
ImageReference parse_image(std::string_view text);

// Whether the image comes from one of the registries, each a host or a host with the beginning of a path; * and ?
// stand for any text and any character. What names no registry comes from docker.io, and what names no project
// there from docker.io/library.
bool comes_from(const ImageReference& image, std::span<const std::string> registries);

}  // namespace bulwark::posture

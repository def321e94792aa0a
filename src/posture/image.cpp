#include "posture/image.h"

#include <algorithm>

#include "base/text.h"

namespace bulwark::posture {

ImageReference parse_image(std::string_view text) {
  ImageReference image;
  if (const std::size_t at = text.find('@'); at != std::string_view::npos) {
    image.digest = text.substr(at + 1);
    text = text.substr(0, at);
  }
  if (const std::size_t slash = text.find('/'); slash != std::string_view::npos) {
    // The first part is a registry when it looks like a host: with a dot, a port, an upper-case letter, or
    // localhost.
    const std::string_view first = text.substr(0, slash);
    const bool host = std::any_of(first.begin(), first.end(),
                                  [](char c) { return c == '.' || c == ':' || (c >= 'A' && c <= 'Z'); });
    if (host || first == "localhost") {
      image.registry = first;
      text.remove_prefix(slash + 1);
    }
  }
  const std::size_t colon = text.rfind(':');
  if (colon != std::string_view::npos && text.find('/', colon) == std::string_view::npos) {
    image.tag = text.substr(colon + 1);
    text = text.substr(0, colon);
  }
  image.repository = text;
  return image;
}

bool comes_from(const ImageReference& image, std::span<const std::string> registries) {
  const std::string_view host = image.registry.empty() ? "docker.io" : image.registry;
  std::string project(image.repository);
  if (host == "docker.io" && project.find('/') == std::string::npos) project.insert(0, "library/");
  return std::any_of(registries.begin(), registries.end(), [&](std::string_view registry) {
    while (registry.ends_with('/')) registry.remove_suffix(1);
    // Host and path apart: a * for the host must not reach into the path, where anybody may write a host's name.
    const std::size_t slash = registry.find('/');
    if (!base::glob_match(registry.substr(0, slash), host)) return false;
    if (slash == std::string_view::npos) return true;
    const std::string path(registry.substr(slash + 1));
    return base::glob_match(path, project) || base::glob_match(path + "/*", project);
  });
}

}  // namespace bulwark::posture

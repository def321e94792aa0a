#include "posture/image.h"

#include <algorithm>

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

}  // namespace bulwark::posture

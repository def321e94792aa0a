#pragma once

#include <optional>
#include <string_view>

#include "posture/image.h"

namespace bulwark::posture {

// A release that gets no more fixes; from data/images-end-of-life.csv.
struct EndedRelease {
  std::string_view product;  // "Node.js"
  std::string_view version;  // "18"
  std::string_view ended;    // the last day of support, 2025-04-30
};

// The ended release that an image is of, by its name and tag; or that of the distribution that its tag names.
// Images of other names, tags that name no release (latest, alpine) and images without a tag have none.
std::optional<EndedRelease> ended_release(const ImageReference& image);

}  // namespace bulwark::posture

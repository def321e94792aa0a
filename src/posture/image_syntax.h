#pragma once

#include <string>
#include <string_view>

namespace bulwark::posture {

// Why a text is no image name (distribution/reference, which container runtimes use): "its tag may not begin with
// '.'". Empty when it is one, and for an empty text.
std::string image_fault(std::string_view text);

}  // namespace bulwark::posture

#pragma once

#include <string_view>

#include "posture/check.h"

namespace bulwark::posture {

// A manifest that keeps a check's practice and one that breaks it: the first of its fixtures each.
struct Example {
  std::string_view good, bad;
};
Example example_of(const Check& check);

}  // namespace bulwark::posture

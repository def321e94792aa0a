#include "posture/examples.h"

#include <fmt/format.h>

#include "embedded/examples.h"

namespace bulwark::posture {

Example example_of(const Check& check) {
  Example example;
  const std::string folder = fmt::format("src/posture/checks/{}/", check.about.id);
  for (const auto& file : embedded::examples::files) {
    if (file.path.starts_with(folder + "pass/")) example.good = file.contents;
    if (file.path.starts_with(folder + "fail/")) example.bad = file.contents;
  }
  return example;
}

}  // namespace bulwark::posture

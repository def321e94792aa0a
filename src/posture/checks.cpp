// The list of all checks. posture/check_list.inc is generated from the files in src/posture/checks/.
#include <algorithm>
#include <array>

#include "posture/check.h"

namespace bulwark::posture {

#define BULWARK_CHECK(name) extern const Check name;  // NOLINT(bugprone-macro-parentheses): a name
#include "posture/check_list.inc"
#undef BULWARK_CHECK

std::span<const Check* const> all_checks() {
#define BULWARK_CHECK(name) &(name),
  static const auto checks = [] {
    std::array all{
#include "posture/check_list.inc"
    };
    std::sort(all.begin(), all.end(), [](const Check* a, const Check* b) { return a->about.id < b->about.id; });
    return all;
  }();
#undef BULWARK_CHECK
  return checks;
}

const Check* find_check(std::string_view id) {
  for (const Check* check : all_checks()) {
    const auto& aliases = check->about.aliases;
    if (check->about.id == id || std::find(aliases.begin(), aliases.end(), id) != aliases.end()) return check;
  }
  return nullptr;
}

}  // namespace bulwark::posture

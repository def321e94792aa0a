#include "posture/seccomp.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "embedded/posture_data.h"

namespace bulwark::posture {

namespace {

namespace data = embedded::posture_data;

// The lines that hold data.
std::vector<std::string_view> lines_of(std::string_view file) {
  std::vector<std::string_view> lines;
  for (const std::string_view line : base::split(file, '\n')) {
    if (!line.empty() && line.front() != '#') lines.push_back(line);
  }
  return lines;
}

const std::vector<std::string_view>& system_calls() {
  static const std::vector<std::string_view> sorted = lines_of(data::data_system_calls_txt);
  return sorted;
}

SystemCallFamily family_of(std::string_view line) {
  constexpr std::string_view only_32_bit = ":32";
  SystemCallFamily family;
  for (std::string_view word : base::split(line, ' ')) {
    if (word == "!") {
      family.is_vital = true;
      continue;
    }
    const bool narrow = word.ends_with(only_32_bit);
    if (narrow) word.remove_suffix(only_32_bit.size());
    family.calls.push_back({word, narrow});
  }
  return family;
}

}  // namespace

bool is_system_call(std::string_view name) {
  return std::binary_search(system_calls().begin(), system_calls().end(), name);
}

std::string_view nearest_system_call(std::string_view name) { return base::nearest(name, system_calls()); }

std::span<const SystemCallFamily> system_call_families() {
  static const std::vector<SystemCallFamily> families = [] {
    std::vector<SystemCallFamily> made;
    for (const std::string_view line : lines_of(data::data_system_call_families_txt))
      made.push_back(family_of(line));
    return made;
  }();
  return families;
}

std::span<const std::string_view> calls_denied_by_default() {
  static const std::vector<std::string_view> calls = lines_of(data::data_system_calls_denied_by_default_txt);
  return calls;
}

bool allows(std::string_view action) { return action == "SCMP_ACT_ALLOW" || action == "SCMP_ACT_LOG"; }

bool denies(std::string_view action) {
  return action == "SCMP_ACT_ERRNO" || action == "SCMP_ACT_TRAP" || action.starts_with("SCMP_ACT_KILL");
}

bool SeccompView::is_deny_list() const { return allows(spec.default_action); }

bool SeccompView::has_32_bit() const {
  const auto is_32_bit = [](std::string_view architecture) {
    return architecture == "SCMP_ARCH_X86" || architecture == "SCMP_ARCH_ARM";
  };
  return std::any_of(spec.architectures.begin(), spec.architectures.end(), is_32_bit);
}

SeccompView seccomp_view(const kube::Object& object) {
  const auto& profile = *kube::as<kube::SeccompProfile>(object);
  return {profile.spec, profile.is_file ? document::FieldPath() : document::FieldPath("spec")};
}

std::string some_of(std::span<const std::string_view> names, std::size_t most) {
  std::string text;
  const std::size_t shown = names.size() > most + 1 ? most : names.size();
  for (std::size_t i = 0; i < shown; ++i) text += fmt::format("{}\"{}\"", i == 0 ? "" : ", ", names[i]);
  if (shown < names.size()) text += fmt::format(" and {} more", names.size() - shown);
  return text;
}

}  // namespace bulwark::posture

// What checks of seccomp profiles need to know: the system calls there are, those that do the same, those that the
// runtimes deny by default, and how runtimes read a profile.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "document/field_path.h"
#include "kube/object.h"

namespace bulwark::posture {

// Of some architecture of Linux.
bool is_system_call(std::string_view name);
// The one that was probably meant; empty when none is near.
std::string_view nearest_system_call(std::string_view name);

struct SystemCall {
  std::string_view name;
  bool only_32_bit = false;
};
struct SystemCallFamily {
  std::vector<SystemCall> calls;  // each does what the others do
  bool is_vital = false;          // hardly any program runs without
};
std::span<const SystemCallFamily> system_call_families();

// What RuntimeDefault denies to a container without added capabilities; the most dangerous first.
std::span<const std::string_view> calls_denied_by_default();

// A profile with the way to it: the root of a file, spec of the custom resource.
struct SeccompView {
  const kube::SeccompSpec& spec;
  document::FieldPath path;

  document::FieldPath rule(std::size_t index) const { return path / "syscalls" / index; }
  // What no rule names is allowed (or allowed and logged).
  bool is_deny_list() const;
  bool has_32_bit() const;
};
SeccompView seccomp_view(const kube::Object& object);

// SCMP_ACT_ALLOW, and LOG, which allows as well.
bool allows(std::string_view action);
// SCMP_ACT_ERRNO, TRAP and the KILLs.
bool denies(std::string_view action);

// Every name that a rule has, those under the dead key `name` too: visit(name, way from the rule to it).
template <class Visit>
void for_each_name(const kube::SeccompRule& rule, Visit&& visit) {
  for (std::size_t i = 0; i < rule.names.size(); ++i) visit(rule.names[i], document::FieldPath("names") / i);
  if (!rule.name.empty()) visit(rule.name, document::FieldPath("name"));
}

// `"a", "b", "c" and 4 more`.
std::string some_of(std::span<const std::string_view> names, std::size_t most);

}  // namespace bulwark::posture

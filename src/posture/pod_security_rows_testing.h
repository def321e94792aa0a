// For tests of the Pod Security Standards only: rows of pods with the controls that forbid them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "posture/pod_security_testing.h"

namespace bulwark::posture {

inline constexpr std::uint16_t newest = kube::latest_version.number;

enum class At : std::uint8_t { baseline, restricted, both };

struct Forbidden {
  const char* control;
  At level = At::both;
  std::uint16_t from = 0;
  std::uint16_t to = newest;

  bool holds(Standard standard, std::uint16_t minor) const {
    const bool level_fits = level == At::both || (level == At::baseline) == (standard == Standard::pss_baseline);
    return level_fits && from <= minor && minor <= to;
  }
};

struct Row {
  std::string what;
  MinimalPod pod;
  std::vector<Forbidden> forbidden;
};

using Rows = std::vector<Row>;

inline void add(Rows& to, const std::string& what, const MinimalPod& pod,
                const std::vector<Forbidden>& forbidden) {
  to.push_back({what, pod, forbidden});
}
inline void annotations(Rows& to, const std::string& text, const std::vector<Forbidden>& forbidden) {
  add(to, text, {.annotations = text}, forbidden);
}
inline void spec(Rows& to, const std::string& text, const std::vector<Forbidden>& forbidden) {
  add(to, text, {.spec = text}, forbidden);
}
// More in the pod's security context.
inline void pod_context(Rows& to, const std::string& text, const std::vector<Forbidden>& forbidden) {
  MinimalPod pod;
  pod.pod_context += ", " + text;
  add(to, "pod: " + text, pod, forbidden);
}
// Another security context of the pod than the minimal one.
inline void whole_pod_context(Rows& to, const std::string& text, const std::vector<Forbidden>& forbidden) {
  add(to, "pod, only: " + text, {.pod_context = text}, forbidden);
}
// Every kind of container counts.
inline constexpr const char* lists[] = {"containers", "initContainers", "ephemeralContainers"};
inline void container(Rows& to, const std::string& text, const std::vector<Forbidden>& forbidden) {
  for (const char* list : lists) {
    add(to, std::string(list) + ": " + text, {.container = text, .list = list}, forbidden);
  }
}
inline void context(Rows& to, const std::string& text, const std::vector<Forbidden>& forbidden) {
  for (const char* list : lists) {
    MinimalPod pod{.list = list};
    pod.context += ", " + text;
    add(to, std::string(list) + ": " + text, pod, forbidden);
  }
}
inline void whole_context(Rows& to, const std::string& text, const std::vector<Forbidden>& forbidden,
                          const std::string& in_spec = "") {
  for (const char* list : lists) {
    add(to, std::string(list) + ", only: " + text + " " + in_spec,
        {.spec = in_spec, .context = text, .list = list}, forbidden);
  }
}

}  // namespace bulwark::posture

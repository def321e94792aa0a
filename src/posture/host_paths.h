#pragma once

#include <optional>
#include <string_view>

#include "finding/descriptor.h"

namespace bulwark::posture {

// What a path of the node means to a container that has it.
struct HostPathRisk {
  std::string_view path;                      // it and everything below, unless a longer path says otherwise
  std::optional<finding::Severity> readable;  // mounted readOnly; nothing: harmless
  std::optional<finding::Severity> writable;
  std::string_view why;
};

struct HostPathDanger {
  finding::Severity severity;
  std::string_view why;
};

// The danger of mounting this path of a Linux or Windows node: that of the longest known path that it lies in, or
// of the worst that lies in it. Nothing for paths that are not known to be dangerous. Spelling does not matter:
// "//",
// "." and ".." are resolved, and /var/run is /run.
std::optional<HostPathDanger> host_path_danger(std::string_view path, bool writable);

// Whether read-only mounts stop nothing here: sockets and devices.
bool ignores_read_only(std::string_view path, std::string_view type);

}  // namespace bulwark::posture

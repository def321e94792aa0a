#pragma once

#include <string_view>

#include "finding/descriptor.h"

namespace bulwark::posture {

// What a path of the node means to whoever may read it.
struct HostPathRisk {
  std::string_view path;  // it and everything below, and what holds it
  finding::Severity severity;
  std::string_view why;
};

// The worst risk of mounting this path; nullptr for paths that are not known to be sensitive.
const HostPathRisk* host_path_risk(std::string_view path);

}  // namespace bulwark::posture

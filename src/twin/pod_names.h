#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "twin/model.h"

namespace bulwark::twin {

// The five random-looking characters after the name of what made a pod (k8s.io/apimachinery/pkg/util/rand): here a
// number that can be read back, so that no table of names is needed. Serials below 27^5 have different ones.
std::string suffix_of_serial(std::uint32_t serial);
std::optional<std::uint32_t> serial_of_suffix(std::string_view suffix);

std::string uid_of_serial(std::uint32_t serial);

// Whether a finalizer keeps the pod after its end that none of the controllers here takes away.
bool has_lasting_finalizer(const PodClass& pod_class);

}  // namespace bulwark::twin

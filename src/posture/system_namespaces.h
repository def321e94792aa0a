#pragma once

#include <string_view>

namespace bulwark::posture {

// Namespaces that belong to Kubernetes, to AKS and its add-ons: what lives there is not the user's to change.
bool is_system_namespace(std::string_view name);

}  // namespace bulwark::posture

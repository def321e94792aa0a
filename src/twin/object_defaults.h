#pragma once

#include <string>

#include "document/json_value.h"
#include "twin/api_kinds.h"

namespace bulwark::twin {

// Fills in what the API server fills in where an object of its own kinds leaves it out (pkg/apis/*/v1/defaults.go,
// and the strategies that set a first status), as far as kubectl shows it or an engine reads it.
void set_defaults(const ApiKind& kind, document::Json& object);

// status.qosClass of a pod (pkg/apis/core/v1/helper/qos).
std::string qos_class(const document::Json& spec);

}  // namespace bulwark::twin

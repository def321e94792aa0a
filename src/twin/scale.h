#pragma once

#include <string>

#include "document/json_value.h"
#include "twin/api_kinds.h"

namespace bulwark::twin {

// autoscaling/v1 Scale of a workload, or of a custom kind by the paths that its definition names.
document::Json scale_of(const ApiKind& kind, const document::Json& object);

// "app=web,tier in (a,b)": a metav1.LabelSelector, or a plain map of labels, as text. Empty for an empty one.
std::string selector_text(const document::Json& selector);

}  // namespace bulwark::twin

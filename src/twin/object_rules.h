#pragma once

#include "document/json_value.h"
#include "kube/cluster.h"
#include "twin/api_kinds.h"

namespace bulwark::twin {

// Whether an object may be created or become this: its name, labels, and the few fields of its spec without which
// nothing can be done with it. 422 in the API server's words.
kube::Answer<> validate(const ApiKind& kind, const document::Json& object);

// Whether `before` may become `after`: what selects pods, and most of a pod's spec, never change.
kube::Answer<> validate_update(const ApiKind& kind, const document::Json& before, const document::Json& after);

}  // namespace bulwark::twin

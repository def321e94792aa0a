#pragma once

#include "document/json_value.h"
#include "kube/cluster.h"
#include "twin/api_kinds.h"

namespace bulwark::twin {

// Whether the fields of an object are those of its kind, as far as the model of Kubernetes' objects knows them: a
// value of a wrong type is refused, and with `strict` (fieldValidation=Strict) a field that there is none of. What
// was wrong in `before` already may stay. 400 in the API server's words.
kube::Answer<> check_fields(const ApiKind& kind, const document::Json& before, const document::Json& object,
                            bool strict);

}  // namespace bulwark::twin

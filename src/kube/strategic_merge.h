#pragma once

#include <string_view>

#include "base/result.h"
#include "document/json_value.h"

namespace bulwark::kube {

// Kubernetes' strategic merge patch (k8s.io/apimachinery/pkg/util/strategicpatch, StrategicMergePatch): as a JSON
// merge patch, but lists are merged item by item where the kind's types say so (list_keys.h), and directives say
// more: $patch: replace and delete, $retainKeys, $setElementOrder/..., $deleteFromPrimitiveList/....
// `kind`: of the object ("Deployment"). Error: a patch that says nothing sensible; the target is then unchanged.
base::Result<> strategic_merge(document::Json& target, const document::Json& patch, std::string_view kind);

}  // namespace bulwark::kube

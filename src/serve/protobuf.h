#pragma once

#include <string_view>

#include "base/result.h"
#include "document/json_value.h"

namespace bulwark::serve {

// Whether a body begins as Kubernetes' protobuf does ("k8s" and a zero byte).
bool is_protobuf(std::string_view body);

// A body in Kubernetes' protobuf (k8s.io/apimachinery/pkg/runtime/serializer/protobuf: runtime.Unknown around a
// message of generated.proto) as the JSON object that it stands for. kubectl sends it for what `kubectl create
// KIND` makes and for evictions; those messages are known. Error: broken bytes, or a message or field that is not
// known: nothing is left out in silence.
base::Result<document::Json> parse_protobuf(std::string_view body);

}  // namespace bulwark::serve

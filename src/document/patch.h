// The two patches that know nothing of Kubernetes.
#pragma once

#include "base/result.h"
#include "document/json_value.h"

namespace bulwark::document {

// JSON merge patch (RFC 7386): members of objects are joined, null removes, everything else replaces.
void apply_merge_patch(Json& target, const Json& patch);

// JSON patch (RFC 6902, as evanphx/json-patch reads it): a list of operations, all or none. Error: no such list,
// or which operation failed and why. `too_large`: what copying may add in bytes (as the API server's limit of 3
// MiB), so that a small patch cannot grow without bound.
base::Result<> apply_json_patch(Json& target, const Json& patch, std::size_t too_large = 3UL * 1024 * 1024);

// What a JSON pointer (RFC 6901) names; nullptr: nothing.
const Json* at_pointer(const Json& root, std::string_view pointer);

}  // namespace bulwark::document

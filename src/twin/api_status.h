// The API server's refusals, in its words (k8s.io/apimachinery/pkg/api/errors).
#pragma once

#include <string>
#include <string_view>

#include "kube/cluster.h"
#include "twin/api_kinds.h"

namespace bulwark::twin {

using Refusal = std::unexpected<kube::Status>;

Refusal not_found(const ApiKind& kind, std::string_view name);
Refusal already_exists(const ApiKind& kind, std::string_view name);
// The object was changed since the writer has read it.
Refusal conflict(const ApiKind& kind, std::string_view name);
Refusal conflict(const ApiKind& kind, std::string_view name, std::string_view why);
Refusal bad_request(std::string message);
Refusal forbidden(const ApiKind& kind, std::string_view name, std::string_view why);
// `why` as field.Error tells it: "Required value: ...".
Refusal invalid(const ApiKind& kind, std::string_view name, std::string_view field, std::string_view reason,
                std::string_view why);
Refusal expired(std::string message);
Refusal method_not_allowed();
Refusal unsupported_media_type(std::string_view accepted);
// There is nothing at this path.
Refusal no_resource();
Refusal not_implemented(std::string message);

// metav1.Status as JSON. `kind` and `name`, when they are known, go into its details.
std::string status_json(const kube::Status& status, const ApiKind* kind = nullptr, std::string_view name = {});

}  // namespace bulwark::twin

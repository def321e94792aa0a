#pragma once

#include <optional>

#include "document/node.h"
#include "kube/api_lifecycle.h"
#include "kube/minor_version.h"
#include "kube/object.h"

namespace bulwark::posture {

// The apiVersion that an object may be given without any other change: the newer API has the same schema and the
// same defaults for what the object says. nullopt when the owner has to look (the deprecation guide of Kubernetes
// names the changes), or when `release` does not serve it.
std::optional<kube::GroupVersion> same_schema_move(const kube::Object& object, const document::Node& root,
                                                   kube::MinorVersion release);

}  // namespace bulwark::posture

// What the API server tells about itself.
#pragma once

#include <string>
#include <string_view>

#include "twin/api_kinds.h"

namespace bulwark::serve {

// /api and /apis; `aggregated`: with all resources in one answer (apidiscovery.k8s.io/v2).
std::string core_versions(const twin::ApiKinds& kinds, bool aggregated);
std::string groups(const twin::ApiKinds& kinds, bool aggregated);
// /apis/GROUP; empty: there is no such group.
std::string group(const twin::ApiKinds& kinds, std::string_view name);
// /api/v1 and /apis/GROUP/VERSION; empty: there is no such version.
std::string resources(const twin::ApiKinds& kinds, std::string_view group, std::string_view version);
std::string version_info(std::string_view git_version);

// OpenAPI v3: the list of documents, and one of them ("api/v1", "apis/apps/v1"); empty: there is none. They say
// which kinds there are, that patches take the parameters dryRun and fieldValidation, and what fields there are.
std::string openapi_paths(const twin::ApiKinds& kinds);
std::string openapi(const twin::ApiKinds& kinds, std::string_view document);

}  // namespace bulwark::serve

// OpenAPI schemas of the kinds, as far as their fields are known: names, types and what lies below, without
// descriptions. `kubectl explain` reads them.
#pragma once

#include <span>

#include "document/json_writer.h"
#include "twin/api_kinds.h"

namespace bulwark::serve {

// The members of components.schemas for these kinds and all types that they name.
void write_schemas(document::JsonWriter& json, std::span<const twin::ApiKind* const> kinds);

}  // namespace bulwark::serve

// metadata.managedFields: who has set which fields.
#pragma once

#include <string>
#include <string_view>

#include "document/json_value.h"
#include "kube/cluster.h"
#include "twin/api_kinds.h"

namespace bulwark::twin {

struct FieldWriter {
  std::string manager;      // empty: nothing is recorded
  std::string time;         // RFC 3339
  std::string subresource;  // "", or status
};

// After a create, replace or patch: what has changed now belongs to the writer (operation Update).
void record_owner(document::Json& after, const document::Json& before, const FieldWriter& writer);

// Server-side apply of `config` on `live`: the object that comes of it, with its managedFields. 409: fields that
// others own have other values there, and `force` is not set. Objects whose managedFields were lost on the way
// here have no owners: applying to them meets no conflict (the API server would name "before-first-apply").
kube::Answer<document::Json> apply_fields(const ApiKind& kind, const document::Json& live,
                                          const document::Json& config, const FieldWriter& writer, bool force);

}  // namespace bulwark::twin

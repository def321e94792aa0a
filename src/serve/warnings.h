#pragma once

#include "base/http_message.h"
#include "document/json_value.h"
#include "serve/target.h"
#include "twin/api_kinds.h"

namespace bulwark::serve {

// What the API server warns of with fieldValidation=Warn, which it takes when none is given: fields of what was
// sent that there are none of, each in a Warning header (RFC 7234, 5.5). Custom kinds are not looked at.
void warn_of_fields(const twin::ApiKind& kind, const Target& target, document::Json sent,
                    base::HttpResponse& response);

}  // namespace bulwark::serve

#pragma once

#include "base/http_message.h"
#include "twin/api_kinds.h"

namespace bulwark::serve {

// Answers kinds that are questions: the twin has no users, so that everybody may do everything.
base::HttpResponse review(const twin::ApiKind& kind, const base::HttpRequest& request);

}  // namespace bulwark::serve

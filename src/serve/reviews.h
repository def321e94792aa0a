#pragma once

#include <string_view>

#include "base/http_message.h"
#include "document/json_value.h"
#include "twin/store.h"

namespace bulwark::serve {

// Answers kinds that are questions: the twin has no users, so that everybody may do everything.
base::HttpResponse review(const twin::Store& store, std::string_view kind, const base::HttpRequest& request);

}  // namespace bulwark::serve

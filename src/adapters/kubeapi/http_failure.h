#pragma once

#include <curl/curl.h>

#include "adapters/kubeapi/http.h"

namespace bulwark::adapters {

// What a finished transfer's code means; `detail` is libcurl's own message, or empty.
HttpFailure judge_failure(CURLcode code, CURL* easy, const char* detail);

}  // namespace bulwark::adapters

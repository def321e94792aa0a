#include "serve/answers.h"

#include "base/text.h"
#include "twin/api_status.h"

namespace bulwark::serve {

base::HttpResponse json_answer(std::string body, int status) {
  base::HttpResponse response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

base::HttpResponse text_answer(std::string body, int status) {
  base::HttpResponse response = json_answer(std::move(body), status);
  response.content_type = "text/plain; charset=utf-8";
  return response;
}

base::HttpResponse refusal(const kube::Status& status, const twin::ApiKind* kind, std::string_view name) {
  base::HttpResponse response = json_answer(twin::status_json(status, kind, name), status.code);
  if (status.retry_after)
    response.headers.emplace_back("Retry-After", std::to_string(status.retry_after->count()));
  return response;
}

Wanted wanted(std::string_view accept) {
  Wanted result;
  if (base::trim(accept).empty()) return result;
  result.acceptable = false;
  for (const std::string_view range : base::split(accept, ',')) {
    const auto parts = base::split(range, ';');
    if (parts.empty()) continue;
    const std::string_view type = base::trim(parts[0]);
    if (type != "application/json" && type != "*/*" && type != "application/*") continue;
    std::string_view as, version = "v1";
    for (std::size_t i = 1; i < parts.size(); ++i) {
      const std::string_view part = base::trim(parts[i]);
      if (part.starts_with("as=")) as = part.substr(3);
      if (part.starts_with("v=")) version = part.substr(2);
    }
    Wanted now;
    bool known = version == "v1";
    if (as == "Table") {
      now.form = Form::table;
    } else if (as.starts_with("PartialObjectMetadata")) {
      now.form = Form::partial;
    } else if (as == "APIGroupDiscoveryList") {
      now.aggregated = true;
      known = version == "v2";
    } else {
      known = as.empty();
    }
    if (known) return now;
  }
  return result;
}

std::string in_version(const twin::StoredObject& object, const twin::ApiKind& kind) {
  if (kind.preferred && !kind.custom) return object.json;
  const std::string_view stored = twin::find_text(object.json, {"apiVersion"});
  const std::string wanted_version = kind.resource.api_version();
  if (stored == wanted_version || stored.empty()) return object.json;
  std::string json = object.json;
  return json.replace(static_cast<std::size_t>(stored.data() - object.json.data()), stored.size(), wanted_version);
}

}  // namespace bulwark::serve

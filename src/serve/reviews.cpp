#include "serve/reviews.h"

#include <fmt/format.h>

#include "document/json_value.h"
#include "serve/answers.h"
#include "serve/protobuf.h"
#include "twin/api_status.h"

namespace bulwark::serve {

using document::Json;

base::HttpResponse review(const twin::ApiKind& kind, const base::HttpRequest& request) {
  const std::string& name = kind.resource.kind;
  if (request.method != "POST") return refusal(twin::method_not_allowed().error());
  // What is asked in protobuf need not be read: the answer is the same for every question.
  const bool reads = !is_protobuf(request.body);
  auto question = reads ? Json::parse_yaml(request.body) : base::Result<Json>(Json::object());
  if (!reads) question->set("kind", Json::string(kind.resource.kind));
  if (!reads) question->set("apiVersion", Json::string(kind.resource.api_version()));
  if (!question || !question->is_object()) {
    return refusal(twin::bad_request("the object provided is unrecognized: it is no JSON object").error());
  }
  Json status = Json::object();
  if (name.ends_with("AccessReview")) {
    status["allowed"] = Json::boolean(true);
    status["reason"] = Json::string("the twin has no users: everything is allowed");
  } else if (name == "SelfSubjectRulesReview") {
    Json rule = Json::object();
    for (const std::string_view key : {"verbs", "apiGroups", "resources"}) rule[key].push_back(Json::string("*"));
    status["resourceRules"].push_back(std::move(rule));
    status["nonResourceRules"] = Json::array();
    status["incomplete"] = Json::boolean(false);
  } else if (name == "SelfSubjectReview") {
    status["userInfo"]["username"] = Json::string("twin");
    status["userInfo"]["groups"].push_back(Json::string("system:masters"));
  } else {
    return refusal(twin::not_implemented(fmt::format("the twin answers no {}", name)).error());
  }
  question->set("status", std::move(status));
  return json_answer(question->write(), 201);
}

}  // namespace bulwark::serve

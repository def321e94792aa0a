#include "serve/reviews.h"

#include <fmt/format.h>

#include "serve/answers.h"
#include "twin/api_status.h"

namespace bulwark::serve {

using document::Json;

base::HttpResponse review(const twin::Store&, std::string_view kind, const base::HttpRequest& request) {
  if (request.method != "POST") return refusal(twin::method_not_allowed().error());
  auto question = Json::parse_yaml(request.body);
  if (!question || !question->is_object()) {
    return refusal(twin::bad_request("the object provided is unrecognized: it is no JSON object").error());
  }
  Json status = Json::object();
  if (kind.ends_with("AccessReview")) {
    status["allowed"] = Json::boolean(true);
    status["reason"] = Json::string("the twin has no users: everything is allowed");
  } else if (kind == "SelfSubjectRulesReview") {
    Json rule = Json::object();
    for (const std::string_view key : {"verbs", "apiGroups", "resources"}) rule[key].push_back(Json::string("*"));
    status["resourceRules"].push_back(std::move(rule));
    status["nonResourceRules"] = Json::array();
    status["incomplete"] = Json::boolean(false);
  } else if (kind == "SelfSubjectReview") {
    status["userInfo"]["username"] = Json::string("twin");
    status["userInfo"]["groups"].push_back(Json::string("system:masters"));
  } else {
    return refusal(twin::not_implemented(fmt::format("the twin answers no {}", kind)).error());
  }
  question->set("status", std::move(status));
  return json_answer(question->write(), 201);
}

}  // namespace bulwark::serve

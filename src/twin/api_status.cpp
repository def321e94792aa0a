#include "twin/api_status.h"

#include <fmt/format.h>

#include "document/json_value.h"

namespace bulwark::twin {

namespace {

using document::Json;

Refusal refuse(int code, std::string_view reason, std::string message) {
  return Refusal(kube::Status{.code = code,
                              .reason = std::string(reason),
                              .message = std::move(message),
                              .causes = {},
                              .retry_after = {}});
}

}  // namespace

Refusal not_found(const ApiKind& kind, std::string_view name) {
  return refuse(404, "NotFound", fmt::format("{} \"{}\" not found", kind.resource_name(), name));
}

Refusal already_exists(const ApiKind& kind, std::string_view name) {
  return refuse(409, "AlreadyExists", fmt::format("{} \"{}\" already exists", kind.resource_name(), name));
}

Refusal conflict(const ApiKind& kind, std::string_view name) {
  return conflict(kind, name,
                  "the object has been modified; please apply your changes to the latest version and try again");
}

Refusal conflict(const ApiKind& kind, std::string_view name, std::string_view why) {
  return refuse(409, "Conflict",
                fmt::format("Operation cannot be fulfilled on {} \"{}\": {}", kind.resource_name(), name, why));
}

Refusal bad_request(std::string message) { return refuse(400, "BadRequest", std::move(message)); }

Refusal forbidden(const ApiKind& kind, std::string_view name, std::string_view why) {
  return refuse(403, "Forbidden", fmt::format("{} \"{}\" is forbidden: {}", kind.resource_name(), name, why));
}

Refusal invalid(const ApiKind& kind, std::string_view name, std::string_view field, std::string_view reason,
                std::string_view why) {
  Refusal refusal =
      refuse(422, "Invalid", fmt::format("{} \"{}\" is invalid: {}: {}", kind.kind_name(), name, field, why));
  refusal.error().causes.push_back(
      {.reason = std::string(reason), .message = std::string(why), .field = std::string(field)});
  return refusal;
}

Refusal expired(std::string message) { return refuse(410, "Expired", std::move(message)); }

Refusal method_not_allowed() {
  return refuse(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
}

Refusal unsupported_media_type(std::string_view accepted) {
  return refuse(415, "UnsupportedMediaType",
                fmt::format("the body of the request was in an unknown format - accepted media types include: {}",
                            accepted));
}

Refusal no_resource() { return refuse(404, "NotFound", "the server could not find the requested resource"); }

Refusal not_implemented(std::string message) { return refuse(501, "NotImplemented", std::move(message)); }

std::string status_json(const kube::Status& status, const ApiKind* kind, std::string_view name) {
  Json json = Json::object();
  json["kind"] = Json::string("Status");
  json["apiVersion"] = Json::string("v1");
  json["metadata"] = Json::object();
  json["status"] = Json::string(status.code >= 400 ? "Failure" : "Success");
  if (!status.message.empty()) json["message"] = Json::string(status.message);
  if (!status.reason.empty()) json["reason"] = Json::string(status.reason);
  Json details = Json::object();
  if (!name.empty()) details["name"] = Json::string(name);
  if (kind != nullptr) {
    if (!kind->resource.group.empty()) details["group"] = Json::string(kind->resource.group);
    // Of what is wrong in an object, the API server names the object's kind.
    details["kind"] = Json::string(status.code == 422 ? kind->resource.kind : kind->resource.plural);
  }
  for (const kube::Status::Cause& cause : status.causes) {
    Json item = Json::object();
    if (!cause.reason.empty()) item["reason"] = Json::string(cause.reason);
    if (!cause.message.empty()) item["message"] = Json::string(cause.message);
    if (!cause.field.empty()) item["field"] = Json::string(cause.field);
    details["causes"].push_back(std::move(item));
  }
  if (status.retry_after) details["retryAfterSeconds"] = Json::number(status.retry_after->count());
  if (!details.empty()) json["details"] = std::move(details);
  json["code"] = Json::number(status.code);
  return json.write() + "\n";
}

}  // namespace bulwark::twin

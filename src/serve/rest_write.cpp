// What changes objects, and their subresources.
#include <fmt/format.h>

#include "base/rfc3339.h"
#include "base/text.h"
#include "serve/answers.h"
#include "serve/protobuf.h"
#include "serve/rest.h"
#include "serve/warnings.h"

namespace bulwark::serve {

using base::HttpResponse;
using document::Json;

namespace {

std::string_view media_type(const base::HttpRequest& request) {
  const std::string_view type = request.header("Content-Type");
  return base::trim(type.substr(0, type.find(';')));
}

HttpResponse success(const twin::ApiKind& kind, const twin::StoredObject& object) {
  Json status = Json::object();
  status["kind"] = Json::string("Status");
  status["apiVersion"] = Json::string("v1");
  status["metadata"] = Json::object();
  status["status"] = Json::string("Success");
  Json& details = status["details"];
  details["name"] = Json::string(object.name);
  if (!kind.resource.group.empty()) details["group"] = Json::string(kind.resource.group);
  details["kind"] = Json::string(kind.resource.plural);
  details["uid"] = Json::string(object.uid);
  return json_answer(status.write() + "\n");
}

HttpResponse created_status() {
  return json_answer(
      "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Success\",\"code\":201}\n", 201);
}

HttpResponse refused_part(std::string_view what, const twin::ApiKind& kind, std::string_view name) {
  return refusal(twin::not_implemented(fmt::format("the twin runs no containers: there is no {} of {} \"{}\"",
                                                   what, kind.resource.plural, name))
                     .error(),
                 &kind, name);
}

}  // namespace

twin::Writer Rest::writer_of(const Call& call) const {
  twin::Writer writer;
  writer.dry_run = call.target->value("dryRun") == "All";
  writer.force = call.target->flag("force");
  writer.strict = call.target->value("fieldValidation") == "Strict";
  const std::string_view manager = call.target->value("fieldManager");
  const std::string_view agent = call.request->header("User-Agent");
  // As the API server: what stands in front of the first slash.
  writer.field_manager = manager.empty() ? agent.substr(0, agent.find('/')) : manager;
  if (writer.field_manager.empty()) writer.field_manager = "unknown";
  constexpr std::size_t longest = 128;
  writer.field_manager.resize(std::min(writer.field_manager.size(), longest));
  return writer;
}

kube::Answer<Json> Rest::body_of(const Call& call) const {
  const std::string_view type = media_type(*call.request);
  const bool yaml = type.ends_with("yaml");
  if (is_protobuf(call.request->body)) {
    auto message = parse_protobuf(call.request->body);
    if (message) return std::move(*message);
    return twin::unsupported_media_type("application/json, application/yaml; " + message.error().message);
  }
  if (type.find("protobuf") != std::string_view::npos || type.ends_with("cbor")) {
    return twin::unsupported_media_type("application/json, application/yaml");
  }
  if (base::trim(call.request->body).empty()) return Json();
  auto body = yaml ? Json::parse_yaml(call.request->body) : Json::parse(call.request->body);
  if (!body) {
    return twin::bad_request(fmt::format("couldn't parse the body: line {} column {}: {}", body.error().line,
                                         body.error().column, body.error().message));
  }
  return std::move(*body);
}

kube::Answer<kube::DeleteOptions> Rest::delete_options_of(const Call& call, const Json& body) const {
  kube::DeleteOptions options;
  const Target& target = *call.target;
  options.dry_run = target.value("dryRun") == "All";
  options.propagation = target.value("propagationPolicy");
  std::string grace(target.value("gracePeriodSeconds"));
  if (body.is_object()) {
    if (const Json* seconds = body.find("gracePeriodSeconds")) grace = seconds->text();
    if (const Json* policy = body.find("propagationPolicy")) options.propagation = policy->text();
    if (const Json* orphan = body.find("orphanDependents"); orphan != nullptr && orphan->is_true()) {
      options.propagation = "Orphan";
    }
    options.uid = body.text_at({"preconditions", "uid"});
    if (const Json* dry = body.find("dryRun"); dry != nullptr && !dry->empty()) options.dry_run = true;
  }
  if (!grace.empty()) {
    const auto seconds = Json::parse(grace);
    const auto value = seconds ? seconds->integer() : std::nullopt;
    if (!value || *value < 0) return twin::bad_request("gracePeriodSeconds must be a whole number from 0 on");
    options.grace_period_seconds = value;
  }
  const std::string& policy = options.propagation;
  if (!policy.empty() && policy != "Background" && policy != "Foreground" && policy != "Orphan") {
    return twin::bad_request(fmt::format(
        "invalid propagationPolicy \"{}\": must be Background, Foreground, Orphan or left out", policy));
  }
  return options;
}

HttpResponse Rest::create(const Call& call) {
  auto body = body_of(call);
  if (!body) return refusal(body.error(), call.kind);
  const std::string name(body->text_at({"metadata", "name"}));
  const auto object = store_.create(*call.kind, call.name_space, *body, writer_of(call));
  if (!object) return refusal(object.error(), call.kind, name);
  HttpResponse response = show(call, **object, 201);
  warn_of_fields(*call.kind, *call.target, std::move(*body), response);
  return response;
}

HttpResponse Rest::replace(const Call& call) {
  auto body = body_of(call);
  if (!body) return refusal(body.error(), call.kind, call.name);
  const auto object =
      store_.replace(*call.kind, call.name_space, call.name, *body, call.subresource, writer_of(call));
  if (!object) return refusal(object.error(), call.kind, call.name);
  HttpResponse response = show(call, **object);
  warn_of_fields(*call.kind, *call.target, std::move(*body), response);
  return response;
}

HttpResponse Rest::patch(const Call& call) {
  struct Row {
    std::string_view media_type;
    kube::PatchType type;
  };
  constexpr Row rows[] = {{"application/json-patch+json", kube::PatchType::json},
                          {"application/merge-patch+json", kube::PatchType::merge},
                          {"application/strategic-merge-patch+json", kube::PatchType::strategic_merge},
                          {"application/apply-patch+yaml", kube::PatchType::apply}};
  const std::string_view given = media_type(*call.request);
  const Row* found = nullptr;
  std::string accepted;
  for (const Row& row : rows) {
    if (row.media_type == given) found = &row;
    accepted += (accepted.empty() ? "" : ", ") + std::string(row.media_type);
  }
  if (found == nullptr) return refusal(twin::unsupported_media_type(accepted).error(), call.kind, call.name);
  const bool applies = found->type == kube::PatchType::apply;
  if (applies && call.target->value("fieldManager").empty()) {
    return refusal(twin::bad_request("PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is "
                                     "required for apply patch")
                       .error());
  }
  const auto body = body_of(call);
  if (!body) return refusal(body.error(), call.kind, call.name);
  const bool existed = store_.find(*call.kind, call.name_space, call.name) != nullptr;
  const auto object =
      store_.patch(*call.kind, call.name_space, call.name, found->type, *body, call.subresource, writer_of(call));
  if (!object) return refusal(object.error(), call.kind, call.name);
  return show(call, **object, applies && !existed ? 201 : 200);
}

HttpResponse Rest::remove(const Call& call) {
  const auto body = body_of(call);
  if (!body) return refusal(body.error(), call.kind, call.name);
  const auto options = delete_options_of(call, *body);
  if (!options) return refusal(options.error(), call.kind, call.name);
  const auto removed = store_.remove(*call.kind, call.name_space, call.name, *options);
  if (!removed) return refusal(removed.error(), call.kind, call.name);
  // Pods are shown even when they are gone at once.
  const bool is_pod = !call.kind->custom && call.kind->resource.kind == "Pod";
  if (removed->gone && !is_pod) return success(*call.kind, *removed->object);
  return show(call, *removed->object);
}

HttpResponse Rest::remove_all(const Call& call) {
  const auto body = body_of(call);
  if (!body) return refusal(body.error(), call.kind);
  const auto options = delete_options_of(call, *body);
  if (!options) return refusal(options.error(), call.kind);
  const auto selection =
      twin::Selection::compile(*call.kind, {.name_space = call.name_space,
                                            .labels = std::string(call.target->value("labelSelector")),
                                            .fields = std::string(call.target->value("fieldSelector"))});
  if (!selection) return refusal(selection.error(), call.kind);
  const auto page = store_.list(*call.kind, *selection);
  if (!page) return refusal(page.error(), call.kind);
  std::string out =
      fmt::format(R"({{"kind":"{}List","apiVersion":"{}","metadata":{{"resourceVersion":"{}"}},"items":[)",
                  call.kind->resource.kind, call.kind->resource.api_version(), page->resource_version);
  for (const twin::ObjectPtr& object : page->objects) {
    const auto removed = store_.remove(*call.kind, object->name_space, object->name, *options);
    // What went with something that was deleted before it is no error.
    if (!removed && !removed.error().is_not_found()) return refusal(removed.error(), call.kind, object->name);
    if (out.back() != '[') out += ',';
    out += in_version(*object, *call.kind);
  }
  return json_answer(out + "]}\n");
}

HttpResponse Rest::subresource(const Call& call) {
  const std::string& method = call.request->method;
  const std::string& part = call.subresource;
  const twin::ApiKind& kind = *call.kind;
  const bool is_pod = kind.resource.group.empty() && kind.resource.plural == "pods";
  if (part == "status" && kind.has_status) {
    if (method == "PUT") return replace(call);
    if (method == "PATCH") return patch(call);
    return method == "GET" ? item(call) : refusal(twin::method_not_allowed().error(), &kind, call.name);
  }
  if (part == "scale" && kind.has_scale) return scale(call);
  if (part == "finalize" && kind.resource.plural == "namespaces" && method == "PUT") return item(call);
  const bool posts = method == "POST";
  if (is_pod && (part == "eviction" || part == "binding") && posts) {
    const auto body = body_of(call);
    if (!body) return refusal(body.error(), &kind, call.name);
    if (part == "binding") {
      const auto bound = store_.bind(call.name_space, call.name, *body);
      return bound ? created_status() : refusal(bound.error(), &kind, call.name);
    }
    const Json* wish = body->find("deleteOptions");
    auto options = delete_options_of(call, wish == nullptr ? Json() : *wish);
    if (!options) return refusal(options.error(), &kind, call.name);
    const auto evicted = store_.evict(call.name_space, call.name, *options);
    return evicted ? created_status() : refusal(evicted.error(), &kind, call.name);
  }
  if (kind.resource.plural == "serviceaccounts" && part == "token" && posts) {
    const auto account = store_.get(kind, call.name_space, call.name);
    if (!account) return refusal(account.error(), &kind, call.name);
    auto body = body_of(call);
    if (!body) return refusal(body.error(), &kind, call.name);
    // Nobody checks it: the twin has no users.
    (*body)["status"]["token"] = Json::string("twin." + (*account)->uid);
    constexpr auto lifetime = std::chrono::hours(1);
    (*body)["status"]["expirationTimestamp"] =
        Json::string(base::rfc3339(std::chrono::floor<std::chrono::seconds>(store_.now()) + lifetime));
    return json_answer(body->write() + "\n", 201);
  }
  for (const std::string_view each : {"log", "exec", "attach", "portforward", "proxy", "ephemeralcontainers"}) {
    if (base::split(part, '/').front() == each) return refused_part(each, kind, call.name);
  }
  return refusal(twin::no_resource().error());
}

HttpResponse Rest::scale(const Call& call) {
  const std::string& method = call.request->method;
  auto scale = store_.scale(*call.kind, call.name_space, call.name);
  if (!scale) return refusal(scale.error(), call.kind, call.name);
  if (method == "GET") return json_answer(scale->write() + "\n");
  const auto body = body_of(call);
  if (!body) return refusal(body.error(), call.kind, call.name);
  Json changed;
  if (method == "PUT") {
    changed = *body;
  } else if (method == "PATCH" && body->is_object()) {
    changed = *body;  // a merge patch, or what an apply sets: both are parts of a Scale
    if (changed.at({"spec", "replicas"}) == nullptr)
      changed["spec"]["replicas"] = *scale->at({"spec", "replicas"});
  } else if (method == "PATCH") {
    return refusal(twin::unsupported_media_type("application/merge-patch+json").error(), call.kind, call.name);
  } else {
    return refusal(twin::method_not_allowed().error(), call.kind, call.name);
  }
  const auto result = store_.set_scale(*call.kind, call.name_space, call.name, changed, writer_of(call));
  return result ? json_answer(result->write() + "\n") : refusal(result.error(), call.kind, call.name);
}

}  // namespace bulwark::serve

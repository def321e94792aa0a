#include "serve/rest.h"

#include <fmt/format.h>

#include <charconv>

#include "base/rfc3339.h"
#include "document/json_writer.h"
#include "serve/answers.h"
#include "serve/discovery.h"
#include "serve/reviews.h"

namespace bulwark::serve {

using base::HttpRequest;
using base::HttpResponse;
using document::Json;

namespace {

HttpResponse not_there() { return refusal(twin::no_resource().error()); }
HttpResponse found_or_not(std::string json) { return json.empty() ? not_there() : json_answer(std::move(json)); }

std::string paths_of_the_root() {
  return R"({"paths":["/api","/api/v1","/apis","/healthz","/livez","/openapi/v3","/readyz","/version"]})";
}

bool is_read(const HttpRequest& request) { return request.method == "GET" || request.method == "HEAD"; }

}  // namespace

HttpResponse Rest::handle(const HttpRequest& request) {
  HttpResponse response;
  if (request.body.size() > options_.most_body) {
    response = refusal({.code = 413,
                        .reason = "RequestEntityTooLarge",
                        .message = fmt::format("Request entity too large: limit is {}", options_.most_body),
                        .causes = {},
                        .retry_after = {}});
  } else if (const auto target = parse_target(request.target)) {
    response = route(request, *target);
  } else {
    response = refusal(twin::bad_request("the path cannot be read").error());
  }
  if (request.method == "HEAD") response.body.clear(), response.stream.reset();
  return response;
}

HttpResponse Rest::route(const HttpRequest& request, const Target& target) {
  const auto& path = target.path;
  if (path.empty()) return json_answer(paths_of_the_root());
  const std::string& first = path[0];
  if (first == "bulwark.dev") return clock(request, target);
  if ((first == "api" || first == "apis") && path.size() > 1) return route_group(request, target);
  if (!is_read(request)) return refusal(twin::method_not_allowed().error());
  if (first == "healthz" || first == "readyz" || first == "livez") {
    HttpResponse response = text_answer("ok");
    // By this header clients learn that the server itself takes care of too many requests, and do not hold back at
    // five a second (k8s.io/cli-runtime, flowcontrol.IsEnabled).
    response.headers.emplace_back("X-Kubernetes-Pf-Flowschema-Uid", "00000000-0000-4000-8000-000000000000");
    return response;
  }
  if (path.size() == 1) {
    const bool aggregated = wanted(request.header("Accept")).aggregated;
    HttpResponse response = json_answer("");
    if (aggregated) response.content_type = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    if (first == "api") response.body = core_versions(store_.kinds(), aggregated);
    if (first == "apis") response.body = groups(store_.kinds(), aggregated);
    if (first == "version") response.body = version_info(options_.git_version);
    return response.body.empty() ? not_there() : std::move(response);
  }
  if (first == "openapi" && path[1] == "v3") {
    if (path.size() == 2) return json_answer(openapi_paths(store_.kinds()));
    std::string document;
    for (std::size_t i = 2; i < path.size(); ++i) document += (i == 2 ? "" : "/") + path[i];
    return found_or_not(openapi(store_.kinds(), document));
  }
  return not_there();
}

// /api/v1/... and /apis/GROUP/VERSION/...
HttpResponse Rest::route_group(const HttpRequest& request, const Target& target) {
  const auto& path = target.path;
  const bool core = path[0] == "api";
  const std::string group_name = core ? "" : path[1];
  if (group_name == "bulwark.dev") return clock(request, target);
  std::size_t at = core ? 2 : 3;
  if (path.size() < at) {
    return is_read(request) ? found_or_not(group(store_.kinds(), group_name))
                            : refusal(twin::method_not_allowed().error());
  }
  const std::string& version = path[at - 1];
  if (path.size() == at) {
    return is_read(request) ? found_or_not(resources(store_.kinds(), group_name, version))
                            : refusal(twin::method_not_allowed().error());
  }
  Call call{
      .request = &request, .target = &target, .kind = nullptr, .name_space = {}, .name = {}, .subresource = {}};
  // Below a namespace there are objects; the namespace itself has parts of its own.
  const bool below = path[at] == "namespaces" && path.size() > at + 2 &&
                     !(core && path.size() == at + 3 && (path[at + 2] == "status" || path[at + 2] == "finalize"));
  if (below) {
    call.name_space = path[at + 1];
    at += 2;
  }
  call.kind = store_.kinds().find(group_name, version, path[at]);
  if (call.kind == nullptr) return not_there();
  if (below && !call.kind->resource.namespaced) return not_there();
  if (path.size() > at + 1) call.name = path[at + 1];
  for (std::size_t i = at + 2; i < path.size(); ++i) call.subresource += (i == at + 2 ? "" : "/") + path[i];
  if (call.kind->resource.verbs.size() == 1) return review(*call.kind, request);
  if (!call.name.empty() && call.kind->resource.namespaced && call.name_space.empty()) return not_there();
  if (!call.subresource.empty()) return subresource(call);
  return call.name.empty() ? objects(call) : item(call);
}

HttpResponse Rest::objects(const Call& call) {
  const std::string& method = call.request->method;
  if (is_read(*call.request)) return call.target->flag("watch") ? get_watch(call) : get_list(call);
  if (method == "DELETE") return remove_all(call);
  if (method != "POST") return refusal(twin::method_not_allowed().error(), call.kind);
  if (call.kind->resource.namespaced && call.name_space.empty()) {
    return refusal(twin::method_not_allowed().error(), call.kind);
  }
  return create(call);
}

HttpResponse Rest::item(const Call& call) {
  const std::string& method = call.request->method;
  if (method == "PUT") return replace(call);
  if (method == "PATCH") return patch(call);
  if (method == "DELETE") return remove(call);
  if (!is_read(*call.request)) return refusal(twin::method_not_allowed().error(), call.kind, call.name);
  const auto object = store_.get(*call.kind, call.name_space, call.name);
  if (!object) return refusal(object.error(), call.kind, call.name);
  return show(call, **object);
}

// GET and POST of /bulwark.dev/v1/clock: the twin's time. A change is {"run": SPEED or true} or
// {"pause": true} or {"stepMilliseconds": N}; the answer is the clock as it is then.
HttpResponse Rest::clock(const HttpRequest& request, const Target& target) {
  // Also below /apis, where clients of the Kubernetes API can reach it.
  std::vector<std::string> path = target.path;
  if (!path.empty() && path[0] == "apis") path.erase(path.begin());
  if (path != std::vector<std::string>{"bulwark.dev", "v1", "clock"}) return not_there();
  if (options_.clock == nullptr)
    return refusal(twin::not_implemented("this twin's clock cannot be turned").error());
  if (request.method == "POST") {
    const auto wish = Json::parse(request.body);
    if (!wish || !wish->is_object()) return refusal(twin::bad_request("the body must be a JSON object").error());
    if (const Json* run = wish->find("run")) {
      std::optional<double> speed;
      if (run->kind() == Json::Kind::number) {
        double value = 0;
        std::from_chars(run->text().data(), run->text().data() + run->text().size(), value);
        speed = value;
      }
      if (speed && !(*speed > 0 && *speed <= 1e6)) {
        return refusal(twin::bad_request("run must be above 0 and at most 1000000").error());
      }
      options_.clock->run(speed);
    } else if (wish->find("pause") != nullptr) {
      options_.clock->pause();
    } else if (const Json* step = wish->find("stepMilliseconds")) {
      constexpr std::int64_t longest = 366LL * 24 * 3600 * 1000;
      const std::int64_t length = step->integer().value_or(-1);
      if (length < 0 || length > longest) {
        return refusal(twin::bad_request("stepMilliseconds must be between 0 and a year").error());
      }
      options_.clock->step(std::chrono::milliseconds(length));
    } else {
      return refusal(twin::bad_request("say run, pause or stepMilliseconds").error());
    }
  } else if (!is_read(request)) {
    return refusal(twin::method_not_allowed().error());
  }
  const ClockControl::State state = options_.clock->state();
  std::string out;
  document::JsonWriter json(out);
  json.begin_object().member("apiVersion", "bulwark.dev/v1").member("kind", "Clock");
  json.member("now", std::string_view(base::rfc3339(std::chrono::floor<std::chrono::seconds>(state.now))));
  json.member("running", state.running).member("speed", std::string_view(fmt::format("{}x", state.speed)));
  json.end_object();
  return json_answer(out + "\n");
}

}  // namespace bulwark::serve

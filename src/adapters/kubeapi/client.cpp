#include "adapters/kubeapi/client.h"

#include <fmt/format.h>

#include <utility>

#include "adapters/kubeapi/api_path.h"
#include "adapters/kubeapi/discovery.h"
#include "adapters/kubeapi/list.h"
#include "adapters/kubeapi/parsed_text.h"
#include "adapters/kubeapi/status_reader.h"
#include "document/json_scan.h"
#include "document/json_writer.h"

namespace bulwark::adapters {

namespace {

ApiPath with_options(ApiPath path, const kube::WriteOptions& options) {
  return path.with("fieldManager", options.field_manager)
      .with("fieldValidation", options.field_validation)
      .with("dryRun", options.dry_run ? "All" : "");
}

// What is only judged may be judged twice.
Repeat repeat_of(bool dry_run, Repeat otherwise = Repeat::if_refused) {
  return dry_run ? Repeat::always : otherwise;
}

std::string_view content_type_of(kube::PatchType type) {
  switch (type) {
    case kube::PatchType::json:
      return "application/json-patch+json";
    case kube::PatchType::merge:
      return "application/merge-patch+json";
    case kube::PatchType::strategic_merge:
      return "application/strategic-merge-patch+json";
    case kube::PatchType::apply:
      return "application/apply-patch+yaml";
  }
  std::unreachable();
}

// metav1.DeleteOptions as JSON.
std::string delete_options(const kube::DeleteOptions& options) {
  std::string out = R"({"kind":"DeleteOptions","apiVersion":"v1")";
  if (options.dry_run) out += R"(,"dryRun":["All"])";
  if (options.grace_period_seconds)
    out += fmt::format(R"(,"gracePeriodSeconds":{})", *options.grace_period_seconds);
  if (!options.propagation.empty()) {
    out += R"(,"propagationPolicy":)";
    document::append_json_string(out, options.propagation);
  }
  if (!options.uid.empty()) {
    out += R"(,"preconditions":{"uid":)";
    document::append_json_string(out, options.uid);
    out += '}';
  }
  return out + "}";
}

}  // namespace

kube::Answer<std::string> LiveCluster::call_for_object(const ApiRequest& request) {
  std::string body = TRY(api_.call(request));
  const document::JsonScan scan(body);
  const std::size_t begin = scan.skip_blank(0);
  const bool object = begin < body.size() && body[begin] == '{';
  if (!object) {
    return std::unexpected(api_.fail(
        fmt::format("{}: the server answered with {} instead of an object in JSON; is this the address of "
                    "an API server, or of a sign-in page or proxy?",
                    request.target.substr(0, request.target.find('?')), describe_body("", body))));
  }
  if (scan.skip_collection(begin) == document::JsonScan::npos) {
    return std::unexpected(api_.fail("the answer is cut off"));
  }
  return body;
}

kube::Answer<std::string> LiveCluster::version() {
  const std::string body = TRY(call_for_object({.target = "/version"}));
  const auto parsed = ParsedText::json("", body);
  std::string version(parsed ? text_of(&parsed->root(), "gitVersion") : "");
  if (version.empty()) return std::unexpected(api_.fail("/version names no gitVersion"));
  return version;
}

kube::Answer<std::vector<kube::Resource>> LiveCluster::resources(std::vector<std::string>& missing) {
  return discover(api_, missing);
}

kube::Answer<kube::Listed> LiveCluster::list(const kube::Resource& resource, const kube::Query& query,
                                             kube::ObjectSink& sink) {
  return list_objects(api_, resource, query, sink);
}

kube::Answer<std::string> LiveCluster::get(const kube::ObjectKey& key, std::string_view subresource) {
  return call_for_object({.target = object_path(key, subresource).text()});
}

kube::Answer<std::string> LiveCluster::create(const kube::ObjectKey& key, std::string_view json,
                                              std::string_view subresource, const kube::WriteOptions& options) {
  const ApiPath path =
      subresource.empty() ? collection_path(key.resource, key.name_space) : object_path(key, subresource);
  return call_for_object({.method = "POST",
                          .target = with_options(path, options).text(),
                          .body = std::string(json),
                          .content_type = "application/json",
                          .repeat = repeat_of(options.dry_run)});
}

kube::Answer<std::string> LiveCluster::replace(const kube::ObjectKey& key, std::string_view json,
                                               std::string_view subresource, const kube::WriteOptions& options) {
  return call_for_object({.method = "PUT",
                          .target = with_options(object_path(key, subresource), options).text(),
                          .body = std::string(json),
                          .content_type = "application/json",
                          .repeat = repeat_of(options.dry_run)});
}

kube::Answer<std::string> LiveCluster::patch(const kube::ObjectKey& key, kube::PatchType type,
                                             std::string_view patch, std::string_view subresource,
                                             const kube::WriteOptions& options) {
  const bool apply = type == kube::PatchType::apply;
  ApiPath path = with_options(object_path(key, subresource), options);
  if (apply && options.force) path.with("force", "true");
  // Applied twice is applied once.
  return call_for_object({.method = "PATCH",
                          .target = path.text(),
                          .body = std::string(patch),
                          .content_type = std::string(content_type_of(type)),
                          .repeat = repeat_of(options.dry_run, apply ? Repeat::always : Repeat::if_refused)});
}

kube::Answer<> LiveCluster::remove(const kube::ObjectKey& key, const kube::DeleteOptions& options) {
  TRY(call_for_object({.method = "DELETE",
                       .target = object_path(key, "").text(),
                       .body = delete_options(options),
                       .content_type = "application/json",
                       .repeat = repeat_of(options.dry_run)}));
  return {};
}

kube::Answer<> LiveCluster::evict(const kube::ObjectKey& pod, const kube::DeleteOptions& options) {
  if (eviction_.empty()) eviction_ = TRY(discover_eviction(api_));
  std::string body = fmt::format(R"({{"apiVersion":"{}","kind":"Eviction","metadata":{{"name":)", eviction_);
  document::append_json_string(body, pod.name);
  body += R"(,"namespace":)";
  document::append_json_string(body, pod.name_space);
  body += "},\"deleteOptions\":" + delete_options(options) + "}";
  TRY(call_for_object({.method = "POST",
                       .target = object_path(pod, "eviction").with("dryRun", options.dry_run ? "All" : "").text(),
                       .body = std::move(body),
                       .content_type = "application/json",
                       .repeat = Repeat::if_unheard}));
  return {};
}

kube::Answer<std::string> LiveCluster::get_raw(std::string_view path) {
  return api_.call({.target = (path.starts_with('/') ? "" : "/") + std::string(path)});
}

LiveCluster::WatchId LiveCluster::watch(const kube::Resource& resource, const kube::Query& query,
                                        std::string_view from, kube::WatchSink& sink) {
  return watches_.add(resource, query, from, sink);
}

void LiveCluster::unwatch(WatchId id) { watches_.remove(id); }

kube::Time LiveCluster::now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

bool LiveCluster::run_until(kube::Time end) {
  // The end in steady time, so that a clock that is set does no harm; not beyond what that can hold.
  const auto left = std::min<std::chrono::milliseconds>(end - now(), std::chrono::hours(24));
  return watches_.run_until(std::chrono::steady_clock::now() + left);
}

}  // namespace bulwark::adapters

// Objects, lists of them, and watches.
#include <fmt/format.h>

#include <charconv>

#include "document/json_writer.h"
#include "serve/answers.h"
#include "serve/rest.h"
#include "serve/tables.h"
#include "serve/watch_stream.h"

namespace bulwark::serve {

using base::HttpResponse;

namespace {

Include include_of(const Target& target) {
  const std::string_view wish = target.value("includeObject");
  return wish == "Object" ? Include::object : wish == "None" ? Include::nothing : Include::metadata;
}

kube::Query query_of(const Target& target, const std::string& name_space) {
  return {.name_space = name_space,
          .labels = std::string(target.value("labelSelector")),
          .fields = std::string(target.value("fieldSelector"))};
}

// metadata of a list.
void append_list_metadata(std::string& out, const twin::Page& page) {
  out += fmt::format(R"("metadata":{{"resourceVersion":"{}")", page.resource_version);
  if (!page.next.empty()) {
    out += R"(,"continue":)";
    document::append_json_string(out, page.next);
  }
  if (page.remaining > 0) out += fmt::format(R"(,"remainingItemCount":{})", page.remaining);
  out += '}';
}

// An unsigned number of a query; nullopt when it is none.
std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

HttpResponse not_acceptable() {
  return refusal({.code = 406,
                  .reason = "NotAcceptable",
                  .message = "only the following media types are accepted: application/json",
                  .causes = {},
                  .retry_after = {}});
}

std::string table_of(std::span<const twin::ObjectPtr> objects, const twin::ApiKind& kind, Include include,
                     kube::Time now, std::string_view metadata) {
  const std::vector<Column> columns = columns_of(kind);
  std::string out = R"({"kind":"Table","apiVersion":"meta.k8s.io/v1",)";
  out.append(metadata).append(R"(,"columnDefinitions":)");
  append_definitions(out, columns);
  out += R"(,"rows":[)";
  for (const twin::ObjectPtr& object : objects) {
    if (&object != &objects.front()) out += ',';
    append_row(out, columns, *object, include, now);
  }
  out += "]}\n";
  return out;
}

}  // namespace

HttpResponse Rest::get_list(const Call& call) {
  const Wanted wish = wanted(call.request->header("Accept"));
  if (!wish.acceptable) return not_acceptable();
  const auto selection = twin::Selection::compile(*call.kind, query_of(*call.target, call.name_space));
  if (!selection) return refusal(selection.error(), call.kind);
  std::uint64_t limit = 0;
  if (call.target->has("limit")) {
    const auto given = number(call.target->value("limit"));
    if (!given) return refusal(twin::bad_request("limit must be a number").error(), call.kind);
    limit = *given;
  }
  const auto page = store_.list(*call.kind, *selection, limit, call.target->value("continue"));
  if (!page) return refusal(page.error(), call.kind);
  std::string metadata;
  append_list_metadata(metadata, *page);
  if (wish.form == Form::table) {
    return json_answer(table_of(page->objects, *call.kind, include_of(*call.target), store_.now(), metadata));
  }
  const bool partial = wish.form == Form::partial;
  std::string out = partial ? R"({"kind":"PartialObjectMetadataList","apiVersion":"meta.k8s.io/v1",)"
                            : fmt::format(R"({{"kind":"{}List","apiVersion":"{}",)", call.kind->resource.kind,
                                          call.kind->resource.api_version());
  std::size_t size = 0;
  for (const twin::ObjectPtr& object : page->objects) size += object->json.size() + 1;
  out.reserve(out.size() + metadata.size() + size + 16);
  out.append(metadata).append(R"(,"items":[)");
  bool first = true;
  for (const twin::ObjectPtr& object : page->objects) {
    if (!first) out += ',';
    first = false;
    if (partial) {
      append_partial(out, *object);
    } else if (call.kind->custom || !call.kind->preferred) {
      out += in_version(*object, *call.kind);
    } else {
      out += object->json;
    }
  }
  out += "]}\n";
  return json_answer(std::move(out));
}

HttpResponse Rest::get_watch(const Call& call) {
  const Wanted wish = wanted(call.request->header("Accept"));
  if (!wish.acceptable) return not_acceptable();
  const Target& target = *call.target;
  auto selection = twin::Selection::compile(*call.kind, query_of(target, call.name_space));
  if (!selection) return refusal(selection.error(), call.kind);
  const std::string_view version = target.value("resourceVersion");
  const auto from = number(version.empty() ? "0" : version);
  if (!from) return refusal(twin::bad_request(fmt::format("invalid resource version \"{}\"", version)).error());
  const bool initial = target.flag("sendInitialEvents");
  HttpResponse response = json_answer("");
  response.stream = watch_stream(store_, {.kind = call.kind,
                                          .selection = std::move(*selection),
                                          .from = *from,
                                          .existing = *from == 0 || initial,
                                          .bookmarks = target.flag("allowWatchBookmarks"),
                                          .initial_events_end = initial,
                                          .form = wish.form,
                                          .include = include_of(target)});
  const auto timeout = number(target.value("timeoutSeconds"));
  constexpr std::uint64_t longest = 24UL * 3600;
  response.lifetime = std::chrono::seconds(timeout && *timeout > 0 && *timeout < longest ? *timeout : 3600);
  return response;
}

HttpResponse Rest::show(const Call& call, const twin::StoredObject& object, int status) {
  const Wanted wish = wanted(call.request->header("Accept"));
  if (!wish.acceptable) return not_acceptable();
  if (wish.form == Form::table) {
    const twin::ObjectPtr one(&object, [](const twin::StoredObject*) {});
    return json_answer(table_of({&one, 1}, *call.kind, include_of(*call.target), store_.now(),
                                fmt::format(R"("metadata":{{"resourceVersion":"{}"}})", object.resource_version)),
                       status);
  }
  std::string out;
  if (wish.form == Form::partial) {
    append_partial(out, object);
  } else {
    out = in_version(object, *call.kind);
  }
  return json_answer(out + "\n", status);
}

}  // namespace bulwark::serve

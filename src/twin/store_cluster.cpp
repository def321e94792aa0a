#include "twin/store_cluster.h"

#include <charconv>

#include "base/arena.h"
#include "document/reader.h"
#include "document/source.h"
#include "twin/scale.h"

namespace bulwark::twin {

using document::Json;

namespace {

// Reads one object that the store has written, and hands its tree on.
void with_node(std::string_view json, const std::function<void(const document::Node&)>& use) {
  struct Sink : document::DocumentSink {
    const std::function<void(const document::Node&)>* use = nullptr;
    void on_document(const document::Node& root) override { (*use)(root); }
    void on_problem(document::Problem) override {}
  } sink;
  sink.use = &use;
  const document::Source source("object", json);
  base::Arena arena;
  document::read_json(source, {0, static_cast<std::uint32_t>(json.size())}, 0, arena, {}, sink);
}

Writer writer_of(const kube::WriteOptions& options) {
  return {.dry_run = options.dry_run,
          .force = options.force,
          .field_manager = options.field_manager,
          .strict = options.field_validation == "Strict"};
}

kube::Answer<Json> parsed(std::string_view json) {
  auto value = Json::parse(json);
  if (!value) return bad_request(value.error().message);
  return std::move(*value);
}

template <class T>
kube::Answer<std::string> text_of(const kube::Answer<T>& answer) {
  if (!answer) return Refusal(answer.error());
  if constexpr (std::is_same_v<T, ObjectPtr>) {
    return (*answer)->json;
  } else {
    return answer->write();
  }
}

}  // namespace

kube::Answer<std::vector<kube::Resource>> StoreCluster::resources(std::vector<std::string>&) {
  std::vector<kube::Resource> all;
  for (const ApiKind* kind : store_.kinds().all()) {
    if (kind->preferred) all.push_back(kind->resource);
  }
  return all;
}

kube::Answer<kube::Listed> StoreCluster::list(const kube::Resource& resource, const kube::Query& query,
                                              kube::ObjectSink& sink) {
  const ApiKind* kind = store_.kinds().find(resource);
  if (kind == nullptr) return no_resource();
  const auto selection = Selection::compile(*kind, query);
  if (!selection) return Refusal(selection.error());
  const auto page = store_.list(*kind, *selection);
  if (!page) return Refusal(page.error());
  for (const ObjectPtr& object : page->objects) {
    with_node(object->json, [&](const document::Node& node) { sink.on_object(node, object->json); });
  }
  return kube::Listed{std::to_string(page->resource_version), page->objects.size()};
}

kube::Answer<std::string> StoreCluster::get(const kube::ObjectKey& key, std::string_view subresource) {
  const ApiKind* kind = store_.kinds().find(key.resource);
  if (kind == nullptr) return no_resource();
  if (subresource == "scale" && kind->has_scale) return text_of(store_.scale(*kind, key.name_space, key.name));
  if (!subresource.empty() && !(subresource == "status" && kind->has_status)) return no_resource();
  return text_of(store_.get(*kind, key.name_space, key.name));
}

kube::Answer<std::string> StoreCluster::create(const kube::ObjectKey& key, std::string_view json,
                                               std::string_view subresource, const kube::WriteOptions& options) {
  const ApiKind* kind = store_.kinds().find(key.resource);
  if (kind == nullptr) return no_resource();
  auto object = parsed(json);
  if (!object) return Refusal(object.error());
  if (subresource.empty())
    return text_of(store_.create(*kind, key.name_space, std::move(*object), writer_of(options)));
  if (subresource != "binding" || kind->resource.kind != "Pod") return no_resource();
  if (const auto bound = store_.bind(key.name_space, key.name, *object); !bound) return Refusal(bound.error());
  return text_of(store_.get(*kind, key.name_space, key.name));
}

kube::Answer<std::string> StoreCluster::replace(const kube::ObjectKey& key, std::string_view json,
                                                std::string_view subresource, const kube::WriteOptions& options) {
  const ApiKind* kind = store_.kinds().find(key.resource);
  if (kind == nullptr) return no_resource();
  auto object = parsed(json);
  if (!object) return Refusal(object.error());
  if (subresource == "scale" && kind->has_scale) {
    return text_of(store_.set_scale(*kind, key.name_space, key.name, *object, writer_of(options)));
  }
  if (!subresource.empty() && !(subresource == "status" && kind->has_status)) return no_resource();
  return text_of(
      store_.replace(*kind, key.name_space, key.name, std::move(*object), subresource, writer_of(options)));
}

kube::Answer<std::string> StoreCluster::patch(const kube::ObjectKey& key, kube::PatchType type,
                                              std::string_view patch, std::string_view subresource,
                                              const kube::WriteOptions& options) {
  const ApiKind* kind = store_.kinds().find(key.resource);
  if (kind == nullptr) return no_resource();
  // What is applied may be YAML.
  auto change = type == kube::PatchType::apply ? Json::parse_yaml(patch) : Json::parse(patch);
  if (!change) return bad_request(change.error().message);
  if (subresource == "scale" && kind->has_scale) {
    return text_of(store_.set_scale(*kind, key.name_space, key.name, *change, writer_of(options)));
  }
  if (!subresource.empty() && !(subresource == "status" && kind->has_status)) return no_resource();
  return text_of(store_.patch(*kind, key.name_space, key.name, type, *change, subresource, writer_of(options)));
}

kube::Answer<> StoreCluster::remove(const kube::ObjectKey& key, const kube::DeleteOptions& options) {
  const ApiKind* kind = store_.kinds().find(key.resource);
  if (kind == nullptr) return no_resource();
  if (const auto removed = store_.remove(*kind, key.name_space, key.name, options); !removed) {
    return Refusal(removed.error());
  }
  return {};
}

kube::Answer<> StoreCluster::evict(const kube::ObjectKey& pod, const kube::DeleteOptions& options) {
  return store_.evict(pod.name_space, pod.name, options);
}

kube::Answer<std::string> StoreCluster::get_raw(std::string_view path) {
  if (path == "/healthz" || path == "/livez" || path == "/readyz") return "ok";
  return no_resource();
}

kube::Cluster::WatchId StoreCluster::watch(const kube::Resource& resource, const kube::Query& query,
                                           std::string_view from, kube::WatchSink& sink) {
  Watching watching{.sink = &sink, .existing = {}, .cursor = {}, .refused = {}};
  const ApiKind* kind = store_.kinds().find(resource);
  auto selection = kind == nullptr ? kube::Answer<Selection>(no_resource()) : Selection::compile(*kind, query);
  std::uint64_t version = 0;
  std::from_chars(from.data(), from.data() + from.size(), version);
  if (!selection) {
    watching.refused = selection.error();
  } else {
    if (version == 0) {
      version = store_.resource_version();
      store_.for_each(*kind, [&](const StoredObject& object) {
        if (selection->matches(object)) {
          watching.existing.push_back(store_.find(*kind, object.name_space, object.name));
        }
      });
      std::reverse(watching.existing.begin(), watching.existing.end());
    }
    watching.cursor.emplace(store_.watch(*kind, std::move(*selection), version));
  }
  watches_.emplace(++last_watch_, std::move(watching));
  told_ = 0;  // this one has heard nothing so far
  return last_watch_;
}

// Tells one watch what there is up to a resource version; whether it was anything. The sink may end watches, this
// one too.
bool StoreCluster::tell(WatchId id, std::uint64_t up_to) {
  bool told = false;
  for (auto found = watches_.find(id); found != watches_.end(); found = watches_.find(id)) {
    Watching& watching = found->second;
    kube::WatchSink& sink = *watching.sink;
    kube::Status end = watching.refused;
    if (!watching.existing.empty()) {
      const ObjectPtr object = std::move(watching.existing.back());
      watching.existing.pop_back();
      with_node(object->json,
                [&](const document::Node& node) { sink.on_change(kube::Change::added, node, object->json); });
      told = true;
      continue;
    }
    if (end.code == 0) {
      if (watching.cursor->position() >= up_to) break;
      const std::uint64_t before = watching.cursor->position();
      const auto event = watching.cursor->next();
      if (event && *event) {
        const ObjectPtr object = (*event)->object;
        with_node(object->json,
                  [&](const document::Node& node) { sink.on_change((*event)->change, node, object->json); });
        told = true;
        continue;
      }
      if (event) {
        if (watching.cursor->position() != before) sink.on_progress(std::to_string(watching.cursor->position()));
        break;
      }
      end = event.error();
    }
    watches_.erase(found);
    sink.on_end(end);
    told = true;
  }
  return told;
}

// What is written while sinks are told is for the next time.
bool StoreCluster::tell() {
  if (!has_news()) return false;
  const std::uint64_t up_to = store_.resource_version();
  std::vector<WatchId> ids;
  ids.reserve(watches_.size());
  for (const auto& [id, watching] : watches_) ids.push_back(id);
  bool told = false;
  for (const WatchId id : ids) told = tell(id, up_to) || told;
  told_ = up_to;
  return told;
}

bool StoreCluster::run_until(kube::Time end) {
  if (tell()) return true;
  while (time_.now() < end) {
    time_.run_until(end, [&] { return !watches_.empty() && has_news(); });
    if (tell()) return true;
  }
  return !watches_.empty();
}

}  // namespace bulwark::twin

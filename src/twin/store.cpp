#include "twin/store.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/arena.h"
#include "base/random.h"
#include "base/rfc3339.h"
#include "document/reader.h"
#include "twin/object_defaults.h"

namespace bulwark::twin {

using document::Json;

namespace {

std::uint64_t scrambled(std::uint64_t value) { return base::next_random(value); }

struct ToObserver : document::DocumentSink {
  StoreObserver* observer = nullptr;
  kube::Change change = kube::Change::added;
  const ApiKind* kind = nullptr;
  std::string_view json;
  void on_document(const document::Node& root) override { observer->on_written(change, *kind, root, json); }
  void on_problem(document::Problem) override {}
};

// Members that lead an object come first, as people read it.
void put_in_order(Json& object) {
  std::vector<document::JsonMember> ordered;
  ordered.reserve(object.size());
  for (const std::string_view key : {"kind", "apiVersion", "metadata"}) {
    if (Json* value = object.find(key)) {
      ordered.push_back({std::string(key), std::move(*value)});
      object.erase(key);
    }
  }
  for (document::JsonMember& member : object.members()) ordered.push_back(std::move(member));
  object.members() = std::move(ordered);
}

}  // namespace

Store::Store(StoreOptions options) : options_(std::move(options)), log_(options_.log) {
  shelves_.resize(kinds_.shelves());
  log_.begin_at(last_version_);
  add_built_in();
}

const Store::Shelf& Store::shelf(const ApiKind& kind) const {
  static const Shelf none;
  return kind.shelf < shelves_.size() ? shelves_[kind.shelf] : none;
}

Store::Shelf& Store::shelf(const ApiKind& kind) {
  if (kind.shelf >= shelves_.size()) shelves_.resize(kind.shelf + 1);
  return shelves_[kind.shelf];
}

// What every cluster has from its first second on.
void Store::add_built_in() {
  const auto make = [&](std::string_view text) { static_cast<void>(put(Json::parse(text).value())); };
  for (const std::string_view name : {"default", "kube-system", "kube-public", "kube-node-lease"}) {
    make(fmt::format(R"({{"apiVersion":"v1","kind":"Namespace","metadata":{{"name":"{}"}}}})", name));
  }
  make(
      R"({"apiVersion":"scheduling.k8s.io/v1","kind":"PriorityClass","metadata":{"name":"system-cluster-critical"},
           "value":2000000000,"description":"Used for system critical pods that must run in the cluster, but can be moved to another node if necessary."})");
  make(R"({"apiVersion":"scheduling.k8s.io/v1","kind":"PriorityClass","metadata":{"name":"system-node-critical"},
           "value":2000001000,"description":"Used for system critical pods that must not be moved from their current node."})");
}

std::string Store::next_uid() {
  const std::uint64_t a = scrambled(options_.seed * 0x632be59bd9b4e019U + ++uids_);
  const std::uint64_t b = scrambled(a);
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}", a >> 32U, a >> 16U & 0xffffU, a & 0xfffU,
                     0x8000U | (b >> 48U & 0x3fffU), b & 0xffffffffffffU);
}

// k8s.io/apimachinery/pkg/util/rand: no vowels, so that no words come about.
std::string Store::generated_name(std::string_view prefix) {
  constexpr std::string_view letters = "bcdfghjklmnpqrstvwxz2456789";
  constexpr std::size_t longest = 63 - 5;
  std::string name(prefix.substr(0, longest));
  std::uint64_t bits = scrambled(options_.seed ^ 0x5851f42d4c957f2dU ^ ++names_ << 20U);
  for (int i = 0; i < 5; ++i, bits /= letters.size()) name += letters[bits % letters.size()];
  return name;
}

std::string Store::timestamp() const {
  return base::rfc3339(std::chrono::floor<std::chrono::seconds>(options_.now()));
}

ObjectPtr Store::find(const ApiKind& kind, std::string_view name_space, std::string_view name) const {
  const Shelf& objects = shelf(kind);
  const auto found =
      objects.find(std::string(kind.resource.namespaced ? name_space : "").append("/").append(name));
  return found == objects.end() ? nullptr : found->second;
}

kube::Answer<ObjectPtr> Store::get(const ApiKind& kind, std::string_view name_space, std::string_view name) const {
  if (ObjectPtr object = find(kind, name_space, name)) return object;
  return not_found(kind, name);
}

kube::Answer<Page> Store::list(const ApiKind& kind, const Selection& selection, std::size_t limit,
                               std::string_view token) const {
  const Shelf& objects = shelf(kind);
  Page page{.objects = {}, .resource_version = last_version_, .next = {}, .remaining = 0};
  const std::string prefix = selection.name_space().empty() ? "" : selection.name_space() + '/';
  auto at = objects.lower_bound(prefix);
  if (!token.empty()) {
    const std::size_t slash = token.find('/');
    const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), page.resource_version);
    if (slash == std::string_view::npos || error != std::errc() || end != token.data() + slash) {
      return bad_request("continue key is not valid: it was made by another server");
    }
    if (!log_.reaches_back_to(page.resource_version)) {
      return expired(
          "The provided continue parameter is too old to display a consistent list result. You can start a new "
          "list "
          "without the continue parameter.");
    }
    at = objects.upper_bound(token.substr(slash + 1));
  }
  if (!selection.name().empty() && !prefix.empty()) {
    at = objects.find(prefix + selection.name());
    if (at != objects.end() && selection.matches(*at->second)) page.objects.push_back(at->second);
    return page;
  }
  for (; at != objects.end() && at->first.starts_with(prefix); ++at) {
    if (selection.selects() && !selection.matches(*at->second)) continue;
    if (limit != 0 && page.objects.size() == limit) {
      page.next = fmt::format("{}/{}", page.resource_version, page.objects.back()->key());
      if (!selection.selects()) {
        const auto end =
            prefix.empty() ? objects.end() : objects.lower_bound(selection.name_space() + char('/' + 1));
        page.remaining = static_cast<std::uint64_t>(std::distance(at, end));
      }
      break;
    }
    page.objects.push_back(at->second);
  }
  return page;
}

void Store::for_each(const ApiKind& kind, const std::function<void(const StoredObject&)>& visit) const {
  for (const auto& [key, object] : shelf(kind)) visit(*object);
}

void Store::for_each_pointer(const ApiKind& kind, const std::function<void(const ObjectPtr&)>& visit) const {
  for (const auto& [key, object] : shelf(kind)) visit(object);
}

void Store::index_owners(const ApiKind& kind, const StoredObject& object, bool add) {
  for (const std::string& owner : object.owners) {
    const std::string key = object.key();
    if (add) {
      dependents_.emplace(owner, Place{&kind, key});
      continue;
    }
    const auto [begin, end] = dependents_.equal_range(owner);
    const auto found = std::find_if(begin, end, [&](const auto& each) {
      return each.second.kind->shelf == kind.shelf && each.second.key == key;
    });
    if (found != end) dependents_.erase(found);
  }
}

// Stores an object that is complete but for its resource version, and tells the watches.
ObjectPtr Store::commit(const ApiKind& kind, Json object) {
  object["metadata"]["resourceVersion"] = Json::string(std::to_string(++last_version_));
  put_in_order(object);
  ObjectPtr stored = store_object(object);
  ObjectPtr& place = shelf(kind)[stored->key()];
  ObjectPtr before = std::exchange(place, stored);
  if (before == nullptr || before->owners != stored->owners) {
    if (before != nullptr) index_owners(kind, *before, false);
    index_owners(kind, *stored, true);
  }
  log_.add({.resource_version = last_version_,
            .shelf = kind.shelf,
            .change = before == nullptr ? kube::Change::added : kube::Change::modified,
            .object = stored,
            .before = std::move(before)});
  return stored;
}

void Store::erase(const ApiKind& kind, const ObjectPtr& object) {
  shelf(kind).erase(object->key());
  index_owners(kind, *object, false);
  // A deletion has a resource version of its own, which the object is told with.
  Json last = Json::parse(object->json).value_or(Json::object());
  last["metadata"]["resourceVersion"] = Json::string(std::to_string(++last_version_));
  const ObjectPtr gone = store_object(last);
  log_.add({.resource_version = last_version_,
            .shelf = kind.shelf,
            .change = kube::Change::deleted,
            .object = gone,
            .before = nullptr});
}

void Store::tell(kube::Change change, const ApiKind& kind, const ObjectPtr& object) {
  if (observer_ == nullptr) return;
  ToObserver sink;
  sink.observer = observer_;
  sink.change = change;
  sink.kind = &kind;
  sink.json = object->json;
  const document::Source source("object", object->json);
  base::Arena arena;
  document::read_json(source, {0, static_cast<std::uint32_t>(object->json.size())}, 0, arena, {}, sink);
}

base::Result<ObjectPtr> Store::put(Json object) {
  const std::string api_version(object.text_at({"apiVersion"})), kind_name(object.text_at({"kind"}));
  const std::string name(object.text_at({"metadata", "name"}));
  if (kind_name.empty() || api_version.empty() || name.empty()) {
    return base::fail("is no object with apiVersion, kind and metadata.name");
  }
  std::string name_space(object.text_at({"metadata", "namespace"}));
  const ApiKind* kind = kinds_.of(api_version, kind_name, true);
  if (kind == nullptr) kind = &kinds_.assume(api_version, kind_name, !name_space.empty());
  object["apiVersion"] = Json::string(kind->resource.api_version());
  Json& metadata = object["metadata"];
  if (!kind->resource.namespaced) {
    metadata.erase("namespace");
    name_space.clear();
  } else if (name_space.empty()) {
    name_space = "default";
    metadata["namespace"] = Json::string(name_space);
  }
  const ObjectPtr before = find(*kind, name_space, name);
  const auto keep = [&](std::string_view key, const std::function<std::string()>& otherwise) {
    if (const Json* found = metadata.find(key); found != nullptr && found->is_string() && !found->text().empty()) {
      return;
    }
    const std::string_view old = before == nullptr ? "" : find_text(before->json, {"metadata", key});
    metadata[key] = Json::string(old.empty() ? otherwise() : std::string(old));
  };
  keep("uid", [&] { return next_uid(); });
  keep("creationTimestamp", [&] { return timestamp(); });
  if (kind->has_generation && metadata.find("generation") == nullptr) metadata["generation"] = Json::number(1);
  set_defaults(*kind, object);
  fill(*kind, object);
  const bool is_definition = kind->resource.kind == "CustomResourceDefinition" && !kind->custom;
  if (is_definition) TRY(kinds_.define(object));
  ObjectPtr stored = commit(*kind, std::move(object));
  if (kind->resource.kind == "Namespace") {
    const ApiKind& accounts = kinds_.core("serviceaccounts");
    if (find(accounts, stored->name, "default") == nullptr) {
      Json account = Json::object();
      account["apiVersion"] = Json::string("v1");
      account["kind"] = Json::string("ServiceAccount");
      account["metadata"]["name"] = Json::string("default");
      account["metadata"]["namespace"] = Json::string(stored->name);
      TRY(put(std::move(account)));
    }
  }
  return stored;
}

bool Store::put_status(const ApiKind& kind, std::string_view name_space, std::string_view name, Json status) {
  const ObjectPtr before = find(kind, name_space, name);
  if (before == nullptr) return false;
  Json object = Json::parse(before->json).value_or(Json::object());
  if (const Json* old = object.find("status"); old != nullptr && *old == status) return true;
  object["status"] = std::move(status);
  commit(kind, std::move(object));
  return true;
}

}  // namespace bulwark::twin

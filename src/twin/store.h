// All objects of a served twin, as the API server keeps them in etcd: resource versions, uids, conflicts, watches,
// finalizers, garbage collection. It moves nothing by itself: pods run, and are evicted and bound, when an engine
// is connected through StoreObserver and PodDoor. For one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "document/json_value.h"
#include "document/node.h"
#include "kube/cluster.h"
#include "twin/api_kinds.h"
#include "twin/api_status.h"
#include "twin/selection.h"
#include "twin/stored_object.h"
#include "twin/watch_log.h"

namespace bulwark::twin {

// Receives what users write, once it is stored. May write to the store itself.
class StoreObserver {
 public:
  virtual ~StoreObserver() = default;
  // `object` was read from `json`, and both are valid during the call alone. An object with a deletionTimestamp is
  // going: for a pod, Store::finish ends it. What is deleted at once comes as deleted without that.
  virtual void on_written(kube::Change change, const ApiKind& kind, const document::Node& object,
                          std::string_view json) = 0;
};

// What the store leaves to an engine.
class PodDoor {
 public:
  virtual ~PodDoor() = default;
  // POST pods/NAME/eviction. The engine asks the budgets, and deletes the pod with Store::remove.
  virtual kube::Answer<> evict(std::string_view name_space, std::string_view name,
                               const kube::DeleteOptions& options) = 0;
  // POST pods/NAME/binding.
  virtual kube::Answer<> bind(std::string_view name_space, std::string_view name, std::string_view node) = 0;
};

struct StoreOptions {
  std::uint64_t seed = 1;           // of uids and generated names
  std::function<kube::Time()> now;  // the twin's clock
  LogLimits log;
};

// Who writes, and how.
struct Writer {
  bool dry_run = false;
  bool force = false;                     // apply: take fields over
  std::string field_manager = "unknown";  // in managedFields
  bool strict = false;                    // fieldValidation=Strict: fields that there are none of are refused
};

struct Page {
  std::vector<ObjectPtr> objects;
  std::uint64_t resource_version = 0;
  std::string next;             // continue token; empty: this was the last page
  std::uint64_t remaining = 0;  // objects behind it, where no selector is asked for
};

struct Removed {
  ObjectPtr object;   // as it was last
  bool gone = false;  // false: it waits for its grace period or finalizers
};

class Store {
 public:
  explicit Store(StoreOptions options);

  const ApiKinds& kinds() const { return kinds_; }
  kube::Time now() const { return options_.now(); }
  std::uint64_t resource_version() const { return last_version_; }
  const WatchLog& log() const { return log_; }

  // nullptr: nobody. With an observer connected pods end gracefully; without one they are gone at once.
  void observe(StoreObserver* observer) { observer_ = observer; }
  void set_door(PodDoor* door) { door_ = door; }

  // --- reading
  kube::Answer<ObjectPtr> get(const ApiKind& kind, std::string_view name_space, std::string_view name) const;
  // nullptr: there is none.
  ObjectPtr find(const ApiKind& kind, std::string_view name_space, std::string_view name) const;
  // At most `limit` objects (0: all), from the continue token of the page before on. Pages show what there is when
  // they are asked for, and keep the first page's resource version: a watch from it tells what they missed.
  kube::Answer<Page> list(const ApiKind& kind, const Selection& selection, std::size_t limit = 0,
                          std::string_view token = {}) const;
  void for_each(const ApiKind& kind, const std::function<void(const StoredObject&)>& visit) const;
  void for_each_pointer(const ApiKind& kind, const std::function<void(const ObjectPtr&)>& visit) const;
  std::size_t count(const ApiKind& kind) const { return shelf(kind).size(); }
  WatchCursor watch(const ApiKind& kind, Selection selection, std::uint64_t from) const {
    return {log_, kind.shelf, std::move(selection), from};
  }

  // --- what users do; the object as it is stored, or would be (dry run)
  kube::Answer<ObjectPtr> create(const ApiKind& kind, std::string_view name_space, document::Json object,
                                 const Writer& writer) {
    return create(kind, name_space, std::move(object), writer, {});
  }
  // `subresource`: "", or status.
  kube::Answer<ObjectPtr> replace(const ApiKind& kind, std::string_view name_space, std::string_view name,
                                  document::Json object, std::string_view subresource, const Writer& writer);
  kube::Answer<ObjectPtr> patch(const ApiKind& kind, std::string_view name_space, std::string_view name,
                                kube::PatchType type, const document::Json& patch, std::string_view subresource,
                                const Writer& writer);
  kube::Answer<Removed> remove(const ApiKind& kind, std::string_view name_space, std::string_view name,
                               const kube::DeleteOptions& options);
  kube::Answer<> evict(std::string_view name_space, std::string_view pod, const kube::DeleteOptions& options);
  kube::Answer<> bind(std::string_view name_space, std::string_view pod, const document::Json& binding);
  // autoscaling/v1 Scale of an object.
  kube::Answer<document::Json> scale(const ApiKind& kind, std::string_view name_space,
                                     std::string_view name) const;
  kube::Answer<document::Json> set_scale(const ApiKind& kind, std::string_view name_space, std::string_view name,
                                         const document::Json& scale, const Writer& writer);

  // --- what an engine or a loader does: no observer hears of it, watches do
  // Creates or replaces an object as it is, with status. What identifies it (uid, creationTimestamp) stays, or is
  // made when it has none. Error: it is no object of a kind with a name.
  base::Result<ObjectPtr> put(document::Json object);
  // Sets the status alone; false: there is no such object.
  bool put_status(const ApiKind& kind, std::string_view name_space, std::string_view name, document::Json status);
  // A pod's grace period is over: it is gone, unless a finalizer keeps it. Of other kinds: deletes at once.
  void finish(const ApiKind& kind, std::string_view name_space, std::string_view name);

 private:
  using Shelf = std::map<std::string, ObjectPtr, std::less<>>;
  struct Place {
    const ApiKind* kind;
    std::string key;
  };

  const Shelf& shelf(const ApiKind& kind) const;
  Shelf& shelf(const ApiKind& kind);

  // store.cpp
  void add_built_in();
  std::string next_uid();
  std::string generated_name(std::string_view prefix);
  std::string timestamp() const;
  ObjectPtr commit(const ApiKind& kind, document::Json object);
  void erase(const ApiKind& kind, const ObjectPtr& object);
  void tell(kube::Change change, const ApiKind& kind, const ObjectPtr& object);
  void index_owners(const ApiKind& kind, const StoredObject& object, bool add);

  // store_write.cpp
  // `owners`: managedFields that are known already.
  kube::Answer<ObjectPtr> create(const ApiKind& kind, std::string_view name_space, document::Json object,
                                 const Writer& writer, document::Json owners);
  kube::Answer<> check_new(const ApiKind& kind, std::string_view name_space, document::Json& object);
  kube::Answer<ObjectPtr> update(const ApiKind& kind, const ObjectPtr& old, const document::Json& before,
                                 document::Json object, std::string_view subresource, const Writer& writer);
  void fill(const ApiKind& kind, document::Json& object);
  kube::Answer<> after_write(const ApiKind& kind, document::Json& object);
  kube::Answer<ObjectPtr> apply(const ApiKind& kind, std::string_view name_space, std::string_view name,
                                const document::Json& patch, std::string_view subresource, const Writer& writer);

  // store_delete.cpp
  bool ends_gracefully(const ApiKind& kind, const document::Json& object) const;
  ObjectPtr mark_deleting(const ApiKind& kind, document::Json object, std::int64_t grace);
  void settle(const ApiKind& kind, std::string_view name_space, std::string_view name);
  void after_erase(const StoredObject& gone);
  void collect(const std::string& owner_uid);
  void orphan(const std::string& owner_uid);
  std::vector<Place> dependents(const std::string& owner_uid) const;
  void empty_namespace(const std::string& name);
  void settle_namespace(const std::string& name);
  void drop_custom_kind(const document::Json& definition);

  StoreOptions options_;
  ApiKinds kinds_;
  std::vector<Shelf> shelves_;
  WatchLog log_;
  std::unordered_multimap<std::string, Place> dependents_;  // by the uid of an owner
  std::unordered_map<std::string, Place> in_foreground_;    // waits for what it owns, by its uid
  std::uint64_t last_version_ = 1, uids_ = 0, names_ = 0, addresses_ = 0;
  StoreObserver* observer_ = nullptr;
  PodDoor* door_ = nullptr;
};

}  // namespace bulwark::twin

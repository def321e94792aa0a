// The one interface through which everything reads and changes a cluster: the live API server (adapters/kubeapi),
// a snapshot, or the twin. What runs against one of them runs against all.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "document/node.h"

namespace bulwark::kube {

// Time as a cluster has it: the wall clock of the live one, the virtual clock of the twin.
using Time = std::chrono::sys_time<std::chrono::milliseconds>;

// A kind of objects as the API serves it (metav1.APIResource with its group and version).
struct Resource {
  std::string group;    // "" for the core group
  std::string version;  // "v1"
  std::string plural;   // "deployments"
  std::string kind;     // "Deployment"
  bool namespaced = true;
  std::vector<std::string> verbs;  // what the server offers: get, list, watch, create, ...

  // "apps/v1", or "v1" for the core group.
  std::string api_version() const { return group.empty() ? version : group + '/' + version; }
};

// One object of a kind.
struct ObjectKey {
  Resource resource;
  std::string name_space;  // "" for cluster-wide kinds
  std::string name;
};

// Why the API refused (metav1.Status), or that it could not be reached.
struct Status {
  int code = 0;         // of HTTP; 0: no answer came
  std::string reason;   // "Forbidden", "Conflict", "Expired", ...; empty when there was no answer
  std::string message;  // the server's own words, or what went wrong on the way
  struct Cause {
    std::string reason, message, field;
  };
  std::vector<Cause> causes;
  std::optional<std::chrono::seconds> retry_after;  // what the server asked for

  bool is_not_found() const { return code == 404; }
  bool is_forbidden() const { return code == 401 || code == 403; }
  bool is_conflict() const { return code == 409; }
  // A list or watch whose resource version is too old: list again.
  bool is_expired() const { return code == 410; }

  // One line for the reader: reason, message and causes.
  base::Error error() const;
};

// What a call to the API gave.
template <class T = void>
class [[nodiscard]] Answer : public std::expected<T, Status> {
 public:
  using std::expected<T, Status>::expected;
};

// Where an object that comes from a cluster is called what; views into the object.
struct ObjectName {
  std::string_view name_space, name;

  // "shop/web", or "/web" for what is in no namespace. Neither part has a slash of its own.
  std::string text() const { return std::string(name_space).append("/").append(name); }
};
ObjectName name_of(const document::Node& object);

// Which objects are asked for.
struct Query {
  std::string name_space;  // "": all namespaces
  std::string labels;      // label selector: "app=web,tier in (a,b)"
  std::string fields;      // field selector: "spec.nodeName=n1"
};

// Receives the objects of a list or a watch. Node and text are valid during the call alone.
class ObjectSink {
 public:
  virtual ~ObjectSink() = default;
  // `json` is the object's text, which `object` was read from. Objects of a list name their kind and apiVersion
  // even where the server leaves them out of the items.
  virtual void on_object(const document::Node& object, std::string_view json) = 0;
  // The list begins again, for its continue token had expired: forget what came before.
  virtual void on_restart() {}
};

struct Listed {
  std::string resource_version;  // to watch from
  std::uint64_t objects = 0;
};

enum class Change : std::uint8_t { added, modified, deleted };

// Receives what happens to the objects of a watch.
class WatchSink {
 public:
  virtual ~WatchSink() = default;
  virtual void on_change(Change change, const document::Node& object, std::string_view json) = 0;
  // Everything up to this resource version has been told (a bookmark).
  virtual void on_progress(std::string_view resource_version) { static_cast<void>(resource_version); }
  // The watch has ended and will tell no more: with 410, list again and watch anew; an ended connection is taken
  // up again by the cluster itself and not told here.
  virtual void on_end(const Status& status) = 0;
};

enum class PatchType : std::uint8_t { json, merge, strategic_merge, apply };

struct WriteOptions {
  bool dry_run = false;                     // dryRun=All: judged by admission, not stored
  std::string field_manager = "bulwark";    // of server-side apply, and in managedFields
  bool force = false;                       // apply: take fields over from other managers
  std::string field_validation = "Strict";  // of servers that know it
};

struct DeleteOptions {
  bool dry_run = false;
  std::optional<std::int64_t> grace_period_seconds;  // nullopt: the object's own
  std::string propagation;                           // Background, Foreground, Orphan; "": the server's default
  std::string uid;                                   // precondition: only this very object
};

class Cluster {
 public:
  using WatchId = std::uint64_t;

  virtual ~Cluster() = default;

  // For messages: the context or file that this cluster comes from.
  virtual std::string_view name() const = 0;
  // gitVersion of the server: "v1.30.4".
  virtual Answer<std::string> version() = 0;
  // What the server serves, each kind once, in the version that it prefers; without subresources. Groups whose
  // server does not answer are left out and named in `missing`.
  virtual Answer<std::vector<Resource>> resources(std::vector<std::string>& missing) = 0;

  // All objects of a kind, page by page, to the sink.
  virtual Answer<Listed> list(const Resource& resource, const Query& query, ObjectSink& sink) = 0;
  // One object, or with `subresource` its status or scale, as JSON text.
  virtual Answer<std::string> get(const ObjectKey& key, std::string_view subresource = {}) = 0;

  // The changed object as JSON text. With `subresource`, what is posted to that part of an object that exists
  // already: a pod's "binding", a service account's "token".
  virtual Answer<std::string> create(const ObjectKey& key, std::string_view json, std::string_view subresource,
                                     const WriteOptions& options) = 0;
  virtual Answer<std::string> replace(const ObjectKey& key, std::string_view json, std::string_view subresource,
                                      const WriteOptions& options) = 0;
  virtual Answer<std::string> patch(const ObjectKey& key, PatchType type, std::string_view patch,
                                    std::string_view subresource, const WriteOptions& options) = 0;
  virtual Answer<> remove(const ObjectKey& key, const DeleteOptions& options) = 0;
  // Asks for the eviction of a pod (policy/v1 Eviction, or v1beta1 where the server has no more). 429: a budget
  // forbids it now; 500: more than one budget selects the pod; 404: it is gone already.
  virtual Answer<> evict(const ObjectKey& pod, const DeleteOptions& options) = 0;
  // Anything else below the API's root, such as /metrics or /readyz.
  virtual Answer<std::string> get_raw(std::string_view path) = 0;

  // Tells the sink what happens from the resource version on, while run_until runs. The sink must outlive the
  // watch.
  virtual WatchId watch(const Resource& resource, const Query& query, std::string_view from, WatchSink& sink) = 0;
  virtual void unwatch(WatchId id) = 0;

  // The time of this cluster, and what lets it pass: watches tell their sinks on this thread. Returns early,
  // before `end`, when something was told; false when time has passed and no watch was left that could tell.
  virtual Time now() = 0;
  virtual bool run_until(Time end) = 0;
};

}  // namespace bulwark::kube

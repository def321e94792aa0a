// The store as a kube::Cluster: what runs against a live cluster runs against the twin through this.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "kube/cluster.h"
#include "twin/store.h"

namespace bulwark::twin {

// What makes a twin's time pass.
class TimeSource {
 public:
  virtual ~TimeSource() = default;
  virtual kube::Time now() const = 0;
  // Lets happen what is due up to `end`, and stops before it, at the first instant after which `stop` holds.
  virtual void run_until(kube::Time end, const std::function<bool()>& stop) = 0;
};

// Time in which nothing is ever due.
class EmptyTime : public TimeSource {
 public:
  explicit EmptyTime(kube::Time start) : now_(start) {}
  kube::Time now() const override { return now_; }
  void run_until(kube::Time end, const std::function<bool()>&) override { now_ = std::max(now_, end); }

 private:
  kube::Time now_;
};

class StoreCluster : public kube::Cluster {
 public:
  // Store and time must outlive it. `git_version` is what version() tells.
  StoreCluster(Store& store, TimeSource& time, std::string name, std::string git_version)
      : store_(store), time_(time), name_(std::move(name)), version_(std::move(git_version)) {}

  std::string_view name() const override { return name_; }
  kube::Answer<std::string> version() override { return version_; }
  kube::Answer<std::vector<kube::Resource>> resources(std::vector<std::string>& missing) override;

  kube::Answer<kube::Listed> list(const kube::Resource& resource, const kube::Query& query,
                                  kube::ObjectSink& sink) override;
  kube::Answer<std::string> get(const kube::ObjectKey& key, std::string_view subresource) override;
  kube::Answer<std::string> create(const kube::ObjectKey& key, std::string_view json, std::string_view subresource,
                                   const kube::WriteOptions& options) override;
  kube::Answer<std::string> replace(const kube::ObjectKey& key, std::string_view json,
                                    std::string_view subresource, const kube::WriteOptions& options) override;
  kube::Answer<std::string> patch(const kube::ObjectKey& key, kube::PatchType type, std::string_view patch,
                                  std::string_view subresource, const kube::WriteOptions& options) override;
  kube::Answer<> remove(const kube::ObjectKey& key, const kube::DeleteOptions& options) override;
  kube::Answer<> evict(const kube::ObjectKey& pod, const kube::DeleteOptions& options) override;
  // /healthz, /livez and /readyz; nothing else.
  kube::Answer<std::string> get_raw(std::string_view path) override;

  // From "" or "0" on what is there is told first, as added.
  WatchId watch(const kube::Resource& resource, const kube::Query& query, std::string_view from,
                kube::WatchSink& sink) override;
  void unwatch(WatchId id) override { watches_.erase(id); }

  kube::Time now() override { return time_.now(); }
  bool run_until(kube::Time end) override;

 private:
  struct Watching {
    kube::WatchSink* sink = nullptr;
    std::vector<ObjectPtr> existing;  // to be told first, the last one first
    std::optional<WatchCursor> cursor;
    kube::Status refused;  // code 0: it was not
  };

  bool tell();
  bool tell(WatchId id, std::uint64_t up_to);
  bool has_news() const { return store_.resource_version() != told_; }

  Store& store_;
  TimeSource& time_;
  std::string name_, version_;
  std::map<WatchId, Watching> watches_;
  WatchId last_watch_ = 0;
  std::uint64_t told_ = 0;
};

}  // namespace bulwark::twin

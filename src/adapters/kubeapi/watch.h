#pragma once

#include <map>
#include <memory>

#include "adapters/kubeapi/api_client.h"
#include "adapters/kubeapi/object_reader.h"

namespace bulwark::adapters {

// The watches of one cluster. Their streams move, and are told, within run_until alone; what comes meanwhile waits
// in the connection. A sink may call whatever it likes, unwatch too.
class Watches {
 public:
  using WatchId = kube::Cluster::WatchId;

  explicit Watches(ApiClient& api) : api_(api) {}
  ~Watches();
  Watches(const Watches&) = delete;
  Watches& operator=(const Watches&) = delete;

  WatchId add(const kube::Resource& resource, const kube::Query& query, std::string_view from,
              kube::WatchSink& sink);
  void remove(WatchId id);
  // As kube::Cluster::run_until.
  bool run_until(std::chrono::steady_clock::time_point end);

 private:
  struct Watch;
  // Each returns whether a sink was told something.
  bool advance(Watch& watch);
  bool read_events(Watch& watch);
  bool tell_event(Watch& watch, std::string_view line);
  bool tell_error(Watch& watch, std::string_view object);
  bool end(Watch& watch, const kube::Status& status);
  bool judge_end(Watch& watch);
  bool judge_refusal(Watch& watch);

  void connect(Watch& watch);
  void connect_later(Watch& watch, const std::string& why, std::chrono::milliseconds at_least);

  ApiClient& api_;
  ObjectReader reader_;
  std::map<WatchId, std::shared_ptr<Watch>> watches_;
  WatchId last_id_ = 0;
  bool told_lost_ = false;  // one line for all watches of a server that is away
};

}  // namespace bulwark::adapters

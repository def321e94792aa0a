// The objects of a cluster at one moment, as its API shows them, and the twin's model of them.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "document/node.h"
#include "kube/cluster.h"
#include "twin/model.h"

namespace bulwark::e2e {

// The figures of a scenario, in its own time, which the node player's delays and the twin's assumptions are both
// made from. Reality's own time is `speed` times shorter.
struct Figures {
  using Duration = std::chrono::milliseconds;
  std::int64_t speed = 1;
  Duration pod_start{600}, pod_stop{300};
  Duration node_add{500}, node_reimage{700}, node_remove{200};
  Duration retry{800};  // of a refused eviction
  Duration pace{80};    // after each eviction: see PacedPods

  twin::Timing timing() const;
};

class ApiObjects {
 public:
  // "Pod shop/web-1": what an object is kept under.
  static std::string key_of(const document::Node& object);

  void put(const document::Node& object);
  void put(const std::string& key, std::string json) { texts_[key] = std::move(json); }
  void erase(const std::string& key) { texts_.erase(key); }
  void erase_kinds(std::initializer_list<std::string_view> kinds);
  const std::string* find(const std::string& key) const;
  std::size_t size() const { return texts_.size(); }

  // As `bulwark snapshot` reads a cluster: all kinds that the checks read, each in the version that is preferred.
  base::Result<> read(kube::Cluster& cluster);

  // With the times of the figures in the place of those that pods seem to have had: the API tells them in whole
  // seconds, which are longer than those of a played node.
  std::shared_ptr<const twin::Model> model(kube::Time now, int minor, const Figures& figures) const;

 private:
  std::map<std::string, std::string> texts_;
};

}  // namespace bulwark::e2e

// Sinks that keep what a cluster tells, and what it tells wrongly.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "document/node.h"
#include "kube/cluster.h"

namespace bulwark::e2e {

inline std::string text_at(const document::Node& object, std::string_view mapping, std::string_view key) {
  const document::Node* outer = object.find(mapping);
  const document::Node* inner = outer == nullptr ? nullptr : outer->find(key);
  return inner == nullptr ? std::string() : std::string(inner->text());
}

// Keeps the objects of a query as an informer does: a list, then what the watch tells; after 410 from the
// beginning.
class Follower : public kube::WatchSink, private kube::ObjectSink {
 public:
  Follower(kube::Cluster& cluster, kube::Resource resource, kube::Query query)
      : cluster_(cluster), resource_(std::move(resource)), query_(std::move(query)) {
    list();
  }
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;
  ~Follower() override { cluster_.unwatch(id_); }

  // Lists again when the watch has expired; not within a call of the watch.
  void go_on() {
    if (std::exchange(is_expired_, false)) list();
  }

  std::map<std::string, std::string> known;  // resourceVersion by uid
  std::size_t lists = 0, added = 0, deleted = 0;
  std::vector<std::string> wrong;

 private:
  void list() {
    ++lists;
    known.clear();
    const auto listed = cluster_.list(resource_, query_, *this);
    if (!listed) return wrong.push_back("list: " + listed.error().message);
    id_ = cluster_.watch(resource_, query_, listed->resource_version, *this);
  }
  void on_object(const document::Node& object, std::string_view) override {
    if (!known.emplace(text_at(object, "metadata", "uid"), text_at(object, "metadata", "resourceVersion")).second)
      wrong.push_back("listed twice: " + text_at(object, "metadata", "name"));
  }
  void on_restart() override { known.clear(); }
  void on_change(kube::Change change, const document::Node& object, std::string_view) override {
    const std::string uid = text_at(object, "metadata", "uid"), name = text_at(object, "metadata", "name");
    const std::string version = text_at(object, "metadata", "resourceVersion");
    if (change == kube::Change::added) {
      ++added;
      if (!known.emplace(uid, version).second) wrong.push_back("added twice: " + name);
    } else if (!known.contains(uid)) {
      wrong.push_back("modified or deleted without having been added: " + name);
    } else if (change == kube::Change::deleted) {
      ++deleted;
      known.erase(uid);
    } else if (std::exchange(known[uid], version) == version) {
      wrong.push_back("modified twice: " + name);
    }
  }
  void on_end(const kube::Status& status) override {
    is_expired_ = status.is_expired();
    if (!is_expired_) wrong.push_back("ended: " + status.error().message);
  }

  kube::Cluster& cluster_;
  kube::Resource resource_;
  kube::Query query_;
  kube::Cluster::WatchId id_ = 0;
  bool is_expired_ = false;
};

// What an ObjectSink was given: resourceVersion by uid.
class Collected : public kube::ObjectSink {
 public:
  void on_object(const document::Node& object, std::string_view) override {
    ++told;
    versions[text_at(object, "metadata", "uid")] = text_at(object, "metadata", "resourceVersion");
    kinds[text_at(object, "metadata", "namespace")] += object.find("kind") != nullptr ? 1 : 0;
  }
  void on_restart() override {
    versions.clear();
    kinds.clear();
    told = 0;
  }
  std::map<std::string, std::string> versions;
  std::map<std::string, std::size_t> kinds;  // by namespace, of objects that name theirs
  std::size_t told = 0;
};

}  // namespace bulwark::e2e

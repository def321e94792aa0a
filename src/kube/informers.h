#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "kube/cluster.h"

namespace bulwark::kube {

// What an informer knows: the objects of a kind as they are now, told change by change.
class InformerSink {
 public:
  virtual ~InformerSink() = default;
  // An object is new, has changed, or is told again as it is (after a re-list).
  virtual void on_present(const Resource& resource, const document::Node& object, std::string_view json) = 0;
  virtual void on_gone(const Resource& resource, std::string_view name_space, std::string_view name) = 0;
  // The kind cannot be read for now, and what is known of it may be old; nullptr: it can be read again.
  virtual void on_readable(const Resource& resource, const Status* failure) = 0;
};

// Follows kinds of objects on a cluster: each is listed, then watched, and listed again when its watch has expired
// or was refused (client-go's Reflector). What a re-list no longer shows is gone. The sink may not call the
// cluster's run_until.
class Informers {
 public:
  // A kind that cannot be listed is tried again after a second, then after two, up to half a minute.
  static constexpr std::chrono::seconds first_pause{1}, longest_pause{30};

  // Both must outlive the informers.
  Informers(Cluster& cluster, InformerSink& sink);
  ~Informers();
  Informers(const Informers&) = delete;
  Informers& operator=(const Informers&) = delete;

  // Lists the objects now, and watches them from then on, while run_until runs. False when the list failed, which
  // the sink was told and will be tried again.
  bool follow(const Resource& resource, const Query& query);
  // The server has the kind no more: its objects are gone.
  void unfollow(const Resource& resource);
  std::vector<Resource> followed() const;

  // As Cluster::run_until: returns early when the sink was told something, and false when nothing is followed.
  bool run_until(Time end);

 private:
  class Reflector;

  Cluster& cluster_;
  InformerSink& sink_;
  std::vector<std::unique_ptr<Reflector>> reflectors_;
};

}  // namespace bulwark::kube

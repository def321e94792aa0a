#include "kube/informers.h"

#include <algorithm>
#include <string>
#include <unordered_map>

namespace bulwark::kube {

class Informers::Reflector : private ObjectSink, private WatchSink {
 public:
  Reflector(Cluster& cluster, InformerSink& sink, Resource resource, Query query)
      : cluster_(cluster), sink_(sink), resource_(std::move(resource)), query_(std::move(query)) {}
  ~Reflector() override { stop(); }
  Reflector(const Reflector&) = delete;
  Reflector& operator=(const Reflector&) = delete;

  const Resource& resource() const { return resource_; }
  // When it wants to list again; nullopt while a watch runs.
  std::optional<Time> next_list() const { return next_list_; }
  // Whether the sink was told something since this was asked last.
  bool was_told() { return std::exchange(told_, false); }

  bool list() {
    stop();
    ++generation_;
    const auto listed = cluster_.list(resource_, query_, *this);
    if (!listed) {
      fail(listed.error());
      return false;
    }
    forget_old();
    pause_ = first_pause;
    next_list_.reset();
    if (std::exchange(failed_, false)) {
      told_ = true;
      sink_.on_readable(resource_, nullptr);
    }
    watch_ = cluster_.watch(resource_, query_, listed->resource_version, *this);
    return true;
  }

  void forget_all() {
    stop();
    ++generation_;
    forget_old();
  }

 private:
  void on_object(const document::Node& object, std::string_view json) override { tell(object, json); }
  void on_restart() override { ++generation_; }

  void on_change(Change change, const document::Node& object, std::string_view json) override {
    if (change == Change::deleted) {
      forget(name_of(object).text());
    } else {
      tell(object, json);
    }
  }
  void on_end(const Status& status) override {
    watch_.reset();
    next_list_ = cluster_.now();
    if (!status.is_expired()) fail(status);
  }

  void tell(const document::Node& object, std::string_view json) {
    known_[name_of(object).text()] = generation_;
    told_ = true;
    sink_.on_present(resource_, object, json);
  }

  void forget(const std::string& place) {
    if (known_.erase(place) == 0) return;
    told_ = true;
    const std::size_t slash = place.find('/');
    sink_.on_gone(resource_, std::string_view(place).substr(0, slash), std::string_view(place).substr(slash + 1));
  }

  // What the last list did not have.
  void forget_old() {
    std::vector<std::string> old;
    for (const auto& [place, generation] : known_) {
      if (generation != generation_) old.push_back(place);
    }
    for (const std::string& place : old) forget(place);
  }

  void fail(const Status& status) {
    next_list_ = cluster_.now() + pause_;
    pause_ = std::min(pause_ * 2, longest_pause);
    failed_ = told_ = true;
    sink_.on_readable(resource_, &status);
  }

  void stop() {
    if (watch_) cluster_.unwatch(*watch_);
    watch_.reset();
  }

  Cluster& cluster_;
  InformerSink& sink_;
  Resource resource_;
  Query query_;
  std::optional<Cluster::WatchId> watch_;
  std::optional<Time> next_list_;
  std::chrono::seconds pause_ = first_pause;
  std::uint64_t generation_ = 0;                          // of the list that is read, or was read last
  std::unordered_map<std::string, std::uint64_t> known_;  // objects, and the last list that had them
  bool failed_ = false, told_ = false;
};

Informers::Informers(Cluster& cluster, InformerSink& sink) : cluster_(cluster), sink_(sink) {}
Informers::~Informers() = default;

bool Informers::follow(const Resource& resource, const Query& query) {
  Reflector& added = *reflectors_.emplace_back(std::make_unique<Reflector>(cluster_, sink_, resource, query));
  const bool listed = added.list();
  static_cast<void>(added.was_told());
  return listed;
}

void Informers::unfollow(const Resource& resource) {
  const auto found = std::find_if(reflectors_.begin(), reflectors_.end(), [&](const auto& each) {
    return each->resource().group == resource.group && each->resource().plural == resource.plural;
  });
  if (found == reflectors_.end()) return;
  (*found)->forget_all();
  reflectors_.erase(found);
}

std::vector<Resource> Informers::followed() const {
  std::vector<Resource> all;
  all.reserve(reflectors_.size());
  for (const auto& each : reflectors_) all.push_back(each->resource());
  return all;
}

bool Informers::run_until(Time end) {
  for (;;) {
    if (reflectors_.empty()) return false;
    Time next = end;
    for (const auto& each : reflectors_) {
      if (each->next_list() && *each->next_list() <= cluster_.now()) each->list();
      if (each->next_list()) next = std::min(next, *each->next_list());
    }
    bool told = false;
    for (const auto& each : reflectors_) told |= each->was_told();
    if (told || cluster_.now() >= end) return true;
    cluster_.run_until(next);  // false, while no list succeeds: time passes all the same
  }
}

}  // namespace bulwark::kube

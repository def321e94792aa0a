// What happened to the objects, as far back as memory was set apart for it: what watches are told from.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "kube/cluster.h"
#include "twin/selection.h"
#include "twin/stored_object.h"

namespace bulwark::twin {

struct LogLimits {
  std::size_t events = 200'000;
  std::size_t bytes = 256UL * 1024 * 1024;  // of objects' texts
};

class WatchLog {
 public:
  struct Event {
    std::uint64_t resource_version = 0;
    std::size_t shelf = 0;
    kube::Change change = kube::Change::added;
    ObjectPtr object, before;  // before: of what was modified
  };

  explicit WatchLog(const LogLimits& limits) : limits_(limits) {}

  void add(Event event);
  // The first event behind a resource version, or nullptr.
  const Event* after(std::uint64_t resource_version) const;
  // Whether everything behind this resource version is still here.
  bool reaches_back_to(std::uint64_t resource_version) const { return resource_version >= forgotten_; }
  // The newest resource version that was forgotten.
  std::uint64_t forgotten() const { return forgotten_; }
  // A list at this resource version is the oldest that can be watched from.
  void begin_at(std::uint64_t resource_version) { forgotten_ = resource_version; }

 private:
  LogLimits limits_;
  std::deque<Event> events_;  // by rising resource version
  std::size_t bytes_ = 0;
  std::uint64_t forgotten_ = 0;
};

// Reads the log for one watch, as far as there is something to read.
class WatchCursor {
 public:
  struct Told {
    kube::Change change = kube::Change::added;
    ObjectPtr object;
  };

  WatchCursor(const WatchLog& log, std::size_t shelf, Selection selection, std::uint64_t from)
      : log_(&log), shelf_(shelf), selection_(std::move(selection)), position_(from) {}

  // The next change that the selection sees: what no longer matches is told as deleted, what now matches as added.
  // nullopt: there is none so far. 410: the log no longer reaches back to where this watch stands.
  kube::Answer<std::optional<Told>> next();
  // Everything up to this resource version has been told.
  std::uint64_t position() const { return position_; }
  const Selection& selection() const { return selection_; }

 private:
  const WatchLog* log_;
  std::size_t shelf_;
  Selection selection_;
  std::uint64_t position_;
};

}  // namespace bulwark::twin

#include "twin/watch_log.h"

#include <fmt/format.h>

#include <algorithm>

#include "twin/api_status.h"

namespace bulwark::twin {

void WatchLog::add(Event event) {
  bytes_ += event.object->json.size();
  events_.push_back(std::move(event));
  while (!events_.empty() && (events_.size() > limits_.events || bytes_ > limits_.bytes)) {
    bytes_ -= events_.front().object->json.size();
    forgotten_ = events_.front().resource_version;
    events_.pop_front();
  }
}

const WatchLog::Event* WatchLog::after(std::uint64_t resource_version) const {
  const auto found =
      std::upper_bound(events_.begin(), events_.end(), resource_version,
                       [](std::uint64_t version, const Event& event) { return version < event.resource_version; });
  return found == events_.end() ? nullptr : &*found;
}

kube::Answer<std::optional<WatchCursor::Told>> WatchCursor::next() {
  if (!log_->reaches_back_to(position_)) {
    return expired(fmt::format("too old resource version: {} ({})", position_, log_->forgotten()));
  }
  while (const WatchLog::Event* event = log_->after(position_)) {
    position_ = event->resource_version;
    if (event->shelf != shelf_) continue;
    const bool now = selection_.matches(*event->object);
    if (event->change != kube::Change::modified) {
      if (now) return Told{event->change, event->object};
      continue;
    }
    const bool before = event->before == nullptr || selection_.matches(*event->before);
    if (now) return Told{before ? kube::Change::modified : kube::Change::added, event->object};
    if (before) return Told{kube::Change::deleted, event->object};
  }
  return std::optional<Told>();
}

}  // namespace bulwark::twin

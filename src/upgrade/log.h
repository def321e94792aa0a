// What happens during a drain or a rollout, told as it happens. Sinks print it, keep it or count it.
#pragma once

#include <cstdint>
#include <string_view>

#include "kube/cluster.h"

namespace bulwark::upgrade {

enum class EventKind : std::uint8_t {
  // Of one node's drain.
  cordoned,          // spec.unschedulable was set
  already_cordoned,  // and had been set before
  uncordoned,
  drain_started,      // number: how many pods have to go
  warning,            // text: what kubectl would warn of
  eviction_accepted,  // the API server took the eviction
  eviction_refused,   // code, text: it will be asked again
  eviction_failed,    // code, text: it will not be asked again
  deletion_accepted,  // deleted, not evicted
  pod_gone,
  pod_completed,  // ran to its end, as its drain rule waits for
  pod_left,       // text: why the drain does not wait for it
  drained,
  drain_timed_out,  // text: the errors of the pods that are left
  drain_failed,     // text: why
  // Of a rollout.
  control_plane_started,   // text: the version
  control_plane_upgraded,  // text: the version
  pool_started,            // number: nodes to upgrade; text: how
  surge_requested,         // a new node was asked for
  surge_ready,             // and is there: node
  surge_failed,            // code, text
  surge_fallback,          // text: what is done instead
  soak_started,            // text: until when it lasts
  reimage_started,         // text: the version
  reimaged,                // text: the version
  node_removed,
  quarantined,            // the node could not be drained, and is left as it is
  permanent_replacement,  // a surge node stays for a node that is quarantined
  pool_upgraded,
  pool_stopped,       // text: why
  rollout_completed,  // all pools are done
};

// "eviction_refused": the name of a kind in journals.
std::string_view name(EventKind kind);

// Valid during the call alone.
struct Event {
  EventKind kind;
  kube::Time time;
  std::string_view pool, node;
  std::string_view name_space, pod;
  std::int64_t number = 0;
  int code = 0;           // of HTTP
  std::string_view text;  // the server's own words where there are any
};

class Log {
 public:
  virtual ~Log() = default;
  virtual void on_event(const Event& event) = 0;
};

// For whom only the outcome counts.
class NoLog final : public Log {
 public:
  void on_event(const Event&) override {}
};

}  // namespace bulwark::upgrade

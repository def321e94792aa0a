#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "posture/scan.h"

namespace bulwark::posture {

// The name of an object among all of a cluster.
struct LivePlace {
  std::string_view kind;  // whatever tells kinds apart: "apps/deployments"
  std::string_view name_space;
  std::string_view name;
};

// A scan that follows objects as they come, change and go. An object is judged on its own when it changes; what
// needs to see everything is judged at each call of judge().
class LiveScan {
 public:
  // All must outlive it. `source` is the index of the cluster's own source among those given to judge().
  LiveScan(const Selection& selection, const document::Limits& limits, std::uint32_t source);

  // The object is there now, in this form. False when nothing has changed that a check can see, as when a kubelet
  // renews a condition's time.
  bool put(const LivePlace& place, const document::Node& object);
  // False when there was no such object.
  bool erase(const LivePlace& place);
  std::size_t objects() const { return entries_.size(); }

  // All findings of now. Valid until the next call of any member.
  const Scan& judge(const std::vector<const document::Source*>& sources, const Exceptions& exceptions,
                    const base::ForEach& for_each = base::in_order);

 private:
  // One object with what it gave on its own, in memory of its own.
  struct Entry {
    base::Arena arena{1024};
    const kube::Object* object = nullptr;
    std::vector<finding::Finding> findings;  // in the order of the report; their texts in the arena
    std::vector<ScanError> errors;
    const Tally* tally = nullptr;
    Counts counts;
  };

  std::uint32_t next_ordinal(std::string_view kind);
  Entry read(const document::Node& object, std::uint32_t ordinal);
  static bool looks_like(const Entry& a, const Entry& b);

  const Selection& selection_;
  const document::Limits& limits_;
  std::uint32_t source_;
  Scanner scanner_;
  std::unordered_map<std::string, Entry> entries_;
  std::set<Tally> tallies_;                                     // of which there are about as many as kinds
  std::map<std::string, std::uint32_t, std::less<>> ordinals_;  // the last one of each kind
  Scan scan_;
};

}  // namespace bulwark::posture

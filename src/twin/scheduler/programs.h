// What the scheduler has to look at for the pods of each class: worked out once for a model, from the classes and
// nothing else, and shared by all copies of a scheduler.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "twin/scheduler/node_rules.h"

namespace bulwark::twin {

// Classes whose pods a selector picks.
using Classes = std::shared_ptr<const std::vector<Index>>;

// A topologySpreadConstraint (KEP-895), or one that kube-scheduler adds by itself.
struct SpreadTerm {
  Index key = 0;  // into Programs::topology_keys
  std::int64_t max_skew = 1, min_domains = 1;
  bool honors_affinity = true, honors_taints = false;
  bool counts_itself = false;  // the pod is one of those that are counted
  bool is_hostname = false;    // each node is a domain
  Index group = none;          // of a hard one: the same when the same domains count
  Classes classes;
};

// Pods whose topology domain matters to a pod: for required (anti-)affinity, or with a weight.
struct PeerTerm {
  Index key = 0;
  std::int64_t weight = 0;
  Classes classes;
};

struct HostPort {
  std::string_view protocol, ip;
  std::int64_t number = 0;

  bool conflicts(const HostPort& other) const;
};

struct Program {
  Index rule = 0;                                    // into Programs::rules
  std::vector<std::pair<Index, std::int64_t>> asks;  // column and amount, without Column::pods
  std::vector<SpreadTerm> hard, soft;                // DoNotSchedule, ScheduleAnyway
  bool soft_by_default = false;                      // the pod itself names no constraint
  std::vector<PeerTerm> affinity;                    // required; all have the pods that match all of them
  bool is_own_friend = false;                        // and so does the pod itself
  std::vector<PeerTerm> anti_affinity;               // required
  std::vector<PeerTerm> rivals;                      // pods with a required anti-affinity against this one
  std::vector<PeerTerm> preferences;                 // of this pod for others, and of others for it
  Classes port_rivals;                               // nullptr without host ports
  std::vector<Index> images;                         // of its containers, into Programs::images
  std::int64_t containers = 0;
  bool is_daemon = false;  // each pod is for one node
};

struct ClaimProgram {
  Index rule = none;         // nodes that reach its volume, into Programs::rules; none: all
  Index driver = none;       // into Programs::drivers
  std::vector<Index> users;  // classes
};

class Programs {
 public:
  explicit Programs(const Model& model);

  std::vector<Program> of_class;
  std::vector<ClaimProgram> of_claim;
  std::vector<NodeRule> rules;
  std::vector<std::string_view> label_keys;  // that rules look at, node_name_key among them
  std::vector<std::string_view> topology_keys;
  std::vector<std::string> images;  // normalized names
  std::unordered_map<std::string_view, Index> image_by_name;
  std::vector<std::string_view> drivers;
  std::vector<Index> by_priority;  // all classes, the lowest first
  // By class: whether others may become schedulable when such a pod is bound.
  std::vector<bool> helps_others;

 private:
  class Builder;
};

// With the tag that is meant when there is none ("nginx" is "nginx:latest").
std::string normalized_image(std::string_view name);

}  // namespace bulwark::twin

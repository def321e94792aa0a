// Which runs a search has in question.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rehearsal/optimised.h"
#include "rehearsal/rehearse.h"

namespace bulwark::rehearsal {

// splitmix64: the same numbers everywhere.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  // 0 ... count - 1
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(next() % count); }

 private:
  std::uint64_t state_;
};

// One run, as choices from a space. The first of each is what was asked for.
struct Candidate {
  std::vector<std::uint16_t> pools;                // a permutation of the space's pools
  std::vector<std::vector<std::uint16_t>> orders;  // of each pool a permutation of its nodes
  std::uint16_t surge = 0, parallel = 0, sets = 0;
  std::vector<std::uint16_t> replicas;  // of each workload that may be scaled

  bool operator==(const Candidate&) const = default;
  auto operator<=>(const Candidate&) const = default;
  // In how many respects it differs from what was asked for; of two equally good ones the simpler is taken.
  std::size_t differences() const;
};

struct SpaceLimits {
  std::string max_surge;           // up to so many surge nodes: a number or a percentage; empty: 33%
  bool scales = true;              // replicas may be added for a time
  std::int32_t most_replicas = 5;  // so many at most
};

class SearchSpace {
 public:
  // `settled` is the twin when the upgrade begins. Error: the limit of surge nodes.
  static base::Result<SearchSpace> of(const twin::Engine& settled, const RehearseOptions& options,
                                      const std::vector<upgrade::NodePool>& pools, const SpaceLimits& limits);

  Candidate asked() const;
  // All candidates; the largest number when there are more than it says.
  std::uint64_t size() const { return size_; }
  // By its number, 0 being what was asked for. Only of a space that is small enough to be counted.
  Candidate at(std::uint64_t number) const;
  // What differs from what was asked for in one respect, and orders that are likely to be good.
  std::vector<Candidate> first_tries() const;
  Candidate any(Random& random) const;
  Candidate neighbour(const Candidate& of, Random& random) const;

  // How the run goes.
  upgrade::RolloutOptions rollout(const Candidate& of) const;
  std::vector<TemporaryReplicas> replicas(const Candidate& of) const;
  std::vector<Difference> differences(const Candidate& of) const;
  // Of `bulwark upgrade rehearse`, without the replicas.
  std::string flags(const Candidate& of) const;
  // "2 orders of 2 pools, 24 orders of the nodes of pool a, ..."
  std::string text() const;
  // The most replicas that a workload may have in this space.
  std::int32_t most_replicas(twin::Index workload, std::int32_t now) const;

 private:
  struct Pool {
    std::string name;
    std::vector<std::string> nodes;  // as they would be taken
    std::vector<std::size_t> pods;   // on each
    bool is_ordered = true;          // its order matters: not all its nodes are taken at once in every run
  };
  struct Scalable {
    twin::Index workload = twin::none;
    twin::Workload of;
    std::string name;
    std::vector<std::int32_t> replicas;  // now, and what it may have
  };
  void count();

  upgrade::RolloutOptions asked_;
  std::vector<Pool> pools_;
  std::vector<std::string> surges_;  // as maxSurge has them; "": as the pools have it
  std::vector<std::int64_t> parallel_;
  std::vector<bool> sets_;
  std::vector<Scalable> scalable_;
  std::uint64_t size_ = 0;
};

}  // namespace bulwark::rehearsal

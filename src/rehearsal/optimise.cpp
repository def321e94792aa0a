#include "rehearsal/optimise.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "rehearsal/figures.h"
#include "rehearsal/obstacles.h"
#include "rehearsal/smallest_set.h"

namespace bulwark::rehearsal {

namespace {

// Runs that are begun together: their number is the same however many threads share them.
constexpr std::size_t batch_size = 32;
// Searches that go on side by side, each from its own beginning.
constexpr std::size_t chains = 4;
// A search that has found nothing better for so many batches begins anew.
constexpr std::size_t patience = 24;
// So often a neighbour that was tried before is passed over.
constexpr int attempts = 8;

struct Rated {
  Candidate candidate;
  Figures figures;
};

class Optimiser {
 public:
  Optimiser(Course course, const SearchSpace& space, const OptimiseOptions& search, std::uint64_t seed)
      : course_(std::move(course)), space_(space), search_(search), seed_(seed) {}

  // The run that was asked for.
  void begin() { rate({space_.asked()}, {}); }
  void try_all();
  void search();
  // Takes back what makes no difference.
  void simplify();

  const Rated& best() const { return *best_; }
  std::uint64_t tried() const { return tried_; }
  bool is_interrupted() const { return is_interrupted_; }

 private:
  struct Chain {
    std::optional<Rated> at;
    std::size_t idle = 0;
  };

  bool is_better(const Rated& a, const Rated& b) const {
    if (const int order = compare(a.figures, b.figures, course_.preference); order != 0) return order < 0;
    const std::size_t of_a = a.candidate.differences(), of_b = b.candidate.differences();
    return of_a != of_b ? of_a < of_b : a.candidate < b.candidate;
  }
  bool goes_on() {
    if (!search_.goes_on()) is_interrupted_ = true;
    return !is_interrupted_ && tried_ < search_.candidates;
  }
  // `to_beat`: for each, a run that it is compared with; or empty.
  std::vector<Rated> rate(std::vector<Candidate> candidates, const std::vector<const Figures*>& to_beat) {
    if (tried_ + candidates.size() > search_.candidates && tried_ > 0) {
      candidates.resize(static_cast<std::size_t>(search_.candidates - std::min(tried_, search_.candidates)));
    }
    std::vector<Rated> out(candidates.size());
    search_.for_each(candidates.size(), [&](std::size_t i) {
      out[i].candidate = std::move(candidates[i]);
      const std::vector<TemporaryReplicas> replicas = space_.replicas(out[i].candidate);
      out[i].figures =
          measure(course_, space_.rollout(out[i].candidate), replicas, to_beat.empty() ? nullptr : to_beat[i]);
    });
    tried_ += out.size();
    for (const Rated& each : out) {
      if (!best_ || is_better(each, *best_)) best_ = each;
    }
    search_.progress(tried_, std::min(search_.candidates, space_.size()), best_ && best_->figures.completes);
    return out;
  }
  // One that was not tried yet, if that is found soon.
  Candidate new_one(const Chain& chain, Random& random) {
    Candidate candidate;
    for (int i = 0; i < attempts; ++i) {
      candidate = chain.at ? space_.neighbour(chain.at->candidate, random) : space_.any(random);
      if (seen_.insert(candidate).second) break;
    }
    return candidate;
  }

  Course course_;
  const SearchSpace& space_;
  const OptimiseOptions& search_;
  std::uint64_t seed_;
  std::uint64_t tried_ = 0;
  bool is_interrupted_ = false;
  std::optional<Rated> best_;
  std::set<Candidate> seen_;
};

void Optimiser::try_all() {
  // Number 0 has been run.
  for (std::uint64_t next = 1; next < space_.size() && goes_on();) {
    std::vector<Candidate> batch;
    for (; batch.size() < batch_size && next < space_.size(); ++next) batch.push_back(space_.at(next));
    const Figures to_beat = best_->figures;
    const std::vector<const Figures*> bars(batch.size(), &to_beat);
    rate(std::move(batch), bars);
  }
}

void Optimiser::search() {
  std::vector<Candidate> first = space_.first_tries();
  first.erase(first.begin());  // what was asked for
  std::vector<Rated> known{*best_};
  seen_.insert(space_.asked());
  for (std::size_t i = 0; i < first.size() && goes_on(); i += batch_size) {
    std::vector<Candidate> batch;
    for (std::size_t k = i; k < std::min(i + batch_size, first.size()); ++k) {
      if (seen_.insert(first[k]).second) batch.push_back(first[k]);
    }
    for (Rated& each : rate(std::move(batch), {})) known.push_back(std::move(each));
  }
  std::ranges::sort(known, [&](const Rated& a, const Rated& b) { return is_better(a, b); });
  // One chain begins anywhere.
  std::vector<Chain> all(chains);
  for (std::size_t c = 0; c + 1 < chains && c < known.size(); ++c) all[c].at = known[c];

  for (std::uint64_t round = 0; goes_on(); ++round) {
    std::vector<Candidate> batch;
    std::vector<std::size_t> chain_of;
    std::vector<Figures> bars;
    for (std::size_t i = 0; i < batch_size; ++i) {
      Random random(seed_ ^ Random((round << 8U) + i + 1).next());
      const std::size_t chain = i % chains;
      batch.push_back(new_one(all[chain], random));
      chain_of.push_back(chain);
      bars.push_back(all[chain].at ? all[chain].at->figures : Figures{});
    }
    std::vector<const Figures*> to_beat;
    to_beat.reserve(bars.size());
    for (const Figures& each : bars) to_beat.push_back(&each);
    const std::vector<Rated> rated = rate(std::move(batch), to_beat);
    for (std::size_t c = 0; c < chains; ++c) {
      const Rated* next = nullptr;
      for (std::size_t i = 0; i < rated.size(); ++i) {
        if (chain_of[i] == c && (next == nullptr || is_better(rated[i], *next))) next = &rated[i];
      }
      if (next == nullptr) continue;
      Chain& chain = all[c];
      const int order = chain.at ? compare(next->figures, chain.at->figures, course_.preference) : -1;
      chain.idle = order < 0 ? 0 : chain.idle + 1;
      // Equals are gone to, too: what is better may lie behind them.
      if (order <= 0) chain.at = *next;
      if (chain.idle >= patience) chain = {};
    }
  }
}

void Optimiser::simplify() {
  const auto is_as_good = [&](const Candidate& candidate) {
    const Figures figures = measure(course_, space_.rollout(candidate), space_.replicas(candidate));
    if (compare(figures, best_->figures, course_.preference) > 0) return false;
    best_ = Rated{candidate, figures};
    return true;
  };
  const Candidate asked = space_.asked();
  const auto without = [&](auto&& change) {
    Candidate simpler = best_->candidate;
    change(simpler);
    if (simpler != best_->candidate) is_as_good(simpler);
  };
  without([&](Candidate& to) { to.pools = asked.pools; });
  for (std::size_t i = 0; i < asked.orders.size(); ++i) {
    without([&](Candidate& to) { to.orders[i] = asked.orders[i]; });
  }
  without([](Candidate& to) { to.surge = 0; });
  without([](Candidate& to) { to.parallel = 0; });
  without([](Candidate& to) { to.sets = 0; });
  for (std::size_t i = 0; i < asked.replicas.size(); ++i) {
    without([&](Candidate& to) { to.replicas[i] = 0; });
  }
}

std::string counted(std::uint64_t runs) {
  return runs == 1 ? "the one run" : fmt::format("each of the {} runs", runs);
}

}  // namespace

base::Result<Optimised> optimise(const std::shared_ptr<const twin::Model>& model, const RehearseOptions& options,
                                 const OptimiseOptions& search) {
  const twin::Engine start = settled(model, options);
  const std::vector<upgrade::NodePool> pools = pools_for(*model, options);
  const SearchSpace space = TRY(SearchSpace::of(start, options, pools, search.limits));
  Optimised out;
  out.preference = search.preference;
  out.gaps = model->gaps;
  std::ranges::move(judge_versions(*model, options).gaps, std::back_inserter(out.gaps));
  out.bound = space.text();
  out.space = space.size();
  for (const upgrade::NodePool& pool : pools) {
    const auto& wanted = options.rollout.pools;
    if (wanted.empty() || std::ranges::find(wanted, pool.name) != wanted.end())
      out.nodes += static_cast<std::size_t>(pool.count);
  }

  Optimiser optimiser({start, pools, tops_of(*model), options, search.preference}, space, search, options.seed);
  optimiser.begin();
  out.asked = optimiser.best().figures;
  if (!out.asked.completes) out.obstacles = find_obstacles(start, space, options, pools);
  if (!out.obstacles.empty()) {
    const Obstacle& first = out.obstacles.front();
    out.is_impossible = true;
    out.proof = fmt::format("node {} has to be drained, and pod {} cannot leave it in any run: {}", first.node,
                            first.pod, first.why);
  } else if (space.size() <= search.candidates) {
    optimiser.try_all();
    out.is_exhaustive = optimiser.tried() == space.size();
  } else {
    optimiser.search();
  }
  out.is_interrupted = optimiser.is_interrupted();
  if (!out.is_interrupted) optimiser.simplify();
  const Rated& best = optimiser.best();
  out.best = best.figures;
  out.rollout = space.rollout(best.candidate);
  out.replicas = space.replicas(best.candidate);
  out.differences = space.differences(best.candidate);
  out.flags = space.flags(best.candidate);
  out.tried = optimiser.tried();
  if (out.best.completes) return out;
  if (out.is_exhaustive) {
    out.is_impossible = true;
    out.proof = fmt::format("{} was rehearsed, and none completes", counted(out.space));
  }
  if (out.is_interrupted) return out;
  RehearseOptions with_best = options;
  with_best.rollout = out.rollout;
  const SmallestSet set = find_smallest_set(model, with_best, search.most_sets, search.for_each, search.goes_on);
  out.needed = set.changes;
  out.is_smallest = set.is_smallest;
  out.takes_with_needed = set.takes;
  out.sets_tried = set.tried;
  return out;
}

}  // namespace bulwark::rehearsal

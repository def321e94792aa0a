// The twin's side of a scenario.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "e2e/rehearsal/paced_pods.h"
#include "e2e/rehearsal/recorder.h"
#include "e2e/rehearsal/side.h"
#include "rehearsal/twin_pods.h"
#include "rehearsal/twin_pools.h"
#include "twin/engine.h"

namespace bulwark::e2e {

// Where the pods of each controller went in reality, in the order in which they went there, chapter by chapter.
class RealPlaces {
 public:
  explicit RealPlaces(const std::vector<Recorder::Step>& steps);
  std::vector<std::string>& of(std::size_t chapter, const std::string& call) { return nodes_[{chapter, call}]; }

 private:
  std::map<std::pair<std::size_t, std::string>, std::vector<std::string>> nodes_;
};

// The twin is told which nodes the real scheduler took, so that a choice that chance made does not part the two
// for the rest of the scenario: the pods of a controller are alike, and its next pod goes to the next node that
// one of them got in that chapter and that takes it in the twin. (Whether the real scheduler decided as the twin's
// would have is judged by check_decisions, in the very state of reality.) A pod that got no node there goes where
// the twin wants it, and the stories differ.
class TwinSide final : public Side, private twin::Observer, private twin::Placer {
 public:
  TwinSide(const Scenario& scenario, std::shared_ptr<const twin::Model> model, RealPlaces places,
           std::vector<upgrade::NodePool> pools);
  ~TwinSide() override;

  Story& story() override { return story_; }
  upgrade::Pods& pods() override { return paced_; }
  upgrade::NodePools& pools() override { return pools_; }
  void begin_chapter() override { ++chapter_; }
  void rest() override;
  void end_chapter() override;

 private:
  void on_pod(twin::Index pod, twin::PodChange change) override;
  twin::Index place(twin::Index pod, twin::Index choice) override;
  std::string call(twin::Index pod) const;

  const Scenario& scenario_;
  Story story_;
  twin::Engine engine_;
  rehearsal::TwinPods twin_pods_;
  PacedPods paced_;
  rehearsal::TwinPools pools_;
  RealPlaces places_;
  std::size_t chapter_ = 0;
  std::set<std::uint32_t> was_ready_;  // serials
};

}  // namespace bulwark::e2e

#pragma once

#include <memory>
#include <vector>

#include "rehearsal/rehearsal.h"
#include "twin/engine.h"

namespace bulwark::rehearsal {

// The workload that people know, of each workload of a model; none: its pods do not count (DaemonSets).
using Tops = std::vector<twin::Index>;
std::shared_ptr<const Tops> tops_of(const twin::Model& model);

// Adds up what workloads lack while a twin's time passes, as Recorder tells it for each.
class Meter final : public twin::Observer {
 public:
  // What is ready now is what there should be.
  Meter(const twin::Engine& engine, std::shared_ptr<const Tops> tops);

  void on_pod(twin::Index pod, twin::PodChange change) override;
  // Counts up to now.
  void finish();

  Duration outage() const { return outage_; }
  Duration degraded() const { return degraded_; }

 private:
  struct Workload {
    std::int32_t ready = 0, baseline = 0;
    Time changed{};
  };
  void pass_time(Workload& workload);

  const twin::Engine& engine_;
  std::shared_ptr<const Tops> tops_;
  std::vector<Workload> workloads_;  // by top
  std::vector<std::int32_t> ready_;  // of each workload by itself
  Duration outage_{}, degraded_{};
};

}  // namespace bulwark::rehearsal

#include "rehearsal/meter.h"

#include <utility>

#include "rehearsal/recorder.h"

namespace bulwark::rehearsal {

std::shared_ptr<const Tops> tops_of(const twin::Model& model) {
  auto tops = std::make_shared<Tops>();
  for (twin::Index i = 0; i < model.workloads.size(); ++i) {
    const twin::Index top = top_of(model, i);
    const bool is_daemon = top != twin::none && model.workloads[top].kind == twin::WorkloadKind::daemon_set;
    tops->push_back(is_daemon ? twin::none : top);
  }
  return tops;
}

Meter::Meter(const twin::Engine& engine, std::shared_ptr<const Tops> tops)
    : engine_(engine), tops_(std::move(tops)), workloads_(tops_->size()), ready_(tops_->size()) {
  for (twin::Index i = 0; i < tops_->size(); ++i) {
    ready_[i] = engine.state().workloads[i].ready;
    if ((*tops_)[i] == twin::none) continue;
    Workload& top = workloads_[(*tops_)[i]];
    top.ready += ready_[i];
    top.baseline += ready_[i];
    top.changed = engine.now();
  }
}

void Meter::on_pod(twin::Index pod, twin::PodChange) {
  const twin::Index workload = engine_.state().pods[pod].workload;
  if (workload == twin::none || (*tops_)[workload] == twin::none) return;
  const std::int32_t ready = engine_.state().workloads[workload].ready;
  if (ready == ready_[workload]) return;
  Workload& top = workloads_[(*tops_)[workload]];
  pass_time(top);
  top.ready += ready - std::exchange(ready_[workload], ready);
}

void Meter::pass_time(Workload& workload) {
  const Duration passed = engine_.now() - std::exchange(workload.changed, engine_.now());
  if (workload.ready >= workload.baseline) return;
  degraded_ += passed * (workload.baseline - workload.ready);
  if (workload.ready == 0) outage_ += passed;
}

void Meter::finish() {
  for (Workload& each : workloads_) pass_time(each);
}

}  // namespace bulwark::rehearsal

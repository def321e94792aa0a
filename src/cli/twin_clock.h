#pragma once

#include <chrono>
#include <functional>

#include "serve/rest.h"

namespace bulwark::cli {

// The clock of a served twin: while it runs it follows the machine's clock, so many times as fast.
class PacedClock : public serve::ClockControl {
 public:
  // `on_time` lets happen what is due up to a time; empty: nothing is ever due.
  PacedClock(kube::Time start, double speed, std::function<void(kube::Time)> on_time = {})
      : now_(start), speed_(speed), on_time_(std::move(on_time)) {}

  kube::Time now() const { return now_; }
  void set_engine(std::function<void(kube::Time)> on_time) { on_time_ = std::move(on_time); }

  // To be called often: brings the twin to the present.
  void tick() {
    const auto present = std::chrono::steady_clock::now();
    const auto passed = std::chrono::duration<double, std::milli>(present - last_tick_) * speed_;
    last_tick_ = present;
    if (running_) pass(std::chrono::duration_cast<std::chrono::microseconds>(passed));
  }

  State state() const override { return {now_, running_, speed_}; }
  void run(std::optional<double> speed) override {
    tick();
    speed_ = speed.value_or(speed_);
    running_ = true;
  }
  void pause() override {
    tick();
    running_ = false;
  }
  void step(std::chrono::milliseconds duration) override {
    tick();
    pass(duration);
  }

 private:
  void pass(std::chrono::microseconds duration) {
    // What is less than a millisecond is kept for the next time.
    rest_ += duration;
    const auto whole = std::chrono::floor<std::chrono::milliseconds>(rest_);
    rest_ -= whole;
    if (whole.count() == 0) return;
    const kube::Time end = now_ + whole;
    if (on_time_) on_time_(end);
    now_ = end;
  }

  kube::Time now_;
  double speed_;
  std::function<void(kube::Time)> on_time_;
  bool running_ = true;
  std::chrono::steady_clock::time_point last_tick_ = std::chrono::steady_clock::now();
  std::chrono::microseconds rest_{0};
};

}  // namespace bulwark::cli

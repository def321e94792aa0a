#pragma once

#include <chrono>
#include <functional>
#include <optional>

namespace bulwark::adapters {

// A token bucket: `per_second` requests on average, `burst` at once. 0 per second: no limit.
class RateLimit {
 public:
  using Time = std::chrono::steady_clock::time_point;
  RateLimit(double per_second, double burst) : per_second_(per_second), burst_(burst), tokens_(burst) {}

  // Takes one token; how long to wait before it may be used.
  std::chrono::milliseconds take(Time now);

 private:
  double per_second_, burst_, tokens_;
  std::optional<Time> last_;
};

// Waiting times that double, each with jitter: between half of it and all of it.
class BackOff {
 public:
  BackOff(std::chrono::milliseconds first, std::chrono::milliseconds longest) : first_(first), longest_(longest) {}

  // `random` is from 0 to less than 1.
  std::chrono::milliseconds next(double random);
  void reset() { tries_ = 0; }
  int tries() const { return tries_; }

 private:
  std::chrono::milliseconds first_, longest_;
  int tries_ = 0;
};

}  // namespace bulwark::adapters

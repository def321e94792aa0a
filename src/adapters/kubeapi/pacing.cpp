#include "adapters/kubeapi/pacing.h"

#include <algorithm>
#include <cmath>

namespace bulwark::adapters {

std::chrono::milliseconds RateLimit::take(Time now) {
  if (per_second_ <= 0) return std::chrono::milliseconds{0};
  if (last_) {
    const double passed = std::chrono::duration<double>(now - *last_).count();
    tokens_ = std::min(burst_, tokens_ + std::max(passed, 0.0) * per_second_);
  }
  last_ = now;
  tokens_ -= 1;
  if (tokens_ >= 0) return std::chrono::milliseconds{0};
  return std::chrono::milliseconds(static_cast<long>(std::ceil(-tokens_ / per_second_ * 1000)));
}

std::chrono::milliseconds BackOff::next(double random) {
  constexpr int most_doublings = 20;
  const auto whole = std::min(longest_, first_ * (1L << std::min(tries_, most_doublings)));
  ++tries_;
  return std::chrono::milliseconds(static_cast<long>(static_cast<double>(whole.count()) * (0.5 + random / 2)));
}

}  // namespace bulwark::adapters

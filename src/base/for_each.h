#pragma once

#include <cstddef>
#include <functional>

namespace bulwark::base {

// Runs work(0), ... work(count - 1), in any order and perhaps several at the same time, and returns when all have
// ended. It is how rooms without threads of their own let others bring theirs.
using ForEach = std::function<void(std::size_t count, const std::function<void(std::size_t)>& work)>;

// One after the other, on the calling thread.
inline void in_order(std::size_t count, const std::function<void(std::size_t)>& work) {
  for (std::size_t i = 0; i < count; ++i) work(i);
}

}  // namespace bulwark::base

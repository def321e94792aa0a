#include "cli/threads.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace bulwark::cli {

base::ForEach in_threads(unsigned count) {
  return [count](std::size_t pieces, const std::function<void(std::size_t)>& work) {
    std::atomic<std::size_t> next{0};
    const auto take = [&] {
      for (std::size_t i = next++; i < pieces; i = next++) work(i);
    };
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < std::min<std::size_t>(count, pieces); ++i) others.emplace_back(take);
    take();
  };
}

}  // namespace bulwark::cli

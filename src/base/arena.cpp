#include "base/arena.h"

#include <algorithm>

namespace bulwark::base {

namespace {
constexpr std::size_t largest_block = 1024UL * 1024;
}  // namespace

void Arena::grow(std::size_t at_least) {
  const std::size_t doubled = std::clamp(capacity_ * 2, std::min(first_block_, largest_block), largest_block);
  capacity_ = std::max(doubled, at_least);
  blocks_.push_back(std::make_unique_for_overwrite<std::byte[]>(capacity_));
  current_ = blocks_.back().get();
  total_ += capacity_;
  used_ = 0;
}

void Arena::reset() {
  used_ = 0;
  if (blocks_.size() <= 1) return;
  blocks_.erase(blocks_.begin(), blocks_.end() - 1);
  total_ = capacity_;
}

}  // namespace bulwark::base

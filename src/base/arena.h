#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace bulwark::base {

// Memory that is given out piece by piece and taken back all at once. Objects in it are never destroyed, so only
// trivially destructible types may live here. Not safe for use by several threads at once.
class Arena {
 public:
  // Blocks double from the first one's size on, up to a mebibyte.
  explicit Arena(std::size_t first_block = 16UL * 1024) : first_block_(first_block) {}
  Arena(Arena&&) noexcept = default;
  Arena& operator=(Arena&&) noexcept = default;

  template <class T>
  T* make(T value = {}) {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (allocate(sizeof(T), alignof(T))) T(std::move(value));
  }

  template <class T>
  std::span<T> copy(std::span<const T> values) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (values.empty()) return {};
    auto* to = static_cast<T*>(allocate(values.size_bytes(), alignof(T)));
    std::memcpy(static_cast<void*>(to), values.data(), values.size_bytes());
    return {to, values.size()};
  }

  std::string_view copy(std::string_view text) {
    if (text.empty()) return "";
    auto* to = static_cast<char*>(allocate(text.size(), 1));
    std::memcpy(to, text.data(), text.size());
    return {to, text.size()};
  }

  void* allocate(std::size_t bytes, std::size_t alignment) {
    std::size_t at = (used_ + alignment - 1) & ~(alignment - 1);
    if (current_ == nullptr || at + bytes > capacity_) {
      grow(bytes + alignment);
      at = 0;
    }
    used_ = at + bytes;
    return current_ + at;
  }

  // Forgets everything, and keeps the newest block for the next use.
  void reset();

  // Bytes of all blocks, used or not.
  std::size_t capacity() const { return total_; }

 private:
  void grow(std::size_t at_least);

  std::size_t first_block_;
  std::vector<std::unique_ptr<std::byte[]>> blocks_;
  std::byte* current_ = nullptr;
  std::size_t used_ = 0;
  std::size_t capacity_ = 0;
  std::size_t total_ = 0;
};

}  // namespace bulwark::base

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace bulwark::adapters {

// The bytes of a file. Small files are read, large ones mapped; either way at least `padding` zero bytes can be
// read behind the text. Movable, and the text stays where it is.
class FileText {
 public:
  static constexpr std::size_t padding = 64;

  FileText() = default;
  FileText(FileText&& other) noexcept { swap(other); }
  FileText& operator=(FileText&& other) noexcept {
    swap(other);
    return *this;
  }
  FileText(const FileText&) = delete;
  FileText& operator=(const FileText&) = delete;
  ~FileText();

  // Errors: it cannot be opened or read, is no regular file, or is larger than 4 GiB (offsets have 32 bits).
  static base::Result<FileText> read(const std::string& path);
  // All of a stream, such as standard input.
  static base::Result<FileText> read_stream(int descriptor, const std::string& name);
  // A text made in memory.
  static FileText of(std::string_view text);

  std::string_view text() const { return {data_, size_}; }

 private:
  void swap(FileText& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(mapped_, other.mapped_);
  }

  char* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t mapped_ = 0;  // bytes of the mapping; 0 when the memory comes from the heap
};

}  // namespace bulwark::adapters

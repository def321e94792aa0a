#include "adapters/os/file_text.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <limits>

namespace bulwark::adapters {

namespace {

// From here on a file is mapped, so that its text costs no anonymous memory.
constexpr std::size_t map_from = 4UL * 1024 * 1024;
constexpr std::size_t largest = std::numeric_limits<std::uint32_t>::max() - 4096UL;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

std::unexpected<base::Error> fail_in(const std::string& file, std::string message) {
  return std::unexpected(base::Error{.message = std::move(message), .file = file});
}

std::string too_large() { return "larger than 4 GiB; split it"; }

}  // namespace

FileText::~FileText() {
  if (mapped_ > 0) {
    ::munmap(data_, mapped_);
  } else {
    std::free(data_);
  }
}

base::Result<FileText> FileText::read(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return fail_in(path, std::strerror(errno));
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return fail_in(path, std::strerror(errno));
  if (S_ISDIR(status.st_mode)) return fail_in(path, "is a folder");
  if (!S_ISREG(status.st_mode)) return read_stream(file.get(), path);
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size > largest) return fail_in(path, too_large());
  if (size < map_from) return read_stream(file.get(), path);

  FileText text;
  // An anonymous mapping first, so that the bytes behind the file's last page can be read, too.
  const std::size_t bytes = size + padding;
  void* at = ::mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) return fail_in(path, std::strerror(errno));
  text.data_ = static_cast<char*>(at);
  text.size_ = size;
  text.mapped_ = bytes;
  if (::mmap(at, size, PROT_READ, MAP_PRIVATE | MAP_FIXED, file.get(), 0) == MAP_FAILED) {
    return fail_in(path, std::strerror(errno));
  }
  ::madvise(at, size, MADV_SEQUENTIAL);
  return text;
}

base::Result<FileText> FileText::read_stream(int descriptor, const std::string& name) {
  FileText text;
  std::size_t capacity = 0;
  struct stat status{};
  if (::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode))
    capacity = static_cast<std::size_t>(status.st_size);
  for (;;) {
    if (text.size_ + 1 >= capacity || text.data_ == nullptr) {
      capacity = text.data_ == nullptr ? std::max<std::size_t>(capacity + 1, 16UL * 1024) : capacity * 2;
      auto* grown = static_cast<char*>(std::realloc(text.data_, capacity + padding));
      if (grown == nullptr) return fail_in(name, "not enough memory");
      text.data_ = grown;
    }
    const ssize_t got = ::read(descriptor, text.data_ + text.size_, capacity - text.size_);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_in(name, std::strerror(errno));
    if (got == 0) break;
    text.size_ += static_cast<std::size_t>(got);
    if (text.size_ > largest) return fail_in(name, too_large());
  }
  std::memset(text.data_ + text.size_, 0, padding);
  return text;
}

FileText FileText::of(std::string_view from) {
  FileText text;
  text.data_ = static_cast<char*>(std::calloc(from.size() + padding, 1));
  if (text.data_ == nullptr) std::abort();
  std::memcpy(text.data_, from.data(), from.size());
  text.size_ = from.size();
  return text;
}

}  // namespace bulwark::adapters

#include "adapters/os/whole_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace bulwark::adapters {

namespace {

// 0, or what went wrong.
int write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// A name in a folder counts once the folder is on the disk, too; where that cannot be had the file still is.
void sync_folder(const std::string& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

}  // namespace

std::unexpected<base::Error> WholeFile::fail(int reason) const {
  std::string message = std::string("cannot be written: ") + std::strerror(reason);
  const std::string folder = folder_of(target_.empty() ? path_ : target_);
  if (reason == ENOENT) message = fmt::format("cannot be written: there is no folder {}", folder);
  if (reason == EACCES || reason == EPERM || reason == EROFS) {
    message = fmt::format("cannot be written: no new file in the folder {}: {}", folder, std::strerror(reason));
  }
  return std::unexpected(base::Error{.message = std::move(message), .file = path_});
}

base::Result<> WholeFile::begin() {
  struct stat status{};
  const bool exists = ::stat(path_.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode)) return fail(EISDIR);
  if (exists && !S_ISREG(status.st_mode)) return {};
  target_ = path_;
  if (const std::unique_ptr<char, void (*)(void*)> real(::realpath(path_.c_str(), nullptr), std::free); real)
    target_ = real.get();
  std::string temporary = target_ + ".bulwark-XXXXXX";
  const int file = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (file < 0) return fail(errno);
  temporary_ = std::move(temporary);
  will_ = std::make_unique<RemovedOnSignal>(temporary_);
  int wrong = 0;
  // The owner first: giving a file away takes special bits of its mode.
  if (exists && ::geteuid() == 0 && ::fchown(file, status.st_uid, status.st_gid) != 0) wrong = errno;
  if (exists && ::fchmod(file, status.st_mode & 07777) != 0) wrong = errno;
  ::close(file);
  if (wrong != 0) return fail(wrong);
  return {};
}

base::Result<WholeFile> WholeFile::create(const std::string& path) {
  WholeFile file(path);
  TRY(file.begin());
  return file;
}

WholeFile::~WholeFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

base::Result<> WholeFile::commit(std::initializer_list<std::string_view> parts) {
  const std::string& to = temporary_.empty() ? path_ : temporary_;
  const int file = ::open(to.c_str(), O_WRONLY | O_CLOEXEC);
  if (file < 0) return fail(errno);
  int wrong = 0;
  for (const std::string_view part : parts) {
    if (wrong == 0) wrong = write_all(file, part);
  }
  if (wrong == 0 && !temporary_.empty() && ::fsync(file) != 0) wrong = errno;
  if (::close(file) != 0 && wrong == 0) wrong = errno;
  if (wrong == 0 && !temporary_.empty() && ::rename(temporary_.c_str(), target_.c_str()) != 0) wrong = errno;
  if (wrong != 0) return fail(wrong);
  if (!temporary_.empty()) sync_folder(folder_of(target_));
  temporary_.clear();
  will_.reset();
  return {};
}

}  // namespace bulwark::adapters

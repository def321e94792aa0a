#include "e2e/support/scratch_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <fstream>
#include <system_error>
#include <utility>

namespace bulwark::e2e {
namespace {

constexpr std::string_view prefix = "bulwark-cluster-";
constexpr const char* lock_name = "lock";

// The lock of a folder, or -1 when its owner lives.
int lock_of(const std::filesystem::path& folder, int flags) {
  const int lock = ::open((folder / lock_name).c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, 0600);
  if (lock < 0 || ::flock(lock, LOCK_EX | LOCK_NB) == 0) return lock;
  ::close(lock);
  return -1;
}

void remove_abandoned(const std::filesystem::path& parent) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(parent, ignored)) {
    if (!entry.path().filename().string().starts_with(prefix) || !entry.is_directory(ignored)) continue;
    const int lock = lock_of(entry.path(), 0);
    if (lock < 0) continue;
    std::filesystem::remove_all(entry.path(), ignored);
    ::close(lock);
  }
}

}  // namespace

base::Result<ScratchFolder> ScratchFolder::create() {
  std::error_code error;
  const std::filesystem::path parent = std::filesystem::temp_directory_path(error);
  if (error) return base::fail("no temporary folder: " + error.message());
  remove_abandoned(parent);
  std::string name = parent / (std::string(prefix) + "XXXXXX");
  if (::mkdtemp(name.data()) == nullptr) return base::fail(name + ": " + std::strerror(errno));
  ScratchFolder folder;
  folder.path_ = name;
  folder.lock_ = lock_of(folder.path_, O_CREAT);
  if (folder.lock_ < 0) return base::fail(name + "/lock: " + std::strerror(errno));
  return folder;
}

ScratchFolder::ScratchFolder(ScratchFolder&& other) noexcept
    : path_(std::exchange(other.path_, {})),
      lock_(std::exchange(other.lock_, -1)),
      kept_(std::exchange(other.kept_, false)) {}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  if (!path_.empty() && !kept_) std::filesystem::remove_all(path_, ignored);
  if (lock_ >= 0) {
    // A folder that is kept is nobody's: without its lock file the next cluster lets it stand.
    if (kept_) std::filesystem::remove(path_ / lock_name, ignored);
    ::close(lock_);
  }
}

base::Result<> write_file(const std::filesystem::path& path, std::string_view text, bool secret) {
  const std::string part = path.string() + ".part";
  const int file = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, secret ? 0600 : 0644);
  if (file < 0) return base::fail(part + ": " + std::strerror(errno));
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      const int reason = errno;
      ::close(file);
      return base::fail(part + ": " + std::strerror(reason));
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  ::close(file);
  if (::rename(part.c_str(), path.c_str()) != 0) return base::fail(path.string() + ": " + std::strerror(errno));
  return {};
}

std::string last_lines(const std::filesystem::path& path, std::size_t lines) {
  std::ifstream log(path);
  std::deque<std::string> last;
  for (std::string line; std::getline(log, line);) {
    last.push_back(std::move(line));
    if (last.size() > lines) last.pop_front();
  }
  std::string text;
  for (const std::string& line : last) text += line + '\n';
  return text;
}

}  // namespace bulwark::e2e

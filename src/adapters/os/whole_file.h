#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "adapters/os/last_will.h"
#include "base/result.h"

namespace bulwark::adapters {

// A file that appears whole or not at all, whatever ends this process: it is written under another name beside its
// place, brought to the disk, and renamed.
class WholeFile {
 public:
  // Makes the file beside, so that a place that cannot be written is told before the work is done. A new file will
  // be its owner's alone (0600); one that is replaced keeps owner and mode, and a link that leads to it stays.
  // What is no regular file (/dev/stdout, a pipe) is written as it is.
  static base::Result<WholeFile> create(const std::string& path);

  WholeFile(WholeFile&& other) noexcept
      : path_(std::move(other.path_)),
        target_(std::move(other.target_)),
        temporary_(std::exchange(other.temporary_, {})),
        will_(std::move(other.will_)) {}
  WholeFile& operator=(WholeFile&&) = delete;
  ~WholeFile();

  // The parts, one behind the other, become the file. To be called once.
  base::Result<> commit(std::initializer_list<std::string_view> parts);

 private:
  explicit WholeFile(std::string path) : path_(std::move(path)) {}
  base::Result<> begin();
  std::unexpected<base::Error> fail(int reason) const;

  std::string path_;       // as the user wrote it
  std::string target_;     // what is replaced
  std::string temporary_;  // empty once it is gone, and when the target is written as it is
  std::unique_ptr<RemovedOnSignal> will_;
};

}  // namespace bulwark::adapters

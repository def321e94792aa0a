// A folder for the state of one cluster, that goes with its owner, even with one that was killed.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace bulwark::e2e {

class ScratchFolder {
 public:
  // Makes a folder below the system's temporary folder, readable by its owner alone. Removes those that owners
  // left who are no more: an owner holds a lock on its folder, which the kernel takes from the dead.
  static base::Result<ScratchFolder> create();

  ScratchFolder(ScratchFolder&& other) noexcept;
  ScratchFolder& operator=(ScratchFolder&&) = delete;
  ~ScratchFolder();  // removes it

  const std::filesystem::path& path() const { return path_; }
  // Leaves the folder there when this object goes.
  void keep() { kept_ = true; }

 private:
  ScratchFolder() = default;

  std::filesystem::path path_;
  int lock_ = -1;
  bool kept_ = false;
};

// The whole file, or nothing: others never see half of it. `secret`: readable by its owner alone.
base::Result<> write_file(const std::filesystem::path& path, std::string_view text, bool secret = true);
// The end of a log; "" when it is not there.
std::string last_lines(const std::filesystem::path& path, std::size_t lines);

}  // namespace bulwark::e2e

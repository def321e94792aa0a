// A server that a test has started, and that does not outlive it, however the test ends.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace bulwark::e2e {

class Child {
 public:
  struct Command {
    std::vector<std::string> arguments;    // the first is the program's path
    std::vector<std::string> environment;  // "NAME=value"; the child sees nothing else
    std::filesystem::path log;             // what it prints is appended here
  };

  // Starts a program in a process group of its own. The kernel kills it when this process dies; that holds
  // whichever thread calls. Error: the program cannot be executed.
  static base::Result<Child> start(const Command& command);

  Child() = default;
  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;
  ~Child();  // kills it

  pid_t pid() const { return pid_; }
  // Whether it still runs. How it ended is told by `status`.
  bool is_running();
  // Exit status, or 128 + signal; nothing while it runs.
  std::optional<int> status() const { return status_; }
  // Asks the group to end, waits as long as `grace`, then kills it. Returns when the program is gone.
  void stop(std::chrono::milliseconds grace);

 private:
  pid_t pid_ = 0;
  std::optional<int> status_;
};

}  // namespace bulwark::e2e

// The program while it runs: what tests of signals and terminals need.
#pragma once

#include <fcntl.h>
#include <pty.h>
#include <sys/wait.h>

#include <array>
#include <chrono>
#include <csignal>
#include <functional>
#include <thread>

#include "faults/program.h"

namespace bulwark::faults {

inline bool eventually(const std::function<bool()>& holds,
                       std::chrono::milliseconds limit = std::chrono::seconds(20)) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!holds()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

// A process that has ended and that nobody has waited for yet does not run.
inline bool is_running(const std::string& pid) {
  std::ifstream stat("/proc/" + pid + "/stat");
  std::string id, name, state;
  return static_cast<bool>(stat >> id >> name >> state) && state != "Z" && state != "X";
}

// Standard output goes to the file `out` of the folder; standard error to `err`, or to a terminal.
class StartedProgram {
 public:
  StartedProgram(const Folder& folder, std::vector<std::string> arguments, bool on_terminal = false,
                 bool ignores_hangups = false) {
    std::vector<std::string> line = command_line(folder, std::move(arguments));
    std::vector<char*> argv;
    for (std::string& word : line) argv.push_back(word.data());
    argv.push_back(nullptr);
    const std::string out = folder.write("out", ""), err = folder.write("err", "");
    winsize size{24, 80, 0, 0};
    pid_ = on_terminal ? ::forkpty(&terminal_, nullptr, nullptr, &size) : ::fork();
    if (pid_ == 0) {
      for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::signal(signal, SIG_DFL);
      if (ignores_hangups) ::signal(SIGHUP, SIG_IGN);  // as nohup starts it
      ::dup2(::open(out.c_str(), O_WRONLY | O_CLOEXEC), 1);
      if (!on_terminal) ::dup2(::open(err.c_str(), O_WRONLY | O_CLOEXEC), 2);
      ::execvp(argv[0], argv.data());
      ::_exit(127);
    }
    if (on_terminal) reader_ = std::thread([this] { read_terminal(); });
  }
  StartedProgram(const StartedProgram&) = delete;
  StartedProgram& operator=(const StartedProgram&) = delete;
  ~StartedProgram() {
    if (!waited_) {
      ::kill(pid_, SIGKILL);
      wait();
    }
    if (terminal_ >= 0) ::close(terminal_);
  }

  void signal(int number) const { ::kill(pid_, number); }
  // As waitpid tells it.
  int wait() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    waited_ = true;
    if (reader_.joinable()) reader_.join();
    return status;
  }
  // What the terminal got, once the program has ended.
  const std::string& screen() const { return screen_; }

 private:
  void read_terminal() {
    std::array<char, 4096> bytes{};
    for (;;) {
      const ssize_t got = ::read(terminal_, bytes.data(), bytes.size());
      if (got <= 0) return;
      screen_.append(bytes.data(), static_cast<std::size_t>(got));
    }
  }

  pid_t pid_ = -1;
  int terminal_ = -1;
  bool waited_ = false;
  std::string screen_;
  std::thread reader_;
};

}  // namespace bulwark::faults

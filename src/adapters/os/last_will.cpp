#include "adapters/os/last_will.h"

#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstring>

namespace bulwark::adapters {

namespace {

constexpr std::size_t slots = 8;

struct File {
  std::atomic<bool> taken = false;
  std::atomic<bool> whole = false;  // the path can be read
  std::array<char, PATH_MAX> path{};
};

// A handler may use nothing else: no locks, no memory from the heap.
std::array<File, slots> files;
std::array<std::atomic<pid_t>, slots> groups;
std::atomic<bool> bar_is_drawn = false;
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<pid_t>::is_always_lock_free);

extern "C" void carry_out_will(int signal) {
  const int reason = errno;
  for (const std::atomic<pid_t>& group : groups) {
    if (const pid_t id = group; id > 0) ::kill(-id, SIGKILL);
  }
  for (const File& file : files) {
    if (file.whole) ::unlink(file.path.data());
  }
  constexpr char clear[] = "\r\033[K";
  if (bar_is_drawn) static_cast<void>(!::write(STDERR_FILENO, clear, sizeof clear - 1));
  // The action is the default again (SA_RESETHAND); this is delivered when the handler returns.
  ::raise(signal);
  errno = reason;
}

}  // namespace

void carry_out_will_on_signals() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction before{};
    if (::sigaction(signal, nullptr, &before) != 0 || before.sa_handler == SIG_IGN) continue;
    struct sigaction action{};
    action.sa_handler = carry_out_will;
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    ::sigemptyset(&action.sa_mask);
    ::sigaction(signal, &action, nullptr);
  }
}

RemovedOnSignal::RemovedOnSignal(const std::string& path) {
  if (path.size() >= PATH_MAX) {
    slot_ = slots;
    return;
  }
  while (slot_ < slots && files[slot_].taken.exchange(true)) ++slot_;
  if (slot_ == slots) return;
  std::memcpy(files[slot_].path.data(), path.c_str(), path.size() + 1);
  files[slot_].whole = true;
}

RemovedOnSignal::~RemovedOnSignal() {
  if (slot_ == slots) return;
  files[slot_].whole = false;
  files[slot_].taken = false;
}

KilledOnSignal::KilledOnSignal(pid_t group) {
  for (pid_t none = 0; slot_ < slots && !groups[slot_].compare_exchange_strong(none, group); none = 0) ++slot_;
}

KilledOnSignal::~KilledOnSignal() {
  if (slot_ < slots) groups[slot_] = 0;
}

void clear_line_on_signal(bool clear) { bar_is_drawn = clear; }

}  // namespace bulwark::adapters

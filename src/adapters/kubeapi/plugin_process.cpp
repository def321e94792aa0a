#include "adapters/kubeapi/plugin_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>

#include "adapters/os/last_will.h"

extern char** environ;  // NOLINT: POSIX' own name

namespace bulwark::adapters {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t longest_output = std::size_t{1} << 20;

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// This environment with the variables of the call; of equal names the last counts.
std::vector<std::string> environment(const PluginCall& call) {
  std::vector<std::string> all;
  const auto set = [&](const std::string& entry) {
    const std::string name = entry.substr(0, entry.find('=') + 1);
    for (std::string& other : all) {
      if (other.starts_with(name)) {
        other = entry;
        return;
      }
    }
    all.push_back(entry);
  };
  for (char** entry = environ; *entry != nullptr; ++entry) set(*entry);
  for (const auto& [name, value] : call.variables) set(fmt::format("{}={}", name, value));
  return all;
}

struct Pipe {
  std::array<int, 2> ends{-1, -1};
  Pipe() = default;
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  bool open() { return ::pipe2(ends.data(), O_CLOEXEC) == 0; }
  void close_end(std::size_t which) {
    if (ends[which] >= 0) ::close(ends[which]);
    ends[which] = -1;
  }
};

// While this lives, signals that end the process wait: between the start of a plugin and its entry in the will.
class SignalsWait {
 public:
  SignalsWait() {
    sigset_t ending;
    ::sigemptyset(&ending);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::sigaddset(&ending, signal);
    ::pthread_sigmask(SIG_BLOCK, &ending, &before_);
  }
  SignalsWait(const SignalsWait&) = delete;
  SignalsWait& operator=(const SignalsWait&) = delete;
  ~SignalsWait() { end(); }
  void end() const { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

// In the child: nothing but calls that are safe after fork in a program with threads.
[[noreturn]] void become_plugin(bool interactive, int out, int err, int report, char** argv, char** env) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // ^C on us ends it, too
  if (!interactive) {
    ::setpgid(0, 0);
    const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ::dup2(nothing, 0);
    ::dup2(err, 2);
  }
  ::dup2(out, 1);
  environ = env;
  ::execvp(argv[0], argv);
  const int reason = errno;
  static_cast<void>(!::write(report, &reason, sizeof reason));
  ::_exit(127);
}

// Reads both outputs until they end, the limit passes, or the interruption comes.
void read_outputs(const PluginCall& call, std::array<int, 2> from, PluginOutcome& outcome) {
  const Clock::time_point end = Clock::now() + call.limit;
  std::array<pollfd, 2> pipes{{{from[0], POLLIN, 0}, {from[1], POLLIN, 0}}};
  std::array<std::string*, 2> texts{&outcome.out, &outcome.err};
  while (pipes[0].fd >= 0 || pipes[1].fd >= 0) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
    outcome.timed_out = left <= 0;
    outcome.interrupted = call.interrupted != nullptr && *call.interrupted;
    if (outcome.timed_out || outcome.interrupted) return;
    if (::poll(pipes.data(), pipes.size(), static_cast<int>(std::min<long long>(left, 100))) <= 0) continue;
    for (std::size_t i = 0; i < pipes.size(); ++i) {
      if (pipes[i].fd < 0 || pipes[i].revents == 0) continue;
      std::array<char, 16384> buffer{};
      const ssize_t got = ::read(pipes[i].fd, buffer.data(), buffer.size());
      if (got > 0 && texts[i]->size() < longest_output)
        texts[i]->append(buffer.data(), static_cast<std::size_t>(got));
      if (got == 0 || (got < 0 && errno != EINTR)) pipes[i].fd = -1;
    }
  }
}

// Waits for its end; what closed its outputs and does not end has the rest of the limit.
int wait_for(pid_t pid, const PluginCall& call, Clock::time_point end, PluginOutcome& outcome) {
  int status = 0;
  for (;;) {
    const pid_t ended = ::waitpid(pid, &status, outcome.timed_out || outcome.interrupted ? 0 : WNOHANG);
    if (ended == pid || (ended < 0 && errno != EINTR)) return status;
    if (ended != 0) continue;
    if (Clock::now() < end && !(call.interrupted != nullptr && *call.interrupted)) {
      ::usleep(2000);
      continue;
    }
    outcome.timed_out = true;
    ::kill(call.interactive ? pid : -pid, SIGKILL);
  }
}

}  // namespace

base::Result<PluginOutcome> run_plugin(const PluginCall& call) {
  Pipe out, err, report;
  if (!out.open() || !err.open() || !report.open())
    return base::fail(std::string("no pipe: ") + std::strerror(errno));
  std::vector<std::string> arguments = call.arguments, variables = environment(call);
  const std::vector<char*> argv = pointers(arguments), env = pointers(variables);
  const Clock::time_point end = Clock::now() + call.limit;
  std::optional<KilledOnSignal> will;
  std::optional<SignalsWait> wait(std::in_place);
  const pid_t pid = ::fork();
  if (pid < 0) return base::fail(std::string("no new process: ") + std::strerror(errno));
  if (pid == 0) {
    wait->end();  // the mask would be the plugin's, too
    become_plugin(call.interactive, out.ends[1], err.ends[1], report.ends[1], const_cast<char**>(argv.data()),
                  const_cast<char**>(env.data()));
  }
  if (!call.interactive) {
    ::setpgid(pid, pid);  // whoever comes first; the kill below must find the group
    will.emplace(pid);
  }
  wait.reset();
  for (Pipe* pipe : {&out, &err, &report}) pipe->close_end(1);
  PluginOutcome outcome;
  int reason = 0;
  if (::read(report.ends[0], &reason, sizeof reason) == sizeof reason) {
    ::waitpid(pid, nullptr, 0);
    if (reason != ENOENT) return base::fail(call.arguments[0] + ": " + std::strerror(reason));
    outcome.missing = true;
    return outcome;
  }
  read_outputs(call, {out.ends[0], err.ends[0]}, outcome);
  if (outcome.timed_out || outcome.interrupted) ::kill(call.interactive ? pid : -pid, SIGKILL);
  const int status = wait_for(pid, call, end, outcome);
  outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return outcome;
}

}  // namespace bulwark::adapters

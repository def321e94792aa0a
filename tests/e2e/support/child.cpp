#include "e2e/support/child.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstring>
#include <functional>
#include <future>
#include <mutex>
#include <queue>
#include <thread>
#include <utility>

namespace bulwark::e2e {
namespace {

// The kernel sends the parent-death signal when the *thread* ends that has forked (prctl(2)), so all children are
// forked by one thread that lives as long as the process.
class Forker {
 public:
  static Forker& instance() {
    static auto* forker = new Forker();  // never destroyed: its thread waits until the process ends
    return *forker;
  }

  int run(std::function<int()> work) {
    std::packaged_task<int()> task(std::move(work));
    std::future<int> result = task.get_future();
    {
      const std::lock_guard lock(mutex_);
      tasks_.push(std::move(task));
    }
    changed_.notify_one();
    return result.get();
  }

 private:
  Forker() {
    std::thread([this] { serve(); }).detach();
  }

  [[noreturn]] void serve() {
    while (true) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return !tasks_.empty(); });
      std::packaged_task<int()> task = std::move(tasks_.front());
      tasks_.pop();
      lock.unlock();
      task();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::queue<std::packaged_task<int()>> tasks_;
};

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (const std::string& text : texts) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

// Between fork and exec only what signal-safety(7) allows.
[[noreturn]] void become(pid_t parent, int log, int report, char* const* arguments, char* const* environment) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);  // it died before the line above
  sigset_t none{};
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ::dup2(nothing, 0);
  ::dup2(log, 1);
  ::dup2(log, 2);
  ::execve(arguments[0], arguments, environment);
  const int reason = errno;
  [[maybe_unused]] const ssize_t written = ::write(report, &reason, sizeof reason);
  ::_exit(127);
}

}  // namespace

base::Result<Child> Child::start(const Command& command) {
  const int log = ::open(command.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log < 0) return base::fail(command.log.string() + ": " + std::strerror(errno));
  std::array<int, 2> report{};
  if (::pipe2(report.data(), O_CLOEXEC) != 0) {
    ::close(log);
    return base::fail(std::string("no pipe: ") + std::strerror(errno));
  }
  const std::vector<char*> arguments = pointers(command.arguments);
  const std::vector<char*> environment = pointers(command.environment);
  const pid_t parent = ::getpid();
  const pid_t pid = Forker::instance().run([&] {
    const pid_t forked = ::fork();
    if (forked == 0) become(parent, log, report[1], arguments.data(), environment.data());
    return forked < 0 ? -errno : forked;
  });
  int reason = pid < 0 ? -pid : 0;
  ::close(log);
  ::close(report[1]);
  // The pipe closes by itself when the program has been executed.
  while (::read(report[0], &reason, sizeof reason) < 0 && errno == EINTR) {
  }
  ::close(report[0]);
  if (reason != 0) {
    if (pid > 0) ::waitpid(pid, nullptr, 0);
    return base::fail(command.arguments[0] + ": " + std::strerror(reason));
  }
  Child child;
  child.pid_ = pid;
  return child;
}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)), status_(std::exchange(other.status_, std::nullopt)) {}

Child& Child::operator=(Child&& other) noexcept {
  if (this == &other) return *this;
  stop(std::chrono::milliseconds(0));
  pid_ = std::exchange(other.pid_, 0);
  status_ = std::exchange(other.status_, std::nullopt);
  return *this;
}

Child::~Child() { stop(std::chrono::milliseconds(0)); }

bool Child::is_running() {
  if (pid_ == 0 || status_) return false;
  int status = 0;
  const pid_t ended = ::waitpid(pid_, &status, WNOHANG);
  if (ended == 0) return true;
  status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return false;
}

void Child::stop(std::chrono::milliseconds grace) {
  if (!is_running()) return;
  const auto end = std::chrono::steady_clock::now() + grace;
  if (grace.count() > 0) ::kill(-pid_, SIGTERM);
  while (is_running() && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  if (status_) return;
  ::kill(-pid_, SIGKILL);
  while (is_running()) std::this_thread::sleep_for(std::chrono::milliseconds(2));
}

}  // namespace bulwark::e2e

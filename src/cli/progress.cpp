#include "cli/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "adapters/os/last_will.h"

namespace bulwark::cli {

namespace {

using namespace std::chrono_literals;
constexpr auto before_the_bar = 500ms;
constexpr auto between_bars = 100ms;
constexpr auto between_lines = 10s;

// 1,234,567 as "1.2 MB".
std::string amount(std::uint64_t bytes) {
  if (bytes < 1'000'000) return fmt::format("{:.0f} kB", static_cast<double>(bytes) / 1e3);
  return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

bool is_terminal() {
  const char* term = std::getenv("TERM");
  return ::isatty(STDERR_FILENO) != 0 && term != nullptr && std::string_view(term) != "dumb";
}

std::size_t terminal_width() {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

// Who writes to standard error, and which bar is there.
std::mutex& screen() {
  static std::mutex mutex;
  return mutex;
}
Progress* shown = nullptr;

constexpr std::string_view clear_line = "\r\033[K";

}  // namespace

void say(std::string_view line) {
  const std::lock_guard lock(screen());
  const bool bar = shown != nullptr && shown->drawn_;
  fmt::print(stderr, "{}{}\n", bar ? clear_line : "", line);
  if (bar) shown->draw_bar();
}

Progress::Progress(std::string what, std::string unit)
    : what_(std::move(what)), unit_(std::move(unit)), terminal_(is_terminal()) {
  {
    const std::lock_guard lock(screen());
    shown = this;
  }
  painter_ = std::thread([this] { run(); });
}

Progress::~Progress() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  wake_.notify_all();
  painter_.join();
  const std::lock_guard lock(screen());
  if (shown == this) shown = nullptr;
  if (drawn_) fmt::print(stderr, "{}", clear_line);
  adapters::clear_line_on_signal(false);
}

void Progress::run() {
  std::unique_lock lock(mutex_);
  const auto ended_within = [&](auto time) { return wake_.wait_for(lock, time, [&] { return ended_; }); };
  if (terminal_) {
    if (ended_within(before_the_bar)) return;
    do {
      const std::lock_guard screen_lock(screen());
      draw_bar();
    } while (!ended_within(between_bars));
  } else {
    while (!ended_within(between_lines)) print_line();
  }
}

void Progress::draw_bar() {
  const std::uint64_t done = done_, total = std::max<std::uint64_t>(total_, 1);
  const std::string counts = numbers();
  const std::size_t used = what_.size() + counts.size() + 5;
  const std::size_t width = std::min<std::size_t>(terminal_width() > used ? terminal_width() - used : 0, 40);
  const auto full = static_cast<std::size_t>(
      static_cast<double>(width) * std::min(1.0, static_cast<double>(done) / static_cast<double>(total)));
  fmt::print(stderr, "\r{} [{:=<{}}{:{}}] {}\033[K", what_, "", full, "", width - full, counts);
  std::fflush(stderr);
  drawn_ = true;
  adapters::clear_line_on_signal(true);
}

void Progress::print_line() const { say(fmt::format("{}: {}", what_, numbers())); }

std::string Progress::numbers() const {
  const std::uint64_t total = total_, done = std::min(done_.load(), total);
  if (!unit_.empty()) return fmt::format("{} of {} {}", done, total, unit_);
  return fmt::format("{} of {}", amount(done), amount(total));
}

}  // namespace bulwark::cli

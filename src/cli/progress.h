#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace bulwark::cli {

// Prints a line to standard error, above the bar of the Progress that is shown. Any thread may call it.
void say(std::string_view line);

// Shows on standard error how far long work is: a bar on a terminal after half a second, a plain line every ten
// seconds elsewhere. Short work shows nothing. The bar is gone when the progress ends.
class Progress {
 public:
  // `what` is done to bytes ("scanning"), or to something else that is counted.
  explicit Progress(std::string what, std::string unit = {});
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Any thread may call these.
  void expect(std::uint64_t more) { total_ += more; }
  void advance(std::uint64_t by) { done_ += by; }

 private:
  friend void say(std::string_view line);

  void run();
  void draw_bar();  // with the screen locked
  void print_line() const;

  std::string numbers() const;

  std::string what_, unit_;
  std::atomic<std::uint64_t> done_{0}, total_{0};
  bool terminal_ = false;
  bool drawn_ = false;  // guarded by the screen's lock
  bool ended_ = false;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::thread painter_;
};

}  // namespace bulwark::cli

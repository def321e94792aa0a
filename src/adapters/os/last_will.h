// What must not outlive this process when a signal ends it: half-written files, and programs that it has started.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>

namespace bulwark::adapters {

// From here on SIGINT, SIGTERM and SIGHUP end this process at once, as they always do (its parent sees death by
// that signal), but the will below is carried out first. A signal that is ignored, as nohup has it, stays ignored.
void carry_out_will_on_signals();

// While this lives, the file is removed when a signal ends the process. At most eight at a time; more are not
// kept.
class RemovedOnSignal {
 public:
  explicit RemovedOnSignal(const std::string& path);
  RemovedOnSignal(const RemovedOnSignal&) = delete;
  RemovedOnSignal& operator=(const RemovedOnSignal&) = delete;
  ~RemovedOnSignal();

 private:
  std::size_t slot_ = 0;
};

// While this lives, the process group is killed when a signal ends the process. At most eight at a time.
class KilledOnSignal {
 public:
  explicit KilledOnSignal(pid_t group);
  KilledOnSignal(const KilledOnSignal&) = delete;
  KilledOnSignal& operator=(const KilledOnSignal&) = delete;
  ~KilledOnSignal();

 private:
  std::size_t slot_ = 0;
};

// Whether the last line of the terminal on standard error is a bar, to be cleared when a signal ends the process.
void clear_line_on_signal(bool clear);

}  // namespace bulwark::adapters

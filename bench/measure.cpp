// usage: bench_measure [-n RUNS] COMMAND [ARGUMENT...]
//
// Runs a command RUNS times (default 5) with its output thrown away and prints one JSON line:
//   wall_s, user_s, system_s   best of the runs, in seconds
//   wall_median_s              how steady they were
//   peak_rss_kib               largest resident set of any run, files mapped included (ru_maxrss)
//   peak_anon_kib              largest anonymous memory (RssAnon of /proc/PID/status, sampled each millisecond, so
//                              a run of a few milliseconds may show less than it used)
//   exit                       exit code of the last run (128 + signal if killed by one)
// RssAnon is what a program allocates: a mapped input file does not count in it.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct Run {
  double wall = 0, user = 0, system = 0;
  long peak_rss = 0, peak_anon = 0;  // KiB
  int exit = 0;
};

double seconds(const timeval& t) { return double(t.tv_sec) + double(t.tv_usec) * 1e-6; }

// RssAnon of a process in KiB; 0 when it is gone or has not begun.
long anonymous_memory(int status_file) {
  char text[4096];
  const ssize_t size = pread(status_file, text, sizeof text - 1, 0);
  if (size <= 0) return 0;
  text[size] = '\0';
  const char* line = std::strstr(text, "RssAnon:");
  return line ? std::strtol(line + std::strlen("RssAnon:"), nullptr, 10) : 0;
}

Run run(char** command) {
  Run result;
  const auto begin = std::chrono::steady_clock::now();
  const pid_t child = fork();
  if (child < 0) {
    std::perror("bench_measure: fork");
    std::exit(2);
  }
  if (child == 0) {
    const int nowhere = open("/dev/null", O_WRONLY);
    dup2(nowhere, STDOUT_FILENO);
    dup2(nowhere, STDERR_FILENO);
    execvp(command[0], command);
    _exit(127);
  }
  const std::string path = fmt::format("/proc/{}/status", child);
  const int status_file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  int status = 0;
  rusage usage{};
  while (wait4(child, &status, WNOHANG, &usage) == 0) {
    if (status_file >= 0) result.peak_anon = std::max(result.peak_anon, anonymous_memory(status_file));
    const timespec pause{0, 1'000'000};
    nanosleep(&pause, nullptr);
  }
  result.wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  if (status_file >= 0) close(status_file);
  result.user = seconds(usage.ru_utime);
  result.system = seconds(usage.ru_stime);
  result.peak_rss = usage.ru_maxrss;
  result.exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", c);
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace

int main(int argc, char** argv) {
  int runs = 5, first = 1;
  if (argc > 2 && std::string_view(argv[1]) == "-n") {
    runs = std::atoi(argv[2]);
    first = 3;
  }
  if (first >= argc || runs < 1) {
    fmt::print(stderr, "usage: bench_measure [-n RUNS] COMMAND [ARGUMENT...]\n");
    return 2;
  }

  std::vector<double> walls;
  Run best;
  for (int i = 0; i < runs; ++i) {
    const Run each = run(argv + first);
    walls.push_back(each.wall);
    best.wall = i ? std::min(best.wall, each.wall) : each.wall;
    best.user = i ? std::min(best.user, each.user) : each.user;
    best.system = i ? std::min(best.system, each.system) : each.system;
    best.peak_rss = std::max(best.peak_rss, each.peak_rss);
    best.peak_anon = std::max(best.peak_anon, each.peak_anon);
    best.exit = each.exit;
  }
  std::sort(walls.begin(), walls.end());

  std::string command;
  for (int i = first; i < argc; ++i) command += (i > first ? "," : "") + quoted(argv[i]);
  fmt::print(
      "{{\"command\":[{}],\"runs\":{},\"wall_s\":{:.4f},\"wall_median_s\":{:.4f},\"user_s\":{:.4f},"
      "\"system_s\":{:.4f},\"peak_rss_kib\":{},\"peak_anon_kib\":{},\"exit\":{}}}\n",
      command, runs, best.wall, walls[walls.size() / 2], best.user, best.system, best.peak_rss, best.peak_anon,
      best.exit);
  return best.exit == 127 ? 1 : 0;
}

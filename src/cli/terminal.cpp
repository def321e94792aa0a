#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <string_view>

#include "cli/command.h"

namespace bulwark::cli {

report::Look look_of_stdout() {
  report::Look look;
  if (::isatty(STDOUT_FILENO) == 0) return look;
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    look.width = std::clamp<std::size_t>(size.ws_col, 40, 160);
  }
  const char* no_colour = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  const bool dumb = term == nullptr || std::string_view(term) == "dumb";
  look.colour = !dumb && (no_colour == nullptr || *no_colour == 0);
  return look;
}

bool stdout_shows_unicode() {
  if (::isatty(STDOUT_FILENO) == 0) return false;
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == 0) continue;
    const std::string_view text(value);
    return text.ends_with("UTF-8") || text.ends_with("utf8");
  }
  return false;
}

bool is_window() {
  const char* term = std::getenv("TERM");
  return ::isatty(STDOUT_FILENO) != 0 && term != nullptr && std::string_view(term) != "dumb";
}

void write_stdout(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) std::_Exit(errno == EPIPE ? exit_clean : exit_unchecked);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace bulwark::cli

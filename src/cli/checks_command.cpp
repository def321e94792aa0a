#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/terminal.h"
#include "document/json_writer.h"
#include "posture/examples.h"
#include "posture/selection.h"
#include "report/text_table.h"

namespace bulwark::cli {

namespace {

using posture::Check;

void write_table(const posture::Selection& selection) {
  const bool colour = look_of_stdout().colour;
  report::TextTable table({{"CHECK"}, {"SEVERITY"}, {"CHAPTER"}, {"PRACTICE"}});
  for (const Check* check : selection.checks()) {
    table.row({{std::string(check->about.id), colour ? "\x1b[1m" : ""},
               {std::string(finding::name(check->about.severity))},
               {std::string(finding::id(check->about.chapter))},
               {std::string(check->about.title)}});
  }
  write_stdout(table.text());
}

void write_json(const posture::Selection& selection) {
  std::string out;
  document::JsonWriter json(out);
  json.begin_object().member("schema", "bulwark.dev/checks/v1").key("checks").begin_array();
  for (const Check* check : selection.checks()) {
    const finding::Descriptor& about = check->about;
    json.begin_object().member("id", about.id).key("aliases").begin_array();
    for (const std::string_view alias : about.aliases) json.value(alias);
    json.end_array()
        .member("severity", finding::name(about.severity))
        .member("chapter", finding::id(about.chapter))
        .member("title", about.title)
        .member("effect", about.effect)
        .member("remedy", about.remedy)
        .key("sources")
        .begin_array();
    for (const finding::Reference& source : about.sources) json.value(source.url);
    json.end_array().key("mappings").begin_array();
    for (const finding::Mapping& mapping : about.mappings) {
      json.begin_object()
          .member("framework", finding::id(mapping.framework))
          .member("control", mapping.control)
          .end_object();
    }
    json.end_array().end_object();
  }
  json.end_array().end_object();
  write_stdout(out + "\n");
}

// The reference page of all checks, docs/generated/checks.md.
void write_markdown(const posture::Selection& selection) {
  std::string out = "# Checks\n\nMade by `bulwark checks --standard all -o markdown`.\n";
  for (const finding::Chapter chapter : finding::all_chapters) {
    bool first = true;
    for (const Check* check : selection.checks()) {
      const finding::Descriptor& about = check->about;
      if (about.chapter != chapter) continue;
      if (first) out += fmt::format("\n## {}\n", finding::title(chapter));
      first = false;
      out += fmt::format("\n### {}\n\n{} ({}). {}\n\nFix: {}\n", about.id, about.title,
                         finding::name(about.severity), about.effect, about.remedy);
      for (const finding::Reference& source : about.sources)
        out += fmt::format("\n- [{}]({})", source.title, source.url);
      for (const finding::Mapping& mapping : about.mappings) {
        out += fmt::format("\n- {}: {}", finding::title(mapping.framework), mapping.control);
      }
      if (about.aliases.size() > 0) out += fmt::format("\n- also known as {}", fmt::join(about.aliases, ", "));
      out += '\n';
    }
  }
  write_stdout(out);
}

base::Result<int> run(const Arguments& arguments) {
  posture::SelectionOptions options;
  options.standard = TRY(posture::parse_standard(arguments.value("standard", "all")));
  const posture::Selection selection = TRY(posture::Selection::make(options));
  const std::string format = arguments.value("output", "table");
  if (format == "table") {
    write_table(selection);
  } else if (format == "json") {
    write_json(selection);
  } else if (format == "markdown") {
    write_markdown(selection);
  } else {
    return base::fail(fmt::format("--output: \"{}\" is none of table, json, markdown", format));
  }
  return exit_clean;
}

constexpr Flag flags[] = {
    {"output", 'o', "FORMAT", "table (default), json, markdown"},
    {"standard", 0, "NAME",
     "those of one standard: guide, pss-baseline, pss-restricted, cis-aks, nsa, defender, all"},
};

}  // namespace

const Command checks_command{
    .name = "checks",
    .positional = "",
    .summary = "List the checks",
    .details =
        "Every practice that Bulwark measures, with its severity and the chapter of the guide it belongs to.",
    .examples = "  bulwark checks\n  bulwark checks --standard pss-restricted -o json",
    .flags = flags,
    .run = run,
};

}  // namespace bulwark::cli

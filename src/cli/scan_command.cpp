#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <limits>

#include "base/text.h"
#include "cli/cluster_source.h"
#include "cli/commands.h"
#include "cli/input_flags.h"
#include "cli/live_view.h"
#include "cli/scan_report.h"
#include "cli/terminal.h"
#include "cli/workspace.h"
#include "posture/fixer.h"
#include "report/format.h"
#include "report/report.h"

namespace bulwark::cli {

namespace {

using finding::Finding;

base::Result<const report::Format*> parse_format(std::string_view name) {
  if (const report::Format* format = report::find_format(name); format != nullptr) return format;
  std::vector<std::string_view> names;
  for (const report::Format& format : report::formats()) names.push_back(format.name);
  const std::string_view meant = base::nearest(name, names);
  return base::fail(fmt::format("--output: there is no format \"{}\"; {}", name,
                                meant.empty() ? fmt::format("there are {}", fmt::join(names, ", "))
                                              : fmt::format("did you mean \"{}\"?", meant)));
}

base::Result<std::size_t> parse_details(std::string_view text) {
  if (text == "all") return std::numeric_limits<std::size_t>::max();
  std::size_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return base::fail(fmt::format("--details: \"{}\" is neither a number nor \"all\"", text));
  }
  return count;
}

base::Result<finding::Severity> parse_fail_on(std::string_view text) {
  const auto severity = finding::parse_severity(text);
  if (!severity) return base::fail(fmt::format("--fail-on: \"{}\" is none of low, medium, high, critical", text));
  return *severity;
}

base::Result<> write_file(const std::string& path, std::string_view text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text;
  out.flush();
  if (!out) return base::fail(path + ": cannot be written");
  return {};
}

void print_errors(const report::Report& report) {
  constexpr std::size_t most = 20;
  for (std::size_t i = 0; i < report.errors.size() && i < most; ++i) {
    fmt::print(stderr, "error: {}\n", report.errors[i].text());
  }
  if (report.errors.size() > most)
    fmt::print(stderr, "error: and {} more; -o json has all\n", report.errors.size() - most);
}

base::Result<int> run(const Arguments& arguments) {
  const report::Format* format = TRY(parse_format(arguments.value("output", "table")));
  ReportSettings settings;
  settings.fail_on = TRY(parse_fail_on(arguments.value("fail-on", "high")));
  settings.standard = arguments.value("standard", settings.standard);
  report::Look look = look_of_stdout();
  look.details = TRY(parse_details(arguments.value("details", "5")));
  if (arguments.has("baseline")) settings.baseline = TRY(read_baseline(arguments.value("baseline")));
  if (arguments.has("watch")) return watch(arguments, settings, look, format->name);

  // Never taken apart: the process ends with it, and the system gives back its memory at once.
  static const Workspace* workspace = nullptr;
  workspace = TRY(open_workspace(arguments)).release();
  report::Report report = make_report(*workspace, workspace->scan, settings);
  report.diff = [&](const Finding& finding) -> std::optional<std::string> {
    std::string diff =
        posture::diff_of(finding, workspace->scan, workspace->selection, workspace->sources, workspace->limits);
    if (diff.empty()) return std::nullopt;
    return diff;
  };
  if (arguments.has("write-baseline")) {
    finding::Baseline all;
    for (const Finding* finding : workspace->scan.findings) {
      if (!finding->excepted) all.add(*finding);
    }
    TRY(write_file(arguments.value("write-baseline"), all.to_json()));
  }

  std::string out;
  const report::Sink sink = [&](std::string_view text) {
    out += text;
    if (out.size() < 64UL * 1024) return;
    write_stdout(out);
    out.clear();
  };
  format->write(report, look, sink);
  write_stdout(out);
  print_errors(report);
  if (report.objects == 0 || (arguments.has("strict") && !report.errors.empty())) {
    if (report.objects == 0 && arguments.has("selector")) {
      fmt::print(stderr, "bulwark: no object has the labels \"{}\"\n", arguments.value("selector"));
    } else if (report.objects == 0) {
      fmt::print(stderr, "bulwark: there was no Kubernetes object to judge\n");
    }
    return exit_usage;
  }
  return report.fails ? exit_findings : exit_clean;
}

std::vector<Flag> flags() {
  std::vector<Flag> all{
      {"output", 'o', "FORMAT", "table (default), json, sarif, junit, html, markdown"},
      {"fail-on", 0, "SEVERITY", "exit with 1 from this severity on: low, medium, high (default), critical"},
      {"details", 0, "N|all", "how many findings the table shows in full (default: 5)"},
      {"baseline", 0, "FILE", "findings that this file knows are not counted"},
      {"write-baseline", 0, "FILE", "write such a file from what is found now"},
      {"strict", 0, "", "exit with 2 when anything could not be read"},
  };
  for (const Flag& flag : input_flags()) all.push_back(flag);
  all.push_back({"snapshot", 0, "FILE", "read this snapshot, by the rules of its server's version"});
  for (const Flag& flag : cluster_flags()) all.push_back(flag);
  all.push_back({"watch", 'w', "", "with --cluster: go on, and show findings as they come and go, until ^C"});
  return all;
}

}  // namespace

const Command scan_command{
    .name = "scan",
    .positional = "[PATH...]",
    .summary = "Judge manifests by the guide, chapter by chapter",
    .details =
        "Reads files, folders and standard input (-): YAML, JSON, Lists, several documents in a file, what\n"
        "`kubectl get -o yaml` prints. Folders with a kustomization are rendered with kubectl, Helm charts with "
        "helm.\nWith --cluster it reads the living cluster of the kubeconfig, as `bulwark permissions` lets it; "
        "with --watch,\n"
        "too, it stays, and shows on a terminal the findings of now, and elsewhere a line for each that comes or "
        "goes.",
    .examples =
        "  bulwark scan manifests/\n"
        "  bulwark scan --cluster --all-namespaces\n"
        "  bulwark scan --cluster -A --watch\n"
        "  kubectl get all -A -o yaml | bulwark scan -\n"
        "  bulwark scan --standard pss-restricted --kube-version 1.29 pod.yaml\n"
        "  bulwark scan -o sarif --fail-on critical deploy/ > results.sarif",
    .flags =
        [] {
          static const std::vector<Flag> all = flags();
          return std::span<const Flag>(all);
        }(),
    .run = run,
};

}  // namespace bulwark::cli

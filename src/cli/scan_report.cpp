#include "cli/scan_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "cli/version.h"

namespace bulwark::cli {

using finding::Finding;

report::Report make_report(const Workspace& workspace, const posture::Scan& scan, const ReportSettings& settings) {
  const posture::Selection& selection = workspace.selection;
  report::Report report;
  report.version = version;
  report.kubernetes_version = fmt::format("{}.{}", selection.version().major, selection.version().number);
  report.sources = workspace.sources;
  report.errors = workspace.errors;
  report.fail_on = settings.fail_on;
  report.standard = settings.standard;
  report.documents = scan.counts.documents;
  report.objects = scan.counts.objects;
  report.skipped = scan.counts.skipped;
  report.unknown_kinds = scan.counts.unknown_kinds;
  report.files = static_cast<std::uint64_t>(
      std::count_if(workspace.inputs.begin(), workspace.inputs.end(),
                    [](const auto& input) { return input != nullptr && !input->live; }));
  std::unordered_map<const finding::Descriptor*, report::Practice> practices;
  for (std::size_t i = 0; i < selection.checks().size(); ++i) {
    const finding::Descriptor& about = selection.checks()[i]->about;
    practices[&about] = {&about, scan.tally[i]};
    report.checks.push_back(&about);
  }
  for (const finding::Descriptor* about : {&finding::exception_expired, &finding::exception_unused}) {
    practices[about] = {about};
    report.checks.push_back(about);
  }
  for (const Finding* finding : scan.findings) {
    if (finding->excepted) {
      ++report.excepted;
      continue;
    }
    if (settings.baseline.contains(*finding)) {
      ++report.in_baseline;
      continue;
    }
    report.findings.push_back(finding);
    const bool broken = finding->verdict == finding::Verdict::broken;
    report::Practice& practice = practices[finding->check];
    ++(broken ? practice.broken : practice.unknown);
    const bool counts = selection.is_pod_security() || finding->severity >= settings.fail_on;
    if (broken && counts) report.fails = true;
  }
  for (const finding::Descriptor* about : report.checks) report.practices.push_back(practices[about]);
  return report;
}

}  // namespace bulwark::cli

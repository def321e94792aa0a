#pragma once

#include <string>

#include "cli/workspace.h"
#include "finding/baseline.h"
#include "posture/scan.h"
#include "report/report.h"

namespace bulwark::cli {

// What a scan's report is to count.
struct ReportSettings {
  finding::Severity fail_on = finding::Severity::high;
  std::string standard = "guide";
  finding::Baseline baseline;  // findings that it knows are left out
};

// The report of a scan of the workspace. It points into all three.
report::Report make_report(const Workspace& workspace, const posture::Scan& scan, const ReportSettings& settings);

}  // namespace bulwark::cli

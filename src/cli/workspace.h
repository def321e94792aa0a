#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/os/input_files.h"
#include "base/result.h"
#include "cli/cluster_source.h"
#include "cli/command.h"
#include "document/json_list.h"
#include "document/source.h"
#include "finding/baseline.h"
#include "posture/scan.h"

namespace bulwark::cli {

// One input with its text and where its lines are.
struct Loaded {
  adapters::InputFile input;
  adapters::FileText file;
  std::string converted;  // the text as UTF-8, when the file was UTF-16
  std::unique_ptr<document::Source> source;
  bool live = false;  // stands for a living cluster, and has no text
  bool json = false;
  std::optional<document::JsonList> list;  // when it is a JSON List: its items are read one by one
  std::vector<document::Span> values;      // when it is JSON and no List: its values, one behind the other
  std::uint32_t shift = 0;                 // bytes of a byte order mark in front of the source's text
};

// Everything that scan and fix share: the files, the checks that were asked for, and what the scan found.
struct Workspace {
  posture::Selection selection;
  document::Limits limits;
  std::vector<std::unique_ptr<Loaded>> inputs;
  std::vector<const document::Source*> sources;
  std::vector<base::Error> errors;  // files that could not be read, with what the scan could not judge
  std::unique_ptr<Loaded> exceptions_file;
  base::Arena exceptions_arena;
  posture::Exceptions exceptions;
  posture::Scan scan;
};

// Reads and scans as the arguments say. Errors are those of usage; unreadable files are in the workspace.
// With `checks` false nothing is judged: the scan is an inventory and no more.
base::Result<std::unique_ptr<Workspace>> open_workspace(const Arguments& arguments, bool checks = true);

// A workspace of a living cluster, before anything of it is read: its one input is the cluster's.
base::Result<std::unique_ptr<Workspace>> open_live_workspace(const Arguments& arguments, ClusterSource& cluster);

// What the scan could not judge joins the workspace's errors.
void add_scan_errors(Workspace& workspace, const posture::Scan& scan);

// Reads what --write-baseline wrote.
base::Result<finding::Baseline> read_baseline(const std::string& path);

}  // namespace bulwark::cli

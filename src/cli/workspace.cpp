#include "cli/workspace.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <thread>

#include "cli/input_flags.h"
#include "cli/markdown.h"
#include "cli/progress.h"
#include "cli/threads.h"
#include "document/reader.h"

namespace bulwark::cli {

namespace {

// A unit of work for a thread: large enough to cost more than its handing out.
constexpr std::uint32_t unit_size = 256U * 1024;

finding::Date today() {
  const auto now = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  const std::chrono::year_month_day day(now);
  return {static_cast<int>(day.year()), static_cast<int>(static_cast<unsigned>(day.month())),
          static_cast<int>(static_cast<unsigned>(day.day()))};
}

bool ends_with_any(std::string_view name, std::initializer_list<std::string_view> endings) {
  return std::any_of(endings.begin(), endings.end(),
                     [&](std::string_view ending) { return name.ends_with(ending); });
}

bool looks_like_json(const Loaded& loaded) {
  if (ends_with_any(loaded.input.path, {".yaml", ".yml"})) return false;
  const std::string_view text = loaded.source->text();
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text[first] == '{';
}

// Several values one behind the other, as jq writes them, are documents each, Lists or not.
void split_json(Loaded& loaded) {
  const std::string_view text = loaded.source->text();
  loaded.list = document::split_json_list(text);
  if (loaded.list && !loaded.list->problem) return;
  loaded.values = document::split_json_stream(text);
  if (loaded.values.size() > 1) {
    loaded.list.reset();
  } else {
    loaded.values = {{0, static_cast<std::uint32_t>(text.size())}};
  }
}

base::Result<std::unique_ptr<Loaded>> load_input(const adapters::InputFile& input) {
  auto loaded = std::make_unique<Loaded>();
  loaded->input = input;
  loaded->file = TRY(adapters::load(input));
  std::string_view text;
  if (!document::to_utf8(loaded->file.text(), loaded->converted, text)) {
    return std::unexpected(base::Error{.message = "is neither UTF-8 nor UTF-16 text", .file = input.name});
  }
  if (loaded->converted.empty()) {
    loaded->shift = static_cast<std::uint32_t>(text.data() - loaded->file.text().data());
  } else {
    loaded->converted.append(adapters::FileText::padding, '\0');
    text = std::string_view(loaded->converted).substr(0, text.size());
  }
  loaded->source = std::make_unique<document::Source>(input.name, text);
  loaded->json = looks_like_json(*loaded);
  if (loaded->json) split_json(*loaded);
  return loaded;
}

// What threads take from: files that are scanned whole by whoever loaded them, then the units of the large ones.
class Crew {
 public:
  Crew(Workspace& workspace, std::vector<adapters::InputFile> files, unsigned jobs)
      : workspace_(workspace), files_(std::move(files)), jobs_(jobs) {
    workspace_.inputs.resize(files_.size());
    failed_.resize(files_.size());
  }

  std::vector<posture::Part> run() {
    std::vector<posture::Part> parts(jobs_);
    std::vector<std::unique_ptr<posture::Scanner>> scanners;
    scanners.reserve(jobs_);
    for (unsigned i = 0; i < jobs_; ++i) {
      scanners.push_back(std::make_unique<posture::Scanner>(workspace_.selection, workspace_.limits));
    }
    const base::ForEach for_each = in_threads(jobs_);
    for (const adapters::InputFile& file : files_) progress_.expect(file.size);
    for_each(jobs_, [&](std::size_t me) { read_files(*scanners[me]); });
    cut_large_files();
    for_each(jobs_, [&](std::size_t me) { scan_units(*scanners[me]); });
    for (unsigned i = 0; i < jobs_; ++i) parts[i] = scanners[i]->take();
    for (auto& error : failed_) {
      if (error) workspace_.errors.push_back(std::move(*error));
    }
    return parts;
  }

 private:
  struct Task {
    std::uint32_t file;
    document::Unit unit;  // bytes; for a JSON List, the indices of its items
    bool json;
  };

  void read_files(posture::Scanner& scanner) {
    for (std::size_t i = next_file_++; i < files_.size(); i = next_file_++) {
      auto loaded = load_input(files_[i]);
      if (!loaded) {
        failed_[i] = std::move(loaded).error();
        continue;
      }
      workspace_.inputs[i] = std::move(*loaded);
      Loaded& file = *workspace_.inputs[i];
      if (files_[i].size == 0) progress_.expect(file.source->text().size());
      if (file.list) {
        scanner.count_document();
        if (const auto& problem = file.list->problem) {
          scanner.add_error(static_cast<std::uint32_t>(i), problem->offset, problem->message);
        }
      }
      const auto size = static_cast<std::uint32_t>(file.source->text().size());
      if (size > unit_size) continue;
      progress_.advance(size);
      for (const Task& task : tasks_of(static_cast<std::uint32_t>(i), file, ~0U)) scan(scanner, task);
    }
  }

  std::vector<Task> tasks_of(std::uint32_t index, const Loaded& file, std::uint32_t target) const {
    std::vector<Task> tasks;
    const std::string_view text = file.source->text();
    if (ends_with_any(file.input.path, {".md", ".markdown"})) {
      for (const Fence& fence : manifest_fences(text)) tasks.push_back({index, fence.span, fence.json});
    } else if (file.list) {
      const auto& items = file.list->items;
      for (std::uint32_t begin = 0, end = 0; begin < items.size(); begin = end) {
        while (end < items.size() && items[end].end - items[begin].begin <= target) ++end;
        end = std::max(end, begin + 1);
        tasks.push_back({index, {begin, end}, true});
      }
    } else if (file.json) {
      for (const document::Span value : file.values) tasks.push_back({index, value, true});
    } else {
      for (const document::Unit unit : document::split_yaml(text, target)) tasks.push_back({index, unit, false});
    }
    return tasks;
  }

  void cut_large_files() {
    for (std::uint32_t i = 0; i < workspace_.inputs.size(); ++i) {
      const auto& file = workspace_.inputs[i];
      if (file == nullptr || file->source->text().size() <= unit_size) continue;
      for (const Task& task : tasks_of(i, *file, unit_size)) tasks_.push_back(task);
    }
  }

  void scan_units(posture::Scanner& scanner) {
    for (std::size_t i = next_task_++; i < tasks_.size(); i = next_task_++) {
      scan(scanner, tasks_[i]);
      progress_.advance(bytes_of(tasks_[i]));
    }
  }

  std::uint64_t bytes_of(const Task& task) const {
    const Loaded& file = *workspace_.inputs[task.file];
    if (!file.list) return task.unit.end - task.unit.begin;
    return file.list->items[task.unit.end - 1].end - file.list->items[task.unit.begin].begin;
  }

  void scan(posture::Scanner& scanner, const Task& task) const {
    const Loaded& file = *workspace_.inputs[task.file];
    const document::Source& source = *file.source;
    if (file.list) {
      const auto items = std::span<const document::Span>(file.list->items);
      scanner.scan_json_items(source, task.file, items.subspan(task.unit.begin, task.unit.end - task.unit.begin),
                              adapters::FileText::padding);
    } else if (task.json) {
      scanner.scan_json(source, task.file, task.unit, adapters::FileText::padding);
    } else {
      scanner.scan_yaml(source, task.file, task.unit);
    }
  }

  Workspace& workspace_;
  std::vector<adapters::InputFile> files_;
  unsigned jobs_;
  Progress progress_{"scanning"};
  std::vector<std::optional<base::Error>> failed_;
  std::vector<Task> tasks_;
  std::atomic<std::size_t> next_file_{0}, next_task_{0};
};

// Reads a file with exactly one document, such as exceptions and baselines.
class OneDocument : public document::DocumentSink {
 public:
  explicit OneDocument(const std::function<void(const document::Node&)>& visit) : visit_(visit) {}
  void on_document(const document::Node& root) override { visit_(root); }
  void on_problem(document::Problem problem) override {
    if (!problem_) problem_ = std::move(problem);
  }
  const std::optional<document::Problem>& problem() const { return problem_; }

 private:
  const std::function<void(const document::Node&)>& visit_;
  std::optional<document::Problem> problem_;
};

base::Error error_at(const document::Source& source, std::uint32_t offset, std::string message) {
  const document::Position at = source.position(offset);
  return {.message = std::move(message), .file = source.name(), .line = at.line, .column = at.column};
}

base::Result<> read_exceptions(Workspace& workspace, const std::string& path) {
  workspace.exceptions.today = today();
  if (path.empty()) return {};
  workspace.exceptions_file = TRY(load_input({adapters::InputFile::From::file, path, path, true}));
  const document::Source& source = *workspace.exceptions_file->source;
  base::Result<std::vector<finding::Exception>> list = base::fail("has no exceptions");
  const auto index = static_cast<std::uint32_t>(workspace.inputs.size());
  const std::function<void(const document::Node&)> visit = [&](const document::Node& root) {
    list = finding::read_exceptions(root, source);
    kube::Decoder decoder(workspace.exceptions_arena, source.text());
    workspace.exceptions.file = kube::decode_object(root, {index, root.begin(), root.end(), root.begin(), false},
                                                    workspace.exceptions_arena, decoder);
  };
  OneDocument sink(visit);
  base::Arena arena;
  document::read_yaml(source, {0, static_cast<std::uint32_t>(source.text().size())}, arena, workspace.limits,
                      sink);
  if (sink.problem()) return std::unexpected(error_at(source, sink.problem()->offset, sink.problem()->message));
  workspace.exceptions.list = TRY(std::move(list));
  return {};
}

// gitVersion of the API server that a snapshot comes from, which stands in its first item; empty when it tells
// none.
base::Result<std::string> version_of_snapshot(const std::string& path) {
  const auto file = TRY(load_input({adapters::InputFile::From::file, path, path, true}));
  std::string version;
  if (!file->list || file->list->items.empty()) return version;
  const std::function<void(const document::Node&)> visit = [&](const document::Node& root) {
    base::Arena arena;
    kube::Decoder decoder(arena, {});
    const kube::Object* object = kube::decode_object(root, {}, arena, decoder);
    const auto* snapshot = object == nullptr ? nullptr : kube::as<kube::Snapshot>(*object);
    if (snapshot != nullptr) version = snapshot->spec.server_version;
  };
  OneDocument sink(visit);
  base::Arena arena;
  document::read_json(*file->source, file->list->items.front(), adapters::FileText::padding, arena, {}, sink);
  return version;
}

void add_live_input(Workspace& workspace, const ClusterSource& cluster) {
  workspace.inputs.push_back(std::make_unique<Loaded>());
  workspace.inputs.back()->live = true;
  workspace.inputs.back()->source = std::make_unique<document::Source>(cluster.name, "");
}

// All inputs are there: exceptions, and what origins point into.
base::Result<> complete(Workspace& workspace, const Arguments& arguments) {
  TRY(read_exceptions(workspace, arguments.value("exceptions")));
  for (const auto& input : workspace.inputs) {
    workspace.sources.push_back(input == nullptr ? nullptr : input->source.get());
  }
  if (workspace.exceptions_file != nullptr) workspace.sources.push_back(workspace.exceptions_file->source.get());
  return {};
}

}  // namespace

base::Result<finding::Baseline> read_baseline(const std::string& path) {
  const auto file = TRY(load_input({adapters::InputFile::From::file, path, path, true}));
  base::Result<finding::Baseline> baseline = base::fail(path + ": is empty");
  const std::function<void(const document::Node&)> visit = [&](const document::Node& root) {
    baseline = finding::Baseline::read(root, *file->source);
  };
  OneDocument sink(visit);
  base::Arena arena;
  const document::Limits limits;
  document::read_yaml(*file->source, {0, static_cast<std::uint32_t>(file->source->text().size())}, arena, limits,
                      sink);
  if (sink.problem())
    return std::unexpected(error_at(*file->source, sink.problem()->offset, sink.problem()->message));
  return baseline;
}

void add_scan_errors(Workspace& workspace, const posture::Scan& scan) {
  for (const posture::ScanError& error : scan.errors) {
    workspace.errors.push_back(error_at(*workspace.sources[error.source], error.offset, error.message));
  }
}

base::Result<std::unique_ptr<Workspace>> open_live_workspace(const Arguments& arguments, ClusterSource& cluster) {
  auto workspace = std::make_unique<Workspace>();
  workspace->selection = TRY(select_checks(arguments, cluster.version));
  add_live_input(*workspace, cluster);
  TRY(complete(*workspace, arguments));
  return workspace;
}

base::Result<std::unique_ptr<Workspace>> open_workspace(const Arguments& arguments, bool checks) {
  const bool live = arguments.has("cluster");
  std::vector<std::string> paths = arguments.positional();
  if (arguments.has("snapshot")) paths.push_back(arguments.value("snapshot"));
  if (live && !paths.empty()) return base::fail("--cluster reads no files");
  if (!live && paths.empty()) {
    return base::fail("name the files or folders to read, or - for standard input");
  }
  auto workspace = std::make_unique<Workspace>();
  ClusterSource cluster;
  if (live) cluster = TRY(open_cluster(arguments));
  if (arguments.has("snapshot")) cluster.version = TRY(version_of_snapshot(arguments.value("snapshot")));
  if (checks) workspace->selection = TRY(select_checks(arguments, cluster.version));
  const unsigned jobs = TRY(parse_jobs(arguments));

  adapters::Found found = adapters::find_inputs(paths, {.markdown = arguments.has("markdown")});
  workspace->errors = std::move(found.errors);
  // One file needs no second thread unless it is large, and then its units are shared.
  std::vector<posture::Part> parts = Crew(*workspace, std::move(found.files), jobs).run();
  if (live) {
    posture::Scanner scanner(workspace->selection, workspace->limits);
    add_live_input(*workspace, cluster);
    TRY(scan_cluster(cluster, scanner, 0));
    parts.push_back(scanner.take());
  }
  TRY(complete(*workspace, arguments));
  workspace->scan = posture::finish(std::move(parts), workspace->selection, workspace->sources, workspace->limits,
                                    workspace->exceptions, in_threads(jobs));
  add_scan_errors(*workspace, workspace->scan);
  return workspace;
}

}  // namespace bulwark::cli

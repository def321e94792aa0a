#include "cli/rehearsal_input.h"

#include <fmt/format.h>

#include <chrono>

#include "cli/cluster_source.h"
#include "cli/workspace.h"
#include "document/reader.h"
#include "kube/version.h"
#include "twin/load.h"

namespace bulwark::cli {

namespace {

// The workspaces that the model's texts live in.
struct Inputs {
  std::unique_ptr<Workspace> cluster, changes;
  kube::Inventory inventory;
};

class OneRoot : public document::DocumentSink {
 public:
  explicit OneRoot(const document::Source& source) : source_(source) {}
  void on_document(const document::Node& root) override { result = rehearsal::read_assumptions(root, source_); }
  void on_problem(document::Problem problem) override {
    const document::Position at = source_.position(problem.offset);
    result = std::unexpected(base::Error{
        .message = std::move(problem.message), .file = source_.name(), .line = at.line, .column = at.column});
  }
  base::Result<rehearsal::AssumptionsFile> result = base::fail("it is empty");

 private:
  const document::Source& source_;
};

base::Result<rehearsal::AssumptionsFile> read_file(const std::string& path) {
  if (path.empty()) return rehearsal::AssumptionsFile{};
  const auto file = TRY(adapters::load({adapters::InputFile::From::file, path, path, true}));
  const document::Source source(path, file.text());
  OneRoot sink(source);
  base::Arena arena;
  document::read_yaml(source, {0, static_cast<std::uint32_t>(file.text().size())}, arena, {}, sink);
  if (!sink.result && sink.result.error().file.empty()) sink.result.error().file = path;
  return std::move(sink.result);
}

}  // namespace

std::vector<Flag> twin_flags() {
  std::vector<Flag> all{
      {"snapshot", 0, "FILE", "read this snapshot"},
      {"what-if", 0, "PATH", "put these objects into the cluster first, in the place of those it has"},
      {"assumptions", 0, "FILE", "how long things take, and how the pools are upgraded"},
      {"kube-version", 0, "1.NN", "minor version of the API server, where the input does not tell"},
      {"jobs", 'j', "N", "threads (default: one for each core)"},
  };
  for (const Flag& flag : cluster_flags()) all.push_back(flag);
  return all;
}

base::Result<TwinInput> read_twin(const Arguments& arguments) {
  rehearsal::AssumptionsFile file = TRY(read_file(arguments.value("assumptions")));
  auto inputs = std::make_shared<Inputs>();
  // Nodes are drained of what they run, whatever its namespace.
  Arguments all = arguments;
  if (arguments.has("cluster") && !arguments.has("namespace")) all.add("all-namespaces", {});
  inputs->cluster = TRY(open_workspace(all, false));
  inputs->inventory.add(std::span<const kube::Object* const>(inputs->cluster->scan.inventory.all()));
  TwinInput out;
  out.errors = std::move(inputs->cluster->errors);
  if (arguments.has("what-if")) {
    Arguments changes;
    changes.set_positional(arguments.values("what-if"));
    inputs->changes = TRY(open_workspace(changes, false));
    inputs->inventory.add(std::span<const kube::Object* const>(inputs->changes->scan.inventory.all()));
    for (base::Error& error : inputs->changes->errors) out.errors.push_back(std::move(error));
    if (inputs->changes->scan.inventory.all().empty())
      return base::fail("--what-if: there is no Kubernetes object in it");
  }
  twin::LoadOptions options;
  options.now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  options.assumptions = std::move(file.assumptions);
  if (const std::string text = arguments.value("kube-version"); !text.empty()) {
    const auto version = kube::Version::parse(text);
    if (!version || version->major != 1)
      return base::fail(fmt::format("--kube-version: \"{}\" is no Kubernetes version such as 1.34", text));
    options.minor = static_cast<int>(version->minor_number);
  }
  if (inputs->inventory.all().empty()) return base::fail("there is no Kubernetes object in the input");
  options.owned = inputs;
  out.pools = std::move(file.pools);
  out.model = twin::load(inputs->inventory, options);
  out.name = arguments.has("cluster")    ? inputs->cluster->inputs.front()->source->name()
             : arguments.has("snapshot") ? arguments.value("snapshot")
                                         : fmt::format("{}", fmt::join(arguments.positional(), ", "));
  return out;
}

}  // namespace bulwark::cli

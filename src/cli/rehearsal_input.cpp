#include "cli/rehearsal_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>
#include <set>

#include "cli/cluster_source.h"
#include "cli/what_if.h"
#include "cli/workspace.h"
#include "document/reader.h"
#include "kube/version.h"
#include "twin/load.h"

namespace bulwark::cli {

namespace {

// The workspaces that the model's texts live in.
struct Inputs {
  std::unique_ptr<Workspace> cluster, changes;
  MadeObjects made;
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

base::Result<std::string> read_text(const std::string& path) {
  const auto file = TRY(adapters::load({adapters::InputFile::From::file, path, path, true}));
  return std::string(file.text());
}

// Which nodes run what, when none is shown: those that pods name, else three.
base::Result<std::vector<const kube::Object*>> suppose_nodes(const std::vector<const kube::Object*>& objects,
                                                             std::size_t count, MadeObjects& made) {
  std::set<std::string> names;
  for (const kube::Object* object : objects) {
    const auto* pod = kube::as<kube::Pod>(*object);
    if (pod != nullptr && !pod->spec.node_name.empty()) names.emplace(pod->spec.node_name);
  }
  for (std::size_t number = 1; names.size() < count; ++number) names.insert(fmt::format("node-{}", number));
  std::vector<const kube::Object*> out;
  out.reserve(names.size());
  for (const std::string& name : names)
    out.push_back(TRY(made.add(supposed_node(name, out.size() + 1), "node " + name)));
  return out;
}

base::Result<std::optional<std::size_t>> parse_supposed(const Arguments& arguments) {
  const std::string text = arguments.value("suppose-nodes");
  if (text.empty()) return std::nullopt;
  constexpr std::size_t most = 5'000;
  std::size_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size() || count == 0 || count > most)
    return base::fail(fmt::format("--suppose-nodes: \"{}\" is no number from 1 to {}", text, most));
  return count;
}

// What --what-if adds, after that what --what-if-patch makes of it all.
base::Result<std::vector<const kube::Object*>> changed(std::vector<const kube::Object*> objects,
                                                       const Arguments& arguments, Inputs& inputs,
                                                       std::vector<base::Error>& errors) {
  if (arguments.has("what-if")) {
    Arguments changes;
    changes.set_positional(arguments.values("what-if"));
    inputs.changes = TRY(open_workspace(changes, false));
    for (base::Error& error : inputs.changes->errors) errors.push_back(std::move(error));
    const std::vector<const kube::Object*>& all = inputs.changes->scan.inventory.all();
    if (all.empty() && errors.empty()) return base::fail("--what-if: there is no Kubernetes object in it");
    objects.insert(objects.end(), all.begin(), all.end());
  }
  for (const std::string& text : arguments.given("what-if-patch")) {
    const auto patch = ObjectPatch::parse(text, read_text);
    if (!patch) return base::fail("--what-if-patch: " + patch.error().text());
    auto patched = apply_patch(std::move(objects), *patch, inputs.made);
    if (!patched) return base::fail("--what-if-patch: " + patched.error().message);
    objects = std::move(*patched);
  }
  return objects;
}

}  // namespace

std::vector<Flag> twin_flags() {
  std::vector<Flag> all{
      {"snapshot", 0, "FILE", "read this snapshot"},
      {"what-if", 0, "PATH", "put these objects into the cluster first, in the place of those it has"},
      {"what-if-patch", 0, "OBJECT=PATCH",
       "patch an object first: pdb/shop/cart='{spec: {maxUnavailable: 1}}'; a list is a JSON patch, @FILE reads "
       "one"},
      {"suppose-nodes", 0, "N",
       "nodes that run it all, where the input shows none (without it: 3, and no certain verdict)"},
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
  TwinInput out;
  out.errors = std::move(inputs->cluster->errors);
  const std::optional<std::size_t> supposed = TRY(parse_supposed(arguments));
  std::vector<const kube::Object*> objects =
      TRY(changed(inputs->cluster->scan.inventory.all(), arguments, *inputs, out.errors));
  // One that is broken says more than that nothing is there.
  if (objects.empty() && !out.errors.empty()) return std::unexpected(out.errors.front());
  if (objects.empty()) return base::fail("there is no Kubernetes object in the input");
  twin::LoadOptions options;
  options.now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  options.assumptions = std::move(file.assumptions);
  if (const std::string text = arguments.value("kube-version"); !text.empty()) {
    const auto version = kube::Version::parse(text);
    if (!version || version->major != 1)
      return base::fail(fmt::format("--kube-version: \"{}\" is no Kubernetes version such as 1.34", text));
    options.minor = static_cast<int>(version->minor_number);
  }
  for (const base::Error& error : out.errors) {
    options.gaps.push_back({twin::Gap::Weight::doubt, "input", "it could not all be read: " + error.text()});
  }
  const bool has_nodes = std::ranges::any_of(
      objects, [](const kube::Object* object) { return object->kind == kube::ResourceKind::node; });
  if (!has_nodes) {
    const auto nodes = TRY(suppose_nodes(objects, supposed.value_or(3), inputs->made));
    objects.insert(objects.end(), nodes.begin(), nodes.end());
    options.gaps.push_back(
        {supposed ? twin::Gap::Weight::note : twin::Gap::Weight::doubt, "Node",
         fmt::format("there is not one in the input: {} with 64 CPUs, 256 GiB and places for 250 pods are "
                     "supposed{}",
                     nodes.size(), supposed ? "" : "; --suppose-nodes N says that this is meant")});
  }
  inputs->inventory.add(std::span<const kube::Object* const>(objects));
  options.owned = inputs;
  out.pools = std::move(file.pools);
  out.model = twin::load(inputs->inventory, options);
  out.name = arguments.has("cluster")    ? inputs->cluster->inputs.front()->source->name()
             : arguments.has("snapshot") ? arguments.value("snapshot")
                                         : fmt::format("{}", fmt::join(arguments.positional(), ", "));
  return out;
}

}  // namespace bulwark::cli

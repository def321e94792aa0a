#include <fmt/format.h>

#include <optional>

#include "adapters/os/whole_file.h"
#include "adapters/os/zstd.h"
#include "cli/cluster_source.h"
#include "cli/commands.h"
#include "cli/terminal.h"
#include "kube/redact.h"
#include "kube/snapshot.h"

namespace bulwark::cli {

namespace {

// The items of the List, one a line.
class Items : public ClusterSink {
 public:
  explicit Items(kube::Redaction redaction) : redaction_(redaction) {}

  void begin_kind() override { kind_begins_ = text_.size(), objects_of_kind_ = 0; }
  void restart_kind() override {
    text_.resize(kind_begins_);
    objects_ -= objects_of_kind_;
    objects_of_kind_ = 0;
  }
  void on_object(const document::Node& object, std::string_view) override {
    text_ += ",\n";
    kube::append_redacted(text_, object, redaction_);
    ++objects_, ++objects_of_kind_;
  }

  std::uint64_t objects() const { return objects_; }
  std::string list(std::string_view snapshot) const {
    std::string out = R"({"apiVersion":"v1","kind":"List","metadata":{"resourceVersion":""},"items":[)";
    out.append("\n").append(snapshot).append(text_).append("\n]}\n");
    return out;
  }

 private:
  kube::Redaction redaction_;
  std::string text_;
  std::size_t kind_begins_ = 0;
  std::uint64_t objects_ = 0, objects_of_kind_ = 0;
};

base::Result<int> run(const Arguments& arguments) {
  const auto redaction = kube::parse_redaction(arguments.value("redact", "default"));
  if (!redaction) return base::fail("--redact: there are none, default, strict");
  const std::string path = arguments.value("output", "-");
  // A place that cannot be written is told before a large cluster is read.
  std::optional<adapters::WholeFile> file;
  if (path != "-") file.emplace(TRY(adapters::WholeFile::create(path)));
  ClusterSource source = TRY(open_cluster(arguments));
  Items items(*redaction);
  const ClusterFacts facts = TRY(read_cluster(source, items));
  kube::SnapshotSpec spec = facts.spec;
  spec.redaction = kube::name(*redaction);
  const std::string list = items.list(kube::snapshot_json(source.name, spec));
  if (!file) {
    write_stdout(list);
    return exit_clean;
  }
  const std::string bytes = path.ends_with(".zst") ? adapters::compress(list) : list;
  if (auto written = file->commit({bytes}); !written) {
    written.error().unanswered = true;
    return std::unexpected(std::move(written).error());
  }
  fmt::print(stderr, "{}: {} objects of cluster \"{}\", {} bytes\n", path, items.objects(), source.name,
             bytes.size());
  return exit_clean;
}

std::vector<Flag> flags() {
  std::vector<Flag> all{
      {"output", 'o', "FILE", "where to write it; .zst compresses (default: - for standard output)"},
      {"redact", 0, "LEVEL",
       "what is left out: none (Secrets and managedFields only), default (also values of variables and "
       "ConfigMaps), "
       "strict (also commands, addresses, foreign annotations)"},
  };
  // There is nothing else to read here, so --cluster goes without saying.
  for (const Flag& flag : cluster_flags()) {
    if (flag.name != "cluster") all.push_back(flag);
  }
  return all;
}

}  // namespace

const Command snapshot_command{
    .name = "snapshot",
    .positional = "",
    .summary = "Write what the checks read of a living cluster into one file",
    .details =
        "The file is a List, which kubectl reads, too, and each command takes it in place of files. Secrets are\n"
        "not read at all; how much else is left out stands in its first item.",
    .examples =
        "  bulwark snapshot -A -o cluster.json.zst\n"
        "  bulwark scan cluster.json.zst\n"
        "  bulwark snapshot -A --redact strict | less",
    .flags =
        [] {
          static const std::vector<Flag> all = flags();
          return std::span<const Flag>(all);
        }(),
    .run = run,
};

}  // namespace bulwark::cli

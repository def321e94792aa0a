#include "cli/cluster_source.h"

#include <fmt/format.h>

#include <list>
#include <memory>
#include <random>
#include <set>
#include <thread>

#include "adapters/kubeapi/client.h"
#include "cli/progress.h"
#include "cli/version.h"
#include "document/reader.h"
#include "kube/reading.h"
#include "kube/snapshot.h"

namespace bulwark::cli {

namespace {

// Whatever is said goes around the progress bar.
void warn(const std::string& text) { fmt::print(stderr, "warning: {}\n", text); }

adapters::ClientOptions client_options() {
  adapters::ClientOptions options;
  options.user_agent = fmt::format("bulwark/{}", version);
  auto engine = std::make_shared<std::mt19937_64>(std::random_device{}());
  options.random = [engine] { return std::uniform_real_distribution<>(0.0, 1.0)(*engine); };
  options.sleep = [](std::chrono::milliseconds time) { std::this_thread::sleep_for(time); };
  options.notice = warn;
  return options;
}

base::Error named(const ClusterSource& source, const kube::Status& status) {
  base::Error error = status.error();
  error.message = fmt::format("cluster \"{}\": {}", source.name, error.message);
  return error;
}

// Judges each object as it comes in. Objects of a list that begins again are judged once.
class Judge : public kube::ObjectSink {
 public:
  Judge(posture::Scanner& scanner, std::uint32_t index, std::uint32_t first)
      : scanner_(scanner), index_(index), next_(first) {}

  void on_object(const document::Node& object, std::string_view) override {
    if (!seen_.empty() || restarted_) {
      if (!seen_.insert(name_of(object)).second) return;
    } else {
      names_.push_back(name_of(object));
    }
    scanner_.scan_object(object, index_, next_++);
  }
  void on_restart() override {
    restarted_ = true;
    seen_.insert(names_.begin(), names_.end());
    names_.clear();
  }

 private:
  static std::string name_of(const document::Node& object) {
    const document::Node* metadata = object.find("metadata");
    std::string name;
    for (const char* key : {"namespace", "name"}) {
      const document::Node* part = metadata == nullptr ? nullptr : metadata->find(key);
      if (part != nullptr) name += part->text();
      name += '/';
    }
    return name;
  }

  posture::Scanner& scanner_;
  std::uint32_t index_, next_;
  bool restarted_ = false;
  std::vector<std::string> names_;
  std::set<std::string> seen_;
};

// The Snapshot object, read as any other.
class OneObject : public document::DocumentSink {
 public:
  OneObject(posture::Scanner& scanner, std::uint32_t index, std::uint32_t ordinal)
      : scanner_(scanner), index_(index), ordinal_(ordinal) {}
  void on_document(const document::Node& root) override { scanner_.scan_object(root, index_, ordinal_); }
  void on_problem(document::Problem) override {}

 private:
  posture::Scanner& scanner_;
  std::uint32_t index_, ordinal_;
};

}  // namespace

std::vector<Flag> cluster_flags() {
  return {
      {"cluster", 0, "", "read the living cluster of the kubeconfig instead of files"},
      {"context", 0, "NAME", "context of the kubeconfig (default: the current one)"},
      {"kubeconfig", 0, "FILE", "kubeconfig (default: $KUBECONFIG, else ~/.kube/config)"},
      {"namespace", 'n', "NAMESPACE", "read this namespace alone (default: the context's)"},
      {"all-namespaces", 'A', "", "read all namespaces, and what belongs to none"},
      {"as", 0, "USER", "ask as this user (impersonation)"},
      {"as-group", 0, "GROUP,...", "with these groups"},
  };
}

base::Result<ClusterSource> open_cluster(const Arguments& arguments) {
  adapters::Overrides overrides;
  overrides.context = arguments.value("context");
  overrides.impersonate = arguments.value("as");
  overrides.impersonate_groups = arguments.values("as-group");
  auto connection = TRY(adapters::find_connection(adapters::kubeconfig_paths(arguments.value("kubeconfig")),
                                                  overrides, adapters::in_cluster_places()));
  for (const std::string& warning : connection.warnings) warn(warning);
  ClusterSource source;
  source.name = connection.context;
  source.name_space = arguments.value("namespace", connection.name_space);
  if (arguments.has("all-namespaces")) source.name_space.clear();
  source.cluster = std::make_unique<adapters::LiveCluster>(std::move(connection), client_options());
  auto answer = source.cluster->version();
  if (!answer) return std::unexpected(named(source, answer.error()));
  source.version = std::move(*answer);
  return source;
}

base::Result<> scan_cluster(ClusterSource& source, posture::Scanner& scanner, std::uint32_t index) {
  std::vector<std::string> missing;
  const auto served = source.cluster->resources(missing);
  if (!served) return std::unexpected(named(source, served.error()));
  for (const std::string& group : missing) warn(fmt::format("API group {} does not answer", group));

  const std::vector<kube::Resource> resources = kube::choose(kube::wanted_kinds(), *served);
  Progress progress("reading the cluster", "kinds");
  progress.expect(resources.size());
  std::list<std::string> texts;  // that the lists below point into
  const auto keep = [&](std::string text) { return std::string_view(texts.emplace_back(std::move(text))); };
  std::vector<kube::UnreadableKind> unreadable;
  // So many objects of one kind that no cluster has them.
  constexpr std::uint32_t most_of_a_kind = 1U << 25;
  std::uint32_t kind = 0;
  for (const kube::Resource& resource : resources) {
    const std::uint32_t first = most_of_a_kind * ++kind;
    kube::Query query;
    if (!source.name_space.empty()) {
      // Of what belongs to no namespace, the namespace itself alone is asked for.
      if (!resource.namespaced && resource.kind != "Namespace") {
        progress.advance(1);
        continue;
      }
      if (resource.namespaced) query.name_space = source.name_space;
      if (!resource.namespaced) query.fields = "metadata.name=" + source.name_space;
    }
    Judge judge(scanner, index, first);
    if (const auto listed = source.cluster->list(resource, query, judge); !listed) {
      unreadable.push_back(
          {keep(resource.api_version()), keep(resource.kind), keep(listed.error().error().message)});
    }
    progress.advance(1);
  }
  if (unreadable.size() == resources.size() && !resources.empty()) {
    return base::fail(
        fmt::format("cluster \"{}\": nothing can be read: {}", source.name, unreadable.front().reason));
  }
  kube::SnapshotSpec facts;
  facts.server_version = source.version;
  facts.unreadable = unreadable;
  const auto metrics = source.cluster->get_raw("/metrics");
  facts.metrics = metrics.has_value();
  std::vector<kube::DeprecatedRequest> requests;
  if (metrics) requests = kube::parse_deprecated_requests(*metrics);
  facts.deprecated_requests = requests;
  const std::string json = kube::snapshot_json(source.name, facts);
  const document::Source text("", json);
  OneObject sink(scanner, index, 0);
  base::Arena arena;
  document::read_json(text, {0, static_cast<std::uint32_t>(json.size())}, 0, arena, {}, sink);
  return {};
}

}  // namespace bulwark::cli

#include "cli/cluster_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <random>
#include <unordered_set>

#include "adapters/kubeapi/client.h"
#include "base/rfc3339.h"
#include "cli/progress.h"
#include "cli/timeout.h"
#include "cli/version.h"
#include "document/reader.h"
#include "kube/reading.h"
#include "report/escape.h"

namespace bulwark::cli {

namespace {

base::Result<adapters::ClientOptions> client_options(const Arguments& arguments, const ClusterHabits& habits) {
  adapters::ClientOptions options;
  if (arguments.has("request-timeout")) {
    options.idle_limit = TRY(parse_timeout(arguments.value("request-timeout")));
    options.connect_limit = std::min(options.connect_limit, options.idle_limit);
    options.plugin.limit = options.idle_limit;
  }
  options.user_agent = fmt::format("bulwark/{}", version);
  auto engine = std::make_shared<std::mt19937_64>(std::random_device{}());
  options.random = [engine] { return std::uniform_real_distribution<>(0.0, 1.0)(*engine); };
  options.notice = habits.notice ? habits.notice : warn_of_cluster;
  options.interrupted = habits.interrupted;
  return options;
}

base::Error named(const ClusterSource& source, kube::Status status) {
  return {.message = adapters::with_place(source.place, std::move(status)), .file = {}, .unanswered = true};
}

// Hands the objects of one list on.
class KindSink : public kube::ObjectSink {
 public:
  KindSink(ClusterSink& sink, Certificates& certificates) : sink_(sink), certificates_(certificates) {}
  void on_object(const document::Node& object, std::string_view json) override {
    certificates_.put(object);
    sink_.on_object(object, json);
  }
  void on_restart() override { sink_.restart_kind(); }

 private:
  ClusterSink& sink_;
  Certificates& certificates_;
};

// Judges each object as it comes in. Of a list that begins again each is judged once.
class Judge : public ClusterSink {
 public:
  Judge(posture::Scanner& scanner, std::uint32_t index) : scanner_(scanner), index_(index) {}

  void begin_kind() override {
    next_ = posture::ordinals_of_a_kind * ++kind_;
    names_.clear();
  }
  void restart_kind() override {}
  void on_object(const document::Node& object, std::string_view) override {
    if (names_.insert(kube::name_of(object).text()).second) scanner_.scan_object(object, index_, next_++);
  }

 private:
  posture::Scanner& scanner_;
  std::uint32_t index_, kind_ = 0, next_ = 0;
  std::unordered_set<std::string> names_;
};

// One object of a text that this program wrote.
class OneObject : public document::DocumentSink {
 public:
  explicit OneObject(const std::function<void(const document::Node&)>& use) : use_(use) {}
  void on_document(const document::Node& root) override { use_(root); }
  void on_problem(document::Problem) override {}

 private:
  const std::function<void(const document::Node&)>& use_;
};

}  // namespace

void warn_of_cluster(const std::string& text) { say("warning: " + report::visible(text)); }

std::string reason_of(const ClusterSource& source, kube::Status status) {
  return adapters::with_place(source.place, std::move(status)).substr(source.place.size() + 2);
}

base::Error nothing_readable(const ClusterSource& source, std::string_view reason) {
  return named(source,
               {.message = fmt::format(
                    "nothing can be read: {}; `bulwark permissions` writes the role that is needed", reason)});
}

std::vector<Flag> cluster_flags() {
  return {
      {"cluster", 0, "", "read the living cluster of the kubeconfig instead of files"},
      {"context", 0, "NAME", "context of the kubeconfig (default: the current one)"},
      {"kubeconfig", 0, "FILE", "kubeconfig (default: $KUBECONFIG, else ~/.kube/config)"},
      {"namespace", 'n', "NAMESPACE", "read this namespace alone (default: the context's)"},
      {"all-namespaces", 'A', "", "read all namespaces, and what belongs to none"},
      {"request-timeout", 0, "TIME",
       "give up when the server, or a plugin for credentials, is silent for so long: 30s, 2m; 0 waits on "
       "(default: 60s)"},
      {"as", 0, "USER", "ask as this user (impersonation)"},
      {"as-group", 0, "GROUP,...", "with these groups"},
  };
}

base::Result<ClusterSource> open_cluster(const Arguments& arguments, const ClusterHabits& habits) {
  adapters::Overrides overrides;
  overrides.context = arguments.value("context");
  overrides.impersonate = arguments.value("as");
  overrides.impersonate_groups = arguments.values("as-group");
  auto connection = TRY(adapters::find_connection(adapters::kubeconfig_paths(arguments.value("kubeconfig")),
                                                  overrides, adapters::in_cluster_places()));
  ClusterSource source;
  source.name = connection.context;
  source.name_space = arguments.value("namespace", connection.name_space);
  if (arguments.has("all-namespaces")) source.name_space.clear();
  auto cluster =
      std::make_unique<adapters::LiveCluster>(std::move(connection), TRY(client_options(arguments, habits)));
  source.server_certificate = [live = cluster.get()] { return live->server_certificate(); };
  source.place = cluster->place();
  source.cluster = std::move(cluster);
  auto answer = source.cluster->version();
  if (!answer) return std::unexpected(named(source, answer.error()));
  source.version = std::move(*answer);
  return source;
}

void ClusterFacts::add_unreadable(std::string api_version, std::string kind, std::string reason) {
  const auto keep = [&](std::string text) { return std::string_view(texts.emplace_back(std::move(text))); };
  unreadable.push_back({keep(std::move(api_version)), keep(std::move(kind)), keep(std::move(reason))});
}

base::Result<std::vector<kube::Resource>> kinds_of(ClusterSource& source, ClusterFacts& facts) {
  std::vector<std::string> missing;
  const auto served = source.cluster->resources(missing);
  if (!served) return std::unexpected(named(source, served.error()));
  for (const std::string& name : missing) {
    const std::size_t slash = name.find('/');
    const std::string group = slash == std::string::npos ? "" : name.substr(0, slash);  // "v1" is the core group
    for (const kube::WantedKind& each : kube::wanted_kinds()) {
      if (each.group == group) facts.add_unreadable(name, std::string(each.kind), "its API group does not answer");
    }
  }
  std::vector<kube::Resource> resources = kube::choose(kube::wanted_kinds(), *served);
  // Every Kubernetes has these kinds. Where one is not offered, nothing is known of it.
  std::size_t offered = 0;
  for (const kube::WantedKind& each : kube::wanted_kinds()) {
    const auto is_same = [&](const kube::Resource& resource) { return resource.plural == each.plural; };
    const bool here = std::any_of(resources.begin(), resources.end(), is_same);
    offered += here && !each.custom ? 1 : 0;
    const auto is_told = [&](const kube::UnreadableKind& told) { return told.kind == each.kind; };
    if (here || each.custom || std::any_of(facts.unreadable.begin(), facts.unreadable.end(), is_told)) continue;
    facts.add_unreadable(each.group.empty() ? "v1" : std::string(each.group), std::string(each.kind),
                         "the server does not offer it");
  }
  if (offered == 0) {
    return std::unexpected(
        named(source, {.message = "it offers none of the kinds that are judged (pods, deployments, ...); is this "
                                  "the API server of a Kubernetes cluster?"}));
  }
  return resources;
}

std::optional<kube::Query> query_for(const ClusterSource& source, const kube::Resource& resource) {
  kube::Query query;
  if (source.name_space.empty()) return query;
  if (!resource.namespaced && resource.kind != "Namespace") return std::nullopt;
  if (resource.namespaced) query.name_space = source.name_space;
  if (!resource.namespaced) query.fields = "metadata.name=" + source.name_space;
  return query;
}

void complete_facts(ClusterSource& source, ClusterFacts& facts) {
  auto metrics = source.cluster->get_raw("/metrics");
  facts.spec.metrics = metrics.has_value();
  if (metrics) facts.requests = kube::parse_deprecated_requests(facts.texts.emplace_back(std::move(*metrics)));
  source.certificates.put_server(source.server_certificate());
  facts.certificates = source.certificates.facts();
  facts.spec.certificates = facts.certificates;
  facts.spec.taken_at =
      facts.texts.emplace_back(base::rfc3339(std::chrono::floor<std::chrono::seconds>(source.cluster->now())));
  facts.spec.name_space = source.name_space;
  facts.spec.server_version = source.version;
  facts.spec.unreadable = facts.unreadable;
  facts.spec.deprecated_requests = facts.requests;
}

void with_snapshot(const ClusterSource& source, const ClusterFacts& facts,
                   const std::function<void(const document::Node&)>& use) {
  const std::string json = kube::snapshot_json(source.name, facts.spec);
  const document::Source text("", json);
  OneObject sink(use);
  base::Arena arena;
  document::read_json(text, {0, static_cast<std::uint32_t>(json.size())}, 0, arena, {}, sink);
}

base::Result<ClusterFacts> read_cluster(ClusterSource& source, ClusterSink& sink) {
  ClusterFacts facts;
  const std::vector<kube::Resource> resources = TRY(kinds_of(source, facts));
  Progress progress("reading the cluster", "kinds");
  progress.expect(resources.size());
  std::size_t lists = 0, refused = 0;
  for (const kube::Resource& resource : resources) {
    if (const auto query = query_for(source, resource)) {
      ++lists;
      sink.begin_kind();
      KindSink objects(sink, source.certificates);
      if (const auto listed = source.cluster->list(resource, *query, objects); !listed) {
        ++refused;
        facts.add_unreadable(resource.api_version(), resource.kind, reason_of(source, listed.error()));
      }
    }
    progress.advance(1);
  }
  if (refused == lists && lists > 0) {
    return std::unexpected(nothing_readable(source, facts.unreadable.back().reason));
  }
  complete_facts(source, facts);
  return facts;
}

base::Result<> scan_cluster(ClusterSource& source, posture::Scanner& scanner, std::uint32_t index) {
  Judge judge(scanner, index);
  const ClusterFacts facts = TRY(read_cluster(source, judge));
  with_snapshot(source, facts, [&](const document::Node& root) { scanner.scan_object(root, index, 0); });
  return {};
}

}  // namespace bulwark::cli

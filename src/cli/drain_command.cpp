#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <csignal>

#include "cli/cluster_source.h"
#include "cli/commands.h"
#include "cli/drain_flags.h"
#include "cli/drain_rehearsal.h"
#include "cli/drain_report.h"
#include "cli/progress.h"
#include "cli/terminal.h"
#include "kube/decoder.h"
#include "kube/object.h"
#include "posture/budgets.h"
#include "report/escape.h"
#include "upgrade/cluster_pods.h"
#include "upgrade/drain.h"

namespace bulwark::cli {

namespace {

std::atomic<int> signal_seen = 0;
std::atomic<bool> interrupted = false;

void on_signal(int number) {
  signal_seen = number;
  interrupted = true;
}

void catch_signals() {
  struct sigaction action{};
  action.sa_handler = on_signal;
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) ::sigaction(number, &action, nullptr);
}

const kube::Resource nodes_resource{
    .group = "", .version = "v1", .plural = "nodes", .kind = "Node", .namespaced = false, .verbs = {}};

template <class Use>
class EachObject : public kube::ObjectSink {
 public:
  explicit EachObject(Use use) : use_(std::move(use)) {}
  void on_object(const document::Node& object, std::string_view) override { use_(object); }

 private:
  Use use_;
};

// What the server tells of budgets. Their selectors are views into the arena.
class Budgets {
 public:
  // Why they could not be read; empty: they were.
  std::string read(ClusterSource& source) {
    std::vector<std::string> missing;
    const auto served = source.cluster->resources(missing);
    if (!served) return reason_of(source, served.error());
    const auto resource = std::ranges::find_if(*served, [](const kube::Resource& each) {
      return each.group == "policy" && each.plural == "poddisruptionbudgets";
    });
    if (resource == served->end()) return missing.empty() ? "" : "the group policy does not answer";
    EachObject sink([&](const document::Node& object) { add(object); });
    const auto listed = source.cluster->list(*resource, {}, sink);
    return listed ? "" : reason_of(source, listed.error());
  }

  const std::vector<upgrade::BudgetStatus>& all() const { return all_; }

 private:
  void add(const document::Node& node) {
    kube::Decoder decoder(arena_, {});
    const kube::Object* object = kube::decode_object(node, {}, arena_, decoder);
    const auto* budget = object == nullptr ? nullptr : kube::as<kube::PodDisruptionBudget>(*object);
    if (budget == nullptr) return;
    // A list may begin again.
    std::erase_if(all_, [&](const upgrade::BudgetStatus& each) {
      return each.name_space == object->metadata.name_space && each.name == object->metadata.name;
    });
    const posture::Verdict verdict = posture::verdict_of(*object);
    all_.push_back({.name_space = std::string(object->metadata.name_space),
                    .name = std::string(object->metadata.name),
                    .selector = posture::selector_of(*object),
                    .disruptions_allowed = budget->status.disruptions_allowed.value_or(0),
                    .current_healthy = budget->status.current_healthy.value_or(0),
                    .desired_healthy = budget->status.desired_healthy.value_or(0),
                    .expected_pods = budget->status.expected_pods.value_or(0),
                    .is_behind = verdict.what == posture::Verdict::What::behind,
                    .always_allow = budget->spec.unhealthy_pod_eviction_policy == "AlwaysAllow",
                    .failure = verdict.what == posture::Verdict::What::failed ? std::string(verdict.why) : ""});
  }

  base::Arena arena_;
  std::vector<upgrade::BudgetStatus> all_;
};

// Of the server's answer: what it refuses is wrong input, unless it did not answer at all.
base::Error failed(const ClusterSource& source, const kube::Status& status) {
  return {
      .message = reason_of(source, status), .file = {}, .unanswered = status.code == 0 || status.is_forbidden()};
}

class DrainCommand {
 public:
  DrainCommand(const DrainRequest& request, ClusterSource& source)
      : request_(request), source_(source), pods_(*source.cluster), lines_(request) {}

  base::Result<int> run() {
    const std::vector<std::string> nodes = TRY(find_nodes());
    const std::string unread = request_.options.disable_eviction ? "" : budgets_.read(source_);
    int code = exit_clean;
    std::vector<std::string> wanted;
    for (const std::string& name : nodes) {
      const NodeVerdict node = TRY(judge(name, unread));
      write_stdout(verdict_text(node, budgets_.all(), request_.dry_run != DryRun::none));
      if (node.verdict.is_refused()) {
        code = exit_findings;
      } else {
        wanted.push_back(name);
      }
      if (request_.dry_run == DryRun::client) code = std::max(code, verdict_code(node));
    }
    if (request_.dry_run == DryRun::client) return code;
    if (request_.dry_run == DryRun::server) return std::max(code, ask(wanted));
    // Not begun: the node is as it was, which kubectl would have cordoned.
    if (wanted.empty()) return code;
    return drain(wanted, code);
  }

 private:
  base::Result<std::vector<std::string>> find_nodes() {
    std::vector<std::string> names = request_.nodes;
    if (!request_.selector.empty()) {
      EachObject sink([&](const document::Node& node) { names.emplace_back(kube::name_of(node).name); });
      const auto listed = source_.cluster->list(nodes_resource, {.labels = request_.selector, .fields = {}}, sink);
      if (!listed) return std::unexpected(failed(source_, listed.error()));
      std::ranges::sort(names);
      names.erase(std::unique(names.begin(), names.end()), names.end());
      if (names.empty()) return base::fail("no node has the labels " + request_.selector);
      return names;
    }
    for (const std::string& name : names) {
      const auto node = source_.cluster->get({.resource = nodes_resource, .name_space = {}, .name = name});
      if (!node) return std::unexpected(failed(source_, node.error()));
    }
    return names;
  }

  base::Result<NodeVerdict> judge(const std::string& name, const std::string& unread) {
    NodeVerdict node{.node = name, .pods = {}, .verdict = {}, .unread = unread};
    if (const auto answer = pods_.list_pods(name, true, node.pods); !answer) {
      return std::unexpected(failed(source_, answer.error()));
    }
    if (request_.options.pod_selector != nullptr) {
      std::erase_if(node.pods, [&](const upgrade::DrainPod& pod) {
        return !request_.options.pod_selector->matches(pod.labels);
      });
    }
    std::optional<std::span<const upgrade::BudgetStatus>> budgets;
    if (unread.empty()) budgets = budgets_.all();
    node.verdict = upgrade::judge_drain(node.pods, request_.options, budgets, pods_.now(), pods_);
    return node;
  }

  // --dry-run=server: each eviction once. What is refused now is told, not waited for.
  int ask(const std::vector<std::string>& nodes) {
    upgrade::DrainOptions options = request_.options;
    options.dry_run = true;
    int code = exit_clean;
    for (const std::string& name : nodes) {
      upgrade::Drain drain(name, options, {}, 0);
      drain.step(pods_, lines_);
      if (drain.state() != upgrade::Drain::State::drained) code = exit_findings;
    }
    return code;
  }

  int drain(const std::vector<std::string>& nodes, int code) {
    catch_signals();
    // All of them before the first is drained, so that no pod moves to the next.
    for (const std::string& name : nodes) {
      if (nodes.size() > 1 && !interrupted) cordon(name);
    }
    std::vector<std::string> pending;
    for (const std::string& name : nodes) {
      upgrade::Drain drain(name, request_.options, {}, 0);
      std::vector<upgrade::Pods::Token> changed;
      while (!interrupted) {
        const auto next = drain.step(pods_, lines_);
        if (!next || interrupted) break;
        changed.clear();
        pods_.wait(*next, changed);
      }
      if (interrupted) {
        say(fmt::format("interrupted; {}", trimmed(left_behind(drain))));
        return 128 + signal_seen;
      }
      if (drain.state() == upgrade::Drain::State::drained) continue;
      say(report::visible(
          fmt::format("error: unable to drain node \"{}\" due to error: {}", name, drain.error())));
      say(trimmed(left_behind(drain)));
      pending.push_back(name);
    }
    if (pending.empty()) return code;
    if (nodes.size() > 1) {
      say("There are pending nodes to be drained:");
      for (const std::string& name : pending) say(" " + report::visible(name));
    }
    return exit_findings;
  }

  // A node that cannot be cordoned fails when it is drained.
  void cordon(const std::string& name) {
    const auto cordoned = pods_.set_unschedulable(name, true, false);
    if (cordoned && *cordoned) write_stdout(fmt::format("node/{} cordoned\n", report::visible(name)));
  }

  static std::string trimmed(std::string text) {
    while (text.ends_with('\n')) text.pop_back();
    return text;
  }

  const DrainRequest& request_;
  ClusterSource& source_;
  upgrade::ClusterPods pods_;
  DrainLines lines_;
  Budgets budgets_;
};

base::Result<int> run(const Arguments& arguments) {
  DrainRequest request;
  TRY(parse_drain(arguments, request));
  if (arguments.has("snapshot")) return rehearse_drain(arguments, request);
  if (arguments.has("assumptions")) return base::fail("--assumptions is of use with --snapshot alone");
  ClusterSource source = TRY(open_cluster(arguments, {.notice = {}, .interrupted = &interrupted}));
  return DrainCommand(request, source).run();
}

}  // namespace

const Command drain_command{
    .name = "drain",
    .positional = "NODE...",
    .summary = "Drain nodes as kubectl does, and say first what will stop it",
    .details =
        "Tells what would be evicted, what kubectl would refuse, and which PodDisruptionBudgets let how many "
        "pods\n"
        "go; then cordons the nodes and evicts their pods, one node after the other. What kubectl refuses is\n"
        "refused before anything is changed. With --snapshot the drain is rehearsed on a twin of that cluster.\n"
        "Exit code 1: refused, or not drained; with --dry-run also when the drain would not end by itself.",
    .examples =
        "  bulwark drain aks-pool-0 --ignore-daemonsets --snapshot cluster.json.zst\n"
        "  bulwark drain aks-pool-0 --ignore-daemonsets --delete-emptydir-data --dry-run\n"
        "  bulwark drain aks-pool-0 --ignore-daemonsets --timeout 30m\n"
        "  bulwark drain -l kubernetes.azure.com/agentpool=blue --ignore-daemonsets",
    .flags =
        [] {
          static const std::vector<Flag> all = drain_flags();
          return std::span<const Flag>(all);
        }(),
    .run = run,
};

}  // namespace bulwark::cli

#include "twin/scheduler/programs.h"

#include <algorithm>
#include <map>

#include "twin/scheduler/selections.h"

namespace bulwark::twin {

namespace {

constexpr std::string_view hostname_label = "kubernetes.io/hostname", zone_label = "topology.kubernetes.io/zone";

template <class List, class T>
Index number_of(List& list, std::unordered_map<std::string_view, Index>& by_name, T name) {
  const auto [at, is_new] = by_name.try_emplace(name, static_cast<Index>(list.size()));
  if (is_new) list.emplace_back(name);
  return at->second;
}

}  // namespace

bool HostPort::conflicts(const HostPort& other) const {
  constexpr auto is_any = [](std::string_view address) { return address.empty() || address == "0.0.0.0"; };
  return number == other.number && protocol == other.protocol &&
         (ip == other.ip || is_any(ip) || is_any(other.ip));
}

std::string normalized_image(std::string_view name) {
  std::string out(name);
  const std::size_t slash = name.rfind('/'), colon = name.rfind(':');
  if (colon == std::string_view::npos || (slash != std::string_view::npos && colon < slash)) out += ":latest";
  return out;
}

class Programs::Builder {
 public:
  Builder(const Model& model, Programs& out) : model_(model), out_(out), selections_(model) {}

  void run() {
    out_.of_class.resize(model_.classes.size());
    out_.helps_others.resize(model_.classes.size());
    peers_of_others_.resize(model_.classes.size());
    for (Index i = 0; i < model_.classes.size(); ++i) {
      out_.by_priority.push_back(i);
      build(i);
    }
    std::ranges::sort(out_.by_priority, {}, [&](Index i) { return std::pair(model_.classes[i].priority, i); });
    for (Index i = 0; i < model_.classes.size(); ++i) finish(i);
    build_ports();
    build_claims();
    for (const NodeRule& rule : out_.rules) {
      for_each_label_key(rule, [&](std::string_view key) {
        if (std::ranges::find(out_.label_keys, key) == out_.label_keys.end()) out_.label_keys.push_back(key);
      });
    }
  }

 private:
  // Terms of other classes that pick a class: key, weight (0: a required anti-affinity), and whose they are.
  using Others = std::map<std::pair<Index, std::int64_t>, std::vector<Index>>;

  Index rule_number(NodeRule rule) {
    const auto [at, is_new] = rule_by_key_.try_emplace(key_of(rule), static_cast<Index>(out_.rules.size()));
    if (is_new) out_.rules.push_back(std::move(rule));
    return at->second;
  }
  Index key_number(std::string_view key) { return number_of(out_.topology_keys, key_by_name_, key); }

  void build(Index index) {
    const PodClass& pod_class = model_.classes[index];
    Program& program = out_.of_class[index];
    program.rule = rule_number(rule_of(model_, pod_class));
    program.is_daemon =
        pod_class.workload != none && model_.workloads[pod_class.workload].kind == WorkloadKind::daemon_set;
    build_asks(pod_class, program);
    for (const kube::Container& each : pod_class.spec->containers) add_image(program, each);
    // Images of init containers count since 1.30.
    if (model_.minor >= 30) {
      for (const kube::Container& each : pod_class.spec->init_containers) add_image(program, each);
    }
    build_spread(index, program);
    if (pod_class.spec->affinity == nullptr) return;
    if (const kube::PodAffinity* affinity = pod_class.spec->affinity->pod_affinity; affinity != nullptr) {
      build_affinity(index, *affinity, program);
      for (const kube::WeightedPodAffinityTerm& each : affinity->preferred) prefer(index, each, 1, program);
    }
    if (const kube::PodAffinity* affinity = pod_class.spec->affinity->pod_anti_affinity; affinity != nullptr) {
      for (const kube::PodAffinityTerm& each : affinity->required) {
        const PeerTerm term{key_number(each.topology_key), 0, selections_.of(each, pod_class)};
        for (const Index picked : *term.classes) peers_of_others_[picked][{term.key, 0}].push_back(index);
        program.anti_affinity.push_back(term);
      }
      for (const kube::WeightedPodAffinityTerm& each : affinity->preferred) prefer(index, each, -1, program);
    }
  }

  void build_asks(const PodClass& pod_class, Program& program) const {
    const bool asks_nothing = [&] {
      for (Index column = 0; column < pod_class.requests.size(); ++column) {
        if (column != Column::pods && pod_class.requests[column] != 0) return false;
      }
      return true;
    }();
    if (asks_nothing) return;
    for (Index column = 0; column < pod_class.requests.size(); ++column) {
      // Before 1.28 a node whose processors are promised too often took nobody who asks for anything at all.
      const bool is_checked =
          pod_class.requests[column] != 0 || (model_.minor < 28 && column < Column::first_extended);
      if (column != Column::pods && is_checked) program.asks.emplace_back(column, pod_class.requests[column]);
    }
  }

  void add_image(Program& program, const kube::Container& container) {
    ++program.containers;
    const std::string name = normalized_image(container.image);
    const auto [at, is_new] = image_numbers_.try_emplace(name, static_cast<Index>(out_.images.size()));
    if (is_new) out_.images.push_back(name);
    program.images.push_back(at->second);
  }

  void build_spread(Index index, Program& program) {
    const PodClass& pod_class = model_.classes[index];
    for (const kube::TopologySpreadConstraint& each : pod_class.spec->topology_spread_constraints) {
      SpreadTerm term;
      term.key = key_number(each.topology_key);
      term.max_skew = each.max_skew.value_or(1);
      if (model_.minor >= 25) term.min_domains = each.min_domains.value_or(1);
      if (model_.minor >= 26) {
        term.honors_affinity = each.node_affinity_policy != "Ignore";
        term.honors_taints = each.node_taints_policy == "Honor";
      }
      term.classes = selections_.of(each, pod_class);
      term.counts_itself = std::ranges::binary_search(*term.classes, index);
      term.is_hostname = each.topology_key == hostname_label;
      const bool is_hard = each.when_unsatisfiable != "ScheduleAnyway";
      (is_hard ? program.hard : program.soft).push_back(std::move(term));
    }
    // Which domains count depends on the rule, on all keys and on what is honoured.
    std::vector<std::int64_t> asked{program.rule};
    for (const SpreadTerm& each : program.hard) asked.push_back(each.key);
    for (SpreadTerm& each : program.hard) {
      std::vector<std::int64_t> key = asked;
      key.insert(key.end(), {-1, each.key, each.honors_affinity ? 1 : 0, each.honors_taints ? 1 : 0});
      each.group = groups_.try_emplace(std::move(key), static_cast<Index>(groups_.size())).first->second;
    }
    if (!pod_class.spec->topology_spread_constraints.empty()) return;
    // What kube-scheduler supposes for pods of a Service, ReplicaSet, StatefulSet or ReplicationController
    // (podtopologyspread/plugin.go, systemDefaultConstraints): the pods of the owner count. What a Service adds to
    // the owner's selector selects no fewer of them.
    if (pod_class.workload == none) return;
    const Workload& workload = model_.workloads[pod_class.workload];
    if (!workload.exists ||
        (workload.kind != WorkloadKind::replica_set && workload.kind != WorkloadKind::replication_controller &&
         workload.kind != WorkloadKind::stateful_set)) {
      return;
    }
    Classes& of_workload = classes_of_workload_[pod_class.workload];
    if (of_workload == nullptr) {
      std::vector<Index> classes = workload.classes;
      std::ranges::sort(classes);
      of_workload = std::make_shared<const std::vector<Index>>(std::move(classes));
    }
    program.soft_by_default = true;
    for (const auto& [key, skew] : {std::pair(hostname_label, 3), std::pair(zone_label, 5)}) {
      SpreadTerm term;
      term.key = key_number(key);
      term.max_skew = skew;
      term.is_hostname = key == hostname_label;
      term.classes = of_workload;
      program.soft.push_back(std::move(term));
    }
  }

  void build_affinity(Index index, const kube::PodAffinity& affinity, Program& program) {
    const PodClass& pod_class = model_.classes[index];
    Classes friends;
    for (const kube::PodAffinityTerm& each : affinity.required) {
      PeerTerm term{key_number(each.topology_key), 0, selections_.of(each, pod_class)};
      // Pods that are there prefer the company of those that they need (hardPodAffinityWeight, 1 by default).
      for (const Index picked : *term.classes) peers_of_others_[picked][{term.key, 1}].push_back(index);
      if (friends == nullptr) {
        friends = term.classes;
      } else {
        std::vector<Index> both;
        std::ranges::set_intersection(*friends, *term.classes, std::back_inserter(both));
        friends = std::make_shared<const std::vector<Index>>(std::move(both));
      }
      program.affinity.push_back(std::move(term));
    }
    for (PeerTerm& term : program.affinity) term.classes = friends;
    program.is_own_friend = friends != nullptr && std::ranges::binary_search(*friends, index);
  }

  void prefer(Index index, const kube::WeightedPodAffinityTerm& weighted, std::int64_t sign, Program& program) {
    if (weighted.pod_affinity_term == nullptr) return;
    const kube::PodAffinityTerm& from = *weighted.pod_affinity_term;
    PeerTerm term{key_number(from.topology_key), sign * weighted.weight.value_or(0),
                  selections_.of(from, model_.classes[index])};
    if (term.weight == 0) return;
    for (const Index picked : *term.classes) {
      peers_of_others_[picked][{term.key, term.weight}].push_back(index);
    }
    program.preferences.push_back(std::move(term));
  }

  void finish(Index index) {
    Program& program = out_.of_class[index];
    for (auto& [key, classes] : peers_of_others_[index]) {
      PeerTerm term{key.first, key.second, std::make_shared<const std::vector<Index>>(std::move(classes))};
      (key.second == 0 ? program.rivals : program.preferences).push_back(std::move(term));
    }
    const auto note = [&](const auto& terms) {
      for (const auto& term : terms) {
        for (const Index each : *term.classes) out_.helps_others[each] = true;
      }
    };
    note(program.hard);
    note(program.affinity);
  }

  void build_ports() {
    std::unordered_map<std::int64_t, std::vector<std::pair<HostPort, Index>>> by_number;
    std::vector<std::vector<HostPort>> ports_of(model_.classes.size());
    for (Index i = 0; i < model_.classes.size(); ++i) {
      const kube::PodSpec& spec = *model_.classes[i].spec;
      for (const kube::Container& container : spec.containers) {
        for (const kube::ContainerPort& port : container.ports) {
          // The API server sets hostPort for pods in the node's network.
          std::int64_t number = port.host_port.value_or(0);
          if (number == 0 && spec.host_network.value_or(false)) number = port.container_port.value_or(0);
          if (number <= 0) continue;
          const HostPort made{port.protocol.empty() ? std::string_view("TCP") : port.protocol, port.host_ip,
                              number};
          ports_of[i].push_back(made);
          by_number[number].emplace_back(made, i);
        }
      }
    }
    for (Index i = 0; i < model_.classes.size(); ++i) {
      if (ports_of[i].empty()) continue;
      std::vector<Index> rivals;
      for (const HostPort& mine : ports_of[i]) {
        for (const auto& [theirs, whose] : by_number[mine.number]) {
          if (mine.conflicts(theirs)) rivals.push_back(whose);
        }
      }
      std::ranges::sort(rivals);
      rivals.erase(std::unique(rivals.begin(), rivals.end()), rivals.end());
      out_.of_class[i].port_rivals = std::make_shared<const std::vector<Index>>(std::move(rivals));
    }
  }

  void build_claims() {
    out_.of_claim.resize(model_.claims.size());
    std::unordered_map<std::string_view, Index> driver_by_name;
    for (Index i = 0; i < model_.claims.size(); ++i) {
      const Claim& claim = model_.claims[i];
      ClaimProgram& program = out_.of_claim[i];
      if (claim.needs != nullptr) {
        NodeRule rule;
        rule.required = claim.needs;
        program.rule = rule_number(std::move(rule));
      }
      if (!claim.driver.empty()) program.driver = number_of(out_.drivers, driver_by_name, claim.driver);
    }
    for (Index i = 0; i < model_.classes.size(); ++i) {
      for (const Index claim : model_.classes[i].claims) out_.of_claim[claim].users.push_back(i);
    }
  }

  const Model& model_;
  Programs& out_;
  Selections selections_;
  std::vector<Others> peers_of_others_;
  std::unordered_map<std::string, Index> rule_by_key_, image_numbers_;
  std::map<std::vector<std::int64_t>, Index> groups_;  // of hard spread terms
  std::unordered_map<std::string_view, Index> key_by_name_;
  std::unordered_map<Index, Classes> classes_of_workload_;
};

Programs::Programs(const Model& model) {
  Builder(model, *this).run();
  for (Index i = 0; i < images.size(); ++i) image_by_name.emplace(images[i], i);
}

}  // namespace bulwark::twin

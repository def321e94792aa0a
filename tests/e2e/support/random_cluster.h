// Random clusters and pods that ask of the scheduler all that it knows, as JSON. The same seed makes the same.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <random>
#include <string>
#include <vector>

namespace bulwark::e2e {

class RandomCluster {
 public:
  explicit RandomCluster(std::uint32_t seed) : random_(seed) {}

  struct Node {
    std::string name, object, status;  // status: a merge patch
  };
  Node node(std::size_t number) {
    const std::string name = fmt::format("n{}", number);
    std::vector<std::string> labels{fmt::format(R"("kubernetes.io/hostname":"{}")", name)};
    if (chance(85)) labels.push_back(fmt::format(R"("topology.kubernetes.io/zone":"z{}")", below(3)));
    if (chance(70)) labels.push_back(fmt::format(R"("rack":"r{}")", below(2)));
    if (chance(50)) labels.push_back(fmt::format(R"("disk":"{}")", pick({"ssd", "hdd"})));
    if (chance(40)) labels.push_back(fmt::format(R"("gen":"{}")", 1 + below(9)));
    std::vector<std::string> taints;
    if (chance(20)) {
      taints.push_back(fmt::format(R"({{"key":"dedicated","value":"{}","effect":"{}"}})", pick({"x", "y"}),
                                   pick({"NoSchedule", "NoExecute", "PreferNoSchedule"})));
    }
    if (chance(20)) taints.push_back(R"({"key":"slow","effect":"PreferNoSchedule"})");
    std::string allocatable = fmt::format(R"("cpu":"{}","memory":"{}","pods":"{}","ephemeral-storage":"100Gi")",
                                          pick({"1", "2", "4", "3500m"}), pick({"2Gi", "4Gi", "8Gi", "7000Mi"}),
                                          pick({"4", "8", "110"}));
    if (chance(30)) allocatable += R"(,"example.com/gpu":"1")";
    std::vector<std::string> images;
    for (int i = 0; i < 3; ++i) {
      if (chance(40)) {
        images.push_back(
            fmt::format(R"({{"names":["img{0}:latest"],"sizeBytes":{1}}})", i, 300'000'000 * (i + 1)));
      }
    }
    return {name,
            fmt::format(R"({{"apiVersion":"v1","kind":"Node","metadata":{{"name":"{}","labels":{{{}}}}},"spec":)"
                        R"({{"taints":[{}],"unschedulable":{}}}}})",
                        name, fmt::join(labels, ","), fmt::join(taints, ","), chance(12)),
            fmt::format(R"({{"status":{{"allocatable":{{{0}}},"capacity":{{{0}}},"images":[{1}],"conditions":)"
                        R"([{{"type":"Ready","status":"True","reason":"r","message":"m"}}]}}}})",
                        allocatable, fmt::join(images, ","))};
  }

  // Bound to one of the nodes when there are any. `sets`: ReplicaSets by name, with their uids.
  std::string pod(const std::string& name, const std::vector<std::string>& nodes,
                  const std::map<std::string, std::string>& sets, std::size_t claims) {
    const std::string app = pick_app(), tier = pick({"x", "y"});
    std::string labels = fmt::format(R"("app":"{}","tier":"{}","id":"{}")", app, tier, name), owner;
    if (chance(50)) {
      labels += fmt::format(R"(,"set":"{}")", app);
      owner =
          fmt::format(R"(,"ownerReferences":[{{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"{}","uid":"{}",)"
                      R"("controller":true}}])",
                      app, sets.at(app));
    }
    std::vector<std::string> spec{container(), R"("automountServiceAccountToken":false)"};
    if (!nodes.empty()) spec.push_back(fmt::format(R"("nodeName":"{}")", nodes[below(nodes.size())]));
    if (chance(20)) {
      spec.push_back(fmt::format(R"("initContainers":[{{"name":"i","image":"img1","resources":{{"requests":)"
                                 R"({{"cpu":"{}","memory":"256Mi"}}}}}}])",
                                 pick({"100m", "2"})));
    }
    if (chance(15)) spec.push_back(fmt::format(R"("nodeSelector":{{"disk":"{}"}})", pick({"ssd", "hdd"})));
    spec.push_back(affinity());
    if (chance(30)) spec.push_back(spread(app, tier));
    if (chance(40)) {
      spec.push_back(
          fmt::format(R"("tolerations":[{}])",
                      pick({R"({"operator":"Exists"})", R"({"key":"dedicated","operator":"Equal","value":"x"})",
                            R"({"key":"slow","operator":"Exists"})",
                            R"({"key":"dedicated","operator":"Exists","effect":"NoSchedule"})"})));
    }
    if (chance(50)) spec.push_back(fmt::format(R"("priorityClassName":"p{}")", 1 + below(9)));
    if (chance(25)) {
      spec.push_back(fmt::format(R"("volumes":[{{"name":"d","persistentVolumeClaim":{{"claimName":"c{}"}}}}])",
                                 below(claims)));
    }
    return fmt::format(
        R"({{"apiVersion":"v1","kind":"Pod","metadata":{{"name":"{}","labels":{{{}}}{}}},"spec":{{{}}}}})", name,
        labels, owner, fmt::join(spec, ","));
  }

  bool chance(std::uint32_t percent) { return random_() % 100 < percent; }
  std::size_t below(std::size_t count) { return random_() % count; }
  std::string pick(const std::vector<std::string>& of) { return of[below(of.size())]; }
  static const std::vector<std::string>& apps() {
    static const std::vector<std::string> all{"a", "b", "c", "d"};
    return all;
  }

 private:
  std::string pick_app() { return pick(apps()); }
  std::string key() { return pick({"kubernetes.io/hostname", "topology.kubernetes.io/zone", "rack"}); }

  std::string container() {
    std::vector<std::string> requests;
    if (chance(70)) {
      requests.push_back(fmt::format(R"("cpu":"{}")", pick({"50m", "100m", "250m", "500m", "1", "1500m"})));
    }
    if (chance(70)) {
      requests.push_back(fmt::format(R"("memory":"{}")", pick({"64Mi", "128Mi", "512Mi", "1Gi", "3Gi"})));
    }
    std::string more;
    if (chance(10)) {
      requests.emplace_back(R"("example.com/gpu":"1")");
      more = R"(,"limits":{"example.com/gpu":"1"})";
    }
    const std::string ports =
        chance(10)
            ? fmt::format(R"(,"ports":[{{"containerPort":80,"hostPort":{},"protocol":"{}"{}}}])", 80 + below(2),
                          pick({"TCP", "UDP"}), pick({"", R"(,"hostIP":"10.0.0.1")", R"(,"hostIP":"10.0.0.2")"}))
            : "";
    return fmt::format(R"("containers":[{{"name":"m","image":"img{}{}","resources":{{"requests":{{{}}}{}}}{}}}])",
                       below(4), pick({"", ":latest"}), fmt::join(requests, ","), more, ports);
  }

  std::string peers() {
    const std::string selector =
        chance(80) ? fmt::format(R"("matchLabels":{{"app":"{}"}})", pick_app())
                   : fmt::format(R"("matchExpressions":[{{"key":"app","operator":"{}","values":["{}","{}"]}}])",
                                 pick({"In", "NotIn"}), pick_app(), pick_app());
    return fmt::format(R"({{"labelSelector":{{{}}},"topologyKey":"{}"}})", selector, key());
  }

  std::string node_terms() {
    return fmt::format(
        R"({{"matchExpressions":[{}]}})",
        pick({R"({"key":"gen","operator":"Gt","values":["4"]})", R"({"key":"gen","operator":"Lt","values":["4"]})",
              R"({"key":"disk","operator":"In","values":["ssd"]})",
              R"({"key":"disk","operator":"NotIn","values":["ssd"]})", R"({"key":"rack","operator":"Exists"})",
              R"({"key":"rack","operator":"DoesNotExist"})"}));
  }

  std::string affinity() {
    std::vector<std::string> kinds;
    if (chance(12)) {
      kinds.push_back(fmt::format(R"("nodeAffinity":{{"{}":{{"nodeSelectorTerms":[{},{}]}}}})", required,
                                  node_terms(), node_terms()));
    } else if (chance(20)) {
      kinds.push_back(fmt::format(R"("nodeAffinity":{{"{}":[{{"weight":{},"preference":{}}}]}})", preferred,
                                  1 + below(100), node_terms()));
    }
    for (const char* kind : {"podAffinity", "podAntiAffinity"}) {
      if (!chance(25)) continue;
      std::vector<std::string> parts;
      if (chance(40)) parts.push_back(fmt::format(R"("{}":[{}])", required, peers()));
      if (parts.empty() || chance(40)) {
        parts.push_back(
            fmt::format(R"("{}":[{{"weight":{},"podAffinityTerm":{}}}])", preferred, 1 + below(100), peers()));
      }
      kinds.push_back(fmt::format(R"("{}":{{{}}})", kind, fmt::join(parts, ",")));
    }
    return fmt::format(R"("affinity":{{{}}})", fmt::join(kinds, ","));
  }

  std::string spread(const std::string& app, const std::string& tier) {
    return fmt::format(
        R"("topologySpreadConstraints":[{{"maxSkew":{},"topologyKey":"{}","whenUnsatisfiable":"{}",)"
        R"("labelSelector":{{"matchLabels":{{{}}}}}}}])",
        1 + below(2), key(), pick({"DoNotSchedule", "ScheduleAnyway"}),
        chance(50) ? fmt::format(R"("app":"{}")", app) : fmt::format(R"("tier":"{}")", tier));
  }

  static constexpr const char* required = "requiredDuringSchedulingIgnoredDuringExecution";
  static constexpr const char* preferred = "preferredDuringSchedulingIgnoredDuringExecution";
  std::mt19937 random_;
};

}  // namespace bulwark::e2e

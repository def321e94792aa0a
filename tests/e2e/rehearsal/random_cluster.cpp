#include "e2e/rehearsal/random_cluster.h"

#include <fmt/format.h>

#include <vector>

namespace bulwark::e2e {
namespace {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15ULL + 1) {}
  // 0 ... sides - 1
  std::uint64_t roll(std::uint64_t sides) {
    state_ ^= state_ << 13, state_ ^= state_ >> 7, state_ ^= state_ << 17;  // xorshift64
    return (state_ >> 11) % sides;
  }
  bool one_in(std::uint64_t sides) { return roll(sides) == 0; }
  template <class T>
  T of(std::initializer_list<T> choices) {
    return choices.begin()[roll(choices.size())];
  }

 private:
  std::uint64_t state_;
};

std::string node(Dice& dice, std::size_t number) {
  std::string text = fmt::format("    n{}: {{cpu: \"{}\", memory: {}Gi, zone: {}, labels: {{disk: {}}}", number,
                                 dice.of({2, 3, 4, 8}), dice.of({4, 8, 16}), dice.of({"z1", "z2", "z3"}),
                                 dice.of({"fast", "slow"}));
  if (dice.one_in(5)) {
    text += fmt::format(", taints: [{{key: team, value: {}, effect: {}}}]", dice.of({"red", "blue"}),
                        dice.of({"NoSchedule", "PreferNoSchedule"}));
  }
  return text + "}\n";
}

std::string term(std::string_view name, std::string_view topology) {
  return fmt::format("{{labelSelector: {{matchLabels: {{app: {}}}}}, topologyKey: {}}}", name, topology);
}

std::string pod_spec(Dice& dice, const std::string& name) {
  std::string spec;
  constexpr std::string_view host = "kubernetes.io/hostname", zone = "topology.kubernetes.io/zone";
  switch (dice.roll(7)) {
    case 0:
      spec +=
          fmt::format("affinity: {{podAntiAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: [{}]}}}}, ",
                      term(name, host));
      break;
    case 1:
      spec += fmt::format(
          "affinity: {{podAntiAffinity: {{preferredDuringSchedulingIgnoredDuringExecution: [{{weight: {}, "
          "podAffinityTerm: {}}}]}}}}, ",
          dice.of({1, 50, 100}), term(name, dice.of({host, zone})));
      break;
    case 2:
      spec += fmt::format(
          "topologySpreadConstraints: [{{maxSkew: {}, topologyKey: {}, whenUnsatisfiable: {}, labelSelector: "
          "{{matchLabels: {{app: {}}}}}}}], ",
          dice.of({1, 2}), dice.of({host, zone}), dice.of({"DoNotSchedule", "ScheduleAnyway"}), name);
      break;
    case 3:
      spec += fmt::format(
          "affinity: {{nodeAffinity: {{preferredDuringSchedulingIgnoredDuringExecution: [{{weight: {}, "
          "preference: "
          "{{matchExpressions: [{{key: disk, operator: In, values: [{}]}}]}}}}]}}}}, ",
          dice.of({1, 50, 100}), dice.of({"fast", "slow"}));
      break;
    case 4:
      spec += fmt::format("nodeSelector: {{disk: {}}}, ", dice.of({"fast", "slow"}));
      break;
    default:
      break;
  }
  if (dice.one_in(3)) spec += "tolerations: [{key: team, operator: Exists}], ";
  const std::string requests = dice.one_in(6)
                                   ? std::string("{}")
                                   : fmt::format("{{requests: {{cpu: {}m, memory: {}Mi}}}}",
                                                 dice.of({50, 100, 250, 500, 900}), dice.of({64, 128, 512, 1024}));
  return spec +
         fmt::format("containers: [{{name: main, image: \"registry.example/app:1\", resources: {}}}]", requests);
}

std::string workload(Dice& dice, const std::string& name) {
  const bool is_set = dice.one_in(4);
  const std::uint64_t replicas = 1 + dice.roll(4);
  std::string text = fmt::format(
      "---\napiVersion: apps/v1\nkind: {0}\nmetadata: {{name: {1}}}\nspec:\n  replicas: {2}\n{3}  selector: "
      "{{matchLabels: {{app: {1}}}}}\n  template:\n    metadata: {{labels: {{app: {1}}}}}\n    spec: {{{4}}}\n",
      is_set ? "StatefulSet" : "Deployment", name, replicas,
      is_set ? fmt::format("  serviceName: {}\n  podManagementPolicy: {}\n", name,
                           dice.of({"OrderedReady", "Parallel"}))
             : "",
      pod_spec(dice, name));
  if (dice.one_in(2)) {
    const std::string rule = dice.of<std::string>(
        {"minAvailable: 1", "maxUnavailable: 1", "minAvailable: 50%", "maxUnavailable: 30%", "minAvailable: 80%"});
    text += fmt::format(
        "---\napiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {{name: {0}}}\nspec: {{{1}, "
        "selector: "
        "{{matchLabels: {{app: {0}}}}}}}\n",
        name, rule);
  }
  return text;
}

}  // namespace

std::string random_cluster(std::uint64_t seed) {
  Dice dice(seed);
  const std::size_t nodes = 3 + dice.roll(4), workloads = 2 + dice.roll(4);
  std::string text = fmt::format("# Random cluster {}.\ndo:\n  nodes:\n", seed);
  for (std::size_t i = 0; i < nodes; ++i) text += node(dice, i);
  text += "  options: {timeout: 4000}\n  go-on: true\n";
  text += fmt::format("  drain: [n{}, n{}]\n", 0, 1 + dice.roll(nodes - 1));
  for (std::size_t i = 0; i < workloads; ++i) text += workload(dice, fmt::format("app{}", i));
  return text;
}

}  // namespace bulwark::e2e

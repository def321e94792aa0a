#include "twin/taints.h"

#include <algorithm>

namespace bulwark::twin {

bool tolerates(const kube::Toleration& toleration, const kube::Taint& taint) {
  if (!toleration.effect.empty() && toleration.effect != taint.effect) return false;
  if (!toleration.key.empty() && toleration.key != taint.key) return false;
  if (toleration.op.empty() || toleration.op == "Equal") return toleration.value == taint.value;
  return toleration.op == "Exists";
}

bool tolerates(std::span<const kube::Toleration> tolerations, const kube::Taint& taint) {
  return std::any_of(tolerations.begin(), tolerations.end(),
                     [&](const auto& each) { return tolerates(each, taint); });
}

std::span<const kube::Toleration> daemon_tolerations(bool host_network) {
  static constexpr auto exists = [](std::string_view key, std::string_view effect) {
    return kube::Toleration{.key = key, .op = "Exists", .value = {}, .effect = effect, .toleration_seconds = {}};
  };
  static constexpr std::array all{
      exists("node.kubernetes.io/not-ready", "NoExecute"),
      exists("node.kubernetes.io/unreachable", "NoExecute"),
      exists("node.kubernetes.io/disk-pressure", "NoSchedule"),
      exists("node.kubernetes.io/memory-pressure", "NoSchedule"),
      exists("node.kubernetes.io/pid-pressure", "NoSchedule"),
      exists("node.kubernetes.io/unschedulable", "NoSchedule"),
      // The controller itself does not wait for a node to be ready (NodeShouldRunDaemonPod).
      exists("node.kubernetes.io/not-ready", "NoSchedule"),
      exists("node.kubernetes.io/network-unavailable", "NoSchedule"),
  };
  return std::span(all).first(host_network ? all.size() : all.size() - 1);
}

std::optional<Duration> stay_despite_taints(const State& state, Index node, const PodClass& pod_class,
                                            bool is_daemon) {
  std::optional<Duration> stay;
  const auto at_most = [&](Duration limit) { stay = stay ? std::min(*stay, limit) : limit; };
  for_each_taint(state, node, [&](const kube::Taint& taint) {
    if (taint.effect != "NoExecute") return true;
    if (is_daemon && tolerates(daemon_tolerations(pod_class.spec->host_network.value_or(false)), taint))
      return true;
    const kube::Toleration* by = nullptr;
    std::optional<Duration> seconds;
    for (const kube::Toleration& each : pod_class.spec->tolerations) {
      if (!tolerates(each, taint)) continue;
      by = &each;
      if (!each.toleration_seconds) continue;
      const Duration limit{std::max<std::int64_t>(*each.toleration_seconds, 0) * 1'000};
      seconds = seconds ? std::min(*seconds, limit) : limit;
    }
    if (by == nullptr) {
      const bool is_condition =
          taint.key == not_ready_no_execute.key || taint.key == "node.kubernetes.io/unreachable";
      at_most(is_condition ? Duration{300'000} : Duration{0});
    } else if (seconds) {
      at_most(*seconds);
    }
    return true;
  });
  return stay;
}

}  // namespace bulwark::twin

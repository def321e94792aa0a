#include "rehearsal/scaling.h"

#include <fmt/format.h>

#include <algorithm>

namespace bulwark::rehearsal {

namespace {

std::string plain_command(const twin::Workload& workload, std::int32_t replicas) {
  std::string kind(workload.kind_name);
  std::ranges::transform(kind, kind.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return fmt::format("kubectl scale {} {} --namespace {} --replicas {}", kind, workload.name, workload.name_space,
                     replicas);
}

std::string bounds_command(const twin::Workload& workload, std::string_view bounds) {
  return fmt::format(
      R"(kubectl patch horizontalpodautoscaler {} --namespace {} --type merge --patch '{{"spec":{{{}}}}}')",
      workload.autoscaler_name, workload.name_space, bounds);
}

}  // namespace

std::string scale_command(const twin::Workload& workload, std::int32_t replicas) {
  if (workload.autoscaler == nullptr) return plain_command(workload, replicas);
  const bool is_beyond = workload.autoscaler->spec.max_replicas.value_or(replicas) < replicas;
  return bounds_command(workload, is_beyond ? fmt::format(R"("minReplicas":{0},"maxReplicas":{0})", replicas)
                                            : fmt::format(R"("minReplicas":{})", replicas));
}

std::string unscale_command(const twin::Workload& workload, std::int32_t from, std::int32_t to) {
  if (workload.autoscaler == nullptr) return plain_command(workload, to);
  const kube::HorizontalPodAutoscalerSpec& spec = workload.autoscaler->spec;
  const auto least = spec.min_replicas.value_or(1), most = spec.max_replicas.value_or(from);
  return bounds_command(workload, most < from ? fmt::format(R"("minReplicas":{},"maxReplicas":{})", least, most)
                                              : fmt::format(R"("minReplicas":{})", least));
}

}  // namespace bulwark::rehearsal

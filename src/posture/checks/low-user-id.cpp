// kube-score and checkov ask for user ids above 10000, so that they are nobody on the node. Not part of the guide.
#include <fmt/format.h>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const PodView& pod, Reporter& report) {
  if (pod.is_windows() || pod.has_own_users()) return;
  const auto judge = [&](const kube::OptionalInt& user, const auto& context) {
    if (!user || *user == 0 || *user >= 10000) return;
    report.broken(context() / "runAsUser", fmt::format("runAsUser is {}", *user));
  };
  for_each_security_context(pod, [&](const auto& context, const auto& path) { judge(context.run_as_user, path); });
}

}  // namespace

extern const Check low_user_id;
const Check low_user_id{
    .about = {.id = "low-user-id",
              .aliases = {"KSV020", "CKV_K8S_40"},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::low,
              .title = "Containers run with high user ids",
              .effect = "A user id below 10000 may be that of an account on the node, and get its rights after a "
                        "way out of the container.",
              .remedy = "Use a runAsUser of 10000 or more.",
              .sources = {{"AKS: pod security",
                           "https://learn.microsoft.com/azure/aks/developer-best-practices-pod-security"}},
              .mappings = {}},
    .in_guide = false,
    .rule = PodRule{run},
};

}  // namespace bulwark::posture

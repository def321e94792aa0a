// Pod Security Standards, Baseline, "SELinux": type unset, container_t, container_init_t, container_kvm_t and from
// v1.31 container_engine_t; user and role unset.
#include <fmt/format.h>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const PodView& pod, Reporter& report) {
  const auto judge = [&](const kube::SeLinuxOptions* options, const auto& context) {
    if (options == nullptr) return;
    const FieldPath at = context() / "seLinuxOptions";
    const std::string_view type = options->type;
    const bool allowed = type.empty() || type == "container_t" || type == "container_init_t" ||
                         type == "container_kvm_t" ||
                         (type == "container_engine_t" && pod.version >= kube::MinorVersion{1, 31});
    const auto forbidden = [&](std::string_view field, std::string_view message) {
      report.broken(at / field, message).no_fix("what the program needs of the node must be granted in its stead");
    };
    if (!allowed) forbidden("type", fmt::format("SELinux type \"{}\" is no container type", type));
    if (!options->user.empty()) forbidden("user", fmt::format("SELinux user \"{}\" is set", options->user));
    if (!options->role.empty()) forbidden("role", fmt::format("SELinux role \"{}\" is set", options->role));
  };
  for_each_security_context(pod,
                            [&](const auto& context, const auto& path) { judge(context.se_linux_options, path); });
}

}  // namespace

extern const Check selinux_options;
const Check selinux_options{
    .about = {.id = "selinux-options",
              .aliases = {"KSV025"},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::medium,
              .title = "SELinux labels stay those of containers",
              .effect = "A container with another SELinux type, user or role leaves the confinement that "
                        "separates it from the node.",
              .remedy = "Remove seLinuxOptions, or use one of the container types.",
              .sources = {{"Pod Security Standards",
                           "https://kubernetes.io/docs/concepts/security/pod-security-standards/"}},
              .mappings = {{finding::Framework::guide, "Secure container access to resources"},
                           {finding::Framework::pss_baseline, "SELinux"}}},
    .pss = {.level = PssLevel::baseline, .since = {1, 0}, .control = "seLinuxOptions"},
    .rule = PodRule{run},
};

}  // namespace bulwark::posture

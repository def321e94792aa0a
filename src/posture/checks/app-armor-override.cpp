// Pod Security Standards, Baseline, "AppArmor": annotations runtime/default, localhost/* or empty; fields
// RuntimeDefault or Localhost. An unset profile is the runtime's default (KEP-24), and no finding.
#include <fmt/format.h>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const PodView& pod, Reporter& report) {
  constexpr std::string_view prefix = "container.apparmor.security.beta.kubernetes.io/";
  const auto judge = [&](const kube::ConfinementProfile* profile, const auto& context) {
    if (profile == nullptr || profile->type == "RuntimeDefault" || profile->type == "Localhost") return;
    const FieldPath at = context() / "appArmorProfile";
    report
        .broken(at / "type",
                fmt::format("AppArmor profile type \"{}\" switches the confinement off", profile->type))
        .fix([&] { return Edits{set(at / "type", document::Literal::string("RuntimeDefault"))}; });
  };
  for_each_security_context(
      pod, [&](const auto& context, const auto& path) { judge(context.app_armor_profile, path); });
  for (const kube::Label& annotation : pod.metadata.annotations) {
    if (!annotation.key.starts_with(prefix)) continue;
    const std::string_view value = annotation.value;
    if (value.empty() || value == "runtime/default" || value.starts_with("localhost/")) continue;
    report
        .broken(pod.path("metadata") / "annotations" / annotation.key,
                fmt::format("AppArmor annotation \"{}\" switches the confinement off", value))
        .fix([&] {
          return Edits{set(pod.path("metadata") / "annotations" / annotation.key,
                           document::Literal::string("runtime/default"))};
        });
  }
}

}  // namespace

extern const Check app_armor_override;
const Check app_armor_override{
    .about = {.id = "app-armor-override",
              .aliases = {"KSV002"},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::high,
              .title = "AppArmor profiles are not switched off",
              .effect = "Without its AppArmor profile the container may mount, trace and write where the default "
                        "profile stops it.",
              .remedy = "Use RuntimeDefault or a profile of your own (Localhost).",
              .sources = {{"Pod Security Standards",
                           "https://kubernetes.io/docs/concepts/security/pod-security-standards/"},
                          {"KEP-24: AppArmor",
                           "https://github.com/kubernetes/enhancements/tree/master/keps/sig-node/24-apparmor"}},
              .mappings = {{finding::Framework::guide, "Secure container access to resources"},
                           {finding::Framework::pss_baseline, "AppArmor"},
                           {finding::Framework::defender,
                            "Overriding or disabling of containers AppArmor profile should be restricted"}}},
    .pss = {.level = PssLevel::baseline, .since = {1, 0}, .control = "appArmorProfile"},
    .rule = PodRule{run},
};

}  // namespace bulwark::posture

// A Localhost profile is a file (seccomp) or a loaded policy (AppArmor) of the node. Kubernetes copies it nowhere:
// on a node that was added or reimaged since, the container does not start. Profiles under operator/ are put on
// every node by the Security Profiles Operator; a pod that chooses its nodes is taken to choose those that have
// the profile.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

// Labels that Kubernetes or AKS give to nodes, whatever is installed on them. A pool, a zone or a name chooses
// nodes that the next node image makes anew, without the profile.
bool says_nothing_of_profiles(std::string_view key) {
  const std::size_t slash = key.find('/');
  if (slash == std::string_view::npos)
    return key == "agentpool" || key == "storageprofile" || key == "storagetier";
  const std::string_view domain = key.substr(0, slash);
  return domain.ends_with("kubernetes.io") || domain == "kubernetes.azure.com";
}

// Node affinity is taken on trust.
bool chooses_nodes(const kube::PodSpec& spec) {
  const bool by_label = std::any_of(spec.node_selector.begin(), spec.node_selector.end(),
                                    [](const kube::Label& label) { return !says_nothing_of_profiles(label.key); });
  return by_label || (spec.affinity != nullptr && spec.affinity->node_affinity);
}

struct Needed {
  std::string_view what;  // seccomp or AppArmor
  std::string_view name;

  bool operator==(const Needed&) const = default;
};

class Needs {
 public:
  Needs(const PodView& pod, Reporter& report) : pod_(pod), report_(report) {}

  void field(const kube::ConfinementProfile* profile, const FieldPath& at, std::string_view what) {
    if (profile != nullptr && profile->type == "Localhost") {
      need({what, profile->localhost_profile}, at / "localhostProfile");
    }
  }
  void fields(const auto* context, const FieldPath& at) {
    if (context == nullptr) return;
    field(context->seccomp_profile, at / "seccompProfile", "seccomp");
    field(context->app_armor_profile, at / "appArmorProfile", "AppArmor");
  }
  void annotation(const kube::Label& each) {
    constexpr std::string_view start = "localhost/";
    if (!each.value.starts_with(start)) return;
    const bool app_armor = each.key.starts_with("container.apparmor.security.beta.kubernetes.io/");
    if (app_armor || each.key == "seccomp.security.alpha.kubernetes.io/pod" ||
        each.key.starts_with("container.seccomp.security.alpha.kubernetes.io/")) {
      need({app_armor ? "AppArmor" : "seccomp", each.value.substr(start.size())},
           pod_.path("metadata") / "annotations" / each.key);
    }
  }

 private:
  // Each profile is reported once. The field is the whole spec, so that it stays the same finding when an
  // annotation becomes a field; the place is where the profile is named.
  void need(const Needed& needed, const FieldPath& at) {
    if (needed.name.starts_with("operator/") || std::find(seen_.begin(), seen_.end(), needed) != seen_.end())
      return;
    seen_.push_back(needed);
    report_
        .unknown(
            pod_.spec_path(),
            fmt::format("needs the {} profile \"{}\" on each node that it may run on", needed.what, needed.name),
            "on which nodes the profile is installed")
        .at(document::locate(report_.root(), at).offset(true));
  }

  const PodView& pod_;
  Reporter& report_;
  std::vector<Needed> seen_;
};

void run(const PodView& pod, Reporter& report) {
  if (pod.is_windows() || chooses_nodes(pod.spec)) return;
  Needs needs(pod, report);
  for (const kube::Label& annotation : pod.metadata.annotations) needs.annotation(annotation);
  if (pod.spec.security_context != nullptr)
    needs.fields(pod.spec.security_context, pod.spec_path() / "securityContext");
  for_each_container(pod, [&](const ContainerView& container) {
    const auto* context = container.container.security_context;
    if (context != nullptr) needs.fields(context, container.path("securityContext"));
  });
}

}  // namespace

extern const Check localhost_profile;
const Check localhost_profile{
    .about = {.id = "localhost-profile",
              .aliases = {},
              .chapter = finding::Chapter::container_access,
              .severity = finding::Severity::low,
              .title = "Pods with a profile of the node go where the profile is",
              .effect = "On a node that was added or reimaged after somebody copied the profile, the container "
                        "does not start: the next node upgrade stops the workload.",
              .remedy =
                  "Install profiles with a DaemonSet or the Security Profiles Operator, and choose the nodes "
                  "that have them by a label.",
              .sources = {{"Kubernetes: seccomp and Kubernetes",
                           "https://kubernetes.io/docs/reference/node/seccomp/"},
                          {"Kubernetes: restrict a container's access with AppArmor",
                           "https://kubernetes.io/docs/tutorials/security/apparmor/"},
                          {"Security Profiles Operator",
                           "https://github.com/kubernetes-sigs/security-profiles-operator"},
                          {"AKS: secure container access to resources",
                           "https://learn.microsoft.com/azure/aks/secure-container-access"}},
              .mappings = {{finding::Framework::guide, "Secure container access to resources"}}},
    .from = {1, 19},
    .rule = PodRule{run},
};

}  // namespace bulwark::posture

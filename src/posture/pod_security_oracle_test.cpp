// A second implementation of the Pod Security Standards, straight from the standard's page, naive and on the tree
// of the document: random pods must get the same answer from it and from the checks. It shares no code with them.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "posture/pod_security_testing.h"
#include "posture/random_pods_testing.h"

namespace bulwark::posture {
namespace {

using document::Node;
using Names = std::set<std::string>;

// The node at the end of a way of keys; nullptr where something is missing or null.
const Node* get(const Node* node, std::initializer_list<const char*> keys) {
  for (const char* key : keys) {
    if (node == nullptr || node->is_null()) return nullptr;
    node = node->find(key);
  }
  return node != nullptr && !node->is_null() ? node : nullptr;
}
std::string text(const Node* node) { return node == nullptr ? "" : std::string(node->text()); }
bool is_true(const Node* node) { return text(node) == "true"; }
bool is_false(const Node* node) { return text(node) == "false"; }
bool among(const std::string& value, const Names& names) { return names.contains(value); }
bool starts(const std::string& value, std::string_view start) { return value.starts_with(start); }

struct Oracle {
  const Node* metadata;
  const Node* spec;
  bool restricted;
  int minor;
  Names forbidden;

  std::vector<const Node*> containers() const {
    std::vector<const Node*> all;
    for (const char* list : {"ephemeralContainers", "containers", "initContainers"}) {
      if (const Node* found = get(spec, {list})) {
        for (const Node& each : found->items()) all.push_back(&each);
      }
    }
    return all;
  }
  // The security contexts of the pod and of every container.
  std::vector<const Node*> contexts() const {
    std::vector<const Node*> all{get(spec, {"securityContext"})};
    for (const Node* container : containers()) all.push_back(get(container, {"securityContext"}));
    return all;
  }
  void forbid(const char* control, bool is_broken) {
    if (is_broken) forbidden.insert(control);
  }
  bool any_context(const std::function<bool(const Node*)>& bad) const {
    return std::ranges::any_of(contexts(), bad);
  }
  bool any_container(const std::function<bool(const Node*)>& bad) const {
    return std::ranges::any_of(containers(), bad);
  }

  void baseline() {
    forbid("hostNamespaces", is_true(get(spec, {"hostNetwork"})) || is_true(get(spec, {"hostPID"})) ||
                                 is_true(get(spec, {"hostIPC"})));
    forbid("windowsHostProcess",
           any_context([](const Node* c) { return is_true(get(c, {"windowsOptions", "hostProcess"})); }));
    forbid("privileged",
           any_container([](const Node* c) { return is_true(get(c, {"securityContext", "privileged"})); }));
    forbid("hostPorts", any_container([](const Node* c) {
             const Node* ports = get(c, {"ports"});
             return ports != nullptr && std::ranges::any_of(ports->items(), [](const Node& port) {
                      return !among(text(get(&port, {"hostPort"})), {"", "0"});
                    });
           }));
    if (minor >= 34) {
      forbid("hostProbesAndHostLifecycle", any_container([](const Node* c) {
               const std::vector<const Node*> handlers{
                   get(c, {"livenessProbe"}), get(c, {"readinessProbe"}), get(c, {"startupProbe"}),
                   get(c, {"lifecycle", "postStart"}), get(c, {"lifecycle", "preStop"})};
               return std::ranges::any_of(handlers, [](const Node* handler) {
                 return !text(get(handler, {"httpGet", "host"})).empty() ||
                        !text(get(handler, {"tcpSocket", "host"})).empty();
               });
             }));
    }
    forbid("appArmorProfile", any_context([](const Node* c) {
             const Node* profile = get(c, {"appArmorProfile"});
             return profile != nullptr && !among(text(get(profile, {"type"})), {"RuntimeDefault", "Localhost"});
           }));
    if (const Node* annotations = get(metadata, {"annotations"})) {
      for (const auto& [key, value] : annotations->members()) {
        forbid("appArmorProfile", starts(text(&key), "container.apparmor.security.beta.kubernetes.io/") &&
                                      !among(text(&value), {"", "runtime/default"}) &&
                                      !starts(text(&value), "localhost/"));
      }
    }
    forbid("seLinuxOptions", any_context([&](const Node* c) {
             Names types{"", "container_t", "container_init_t", "container_kvm_t"};
             if (minor >= 31) types.insert("container_engine_t");
             return !among(text(get(c, {"seLinuxOptions", "type"})), types) ||
                    !text(get(c, {"seLinuxOptions", "user"})).empty() ||
                    !text(get(c, {"seLinuxOptions", "role"})).empty();
           }));
    Names sysctls{"kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies",
                  "net.ipv4.ping_group_range", "net.ipv4.ip_unprivileged_port_start"};
    const std::string tcp = "net.ipv4.tcp_";
    if (minor >= 27) sysctls.insert("net.ipv4.ip_local_reserved_ports");
    if (minor >= 29) {
      sysctls.insert(
          {tcp + "keepalive_time", tcp + "fin_timeout", tcp + "keepalive_intvl", tcp + "keepalive_probes"});
    }
    if (minor >= 32) sysctls.insert({tcp + "rmem", tcp + "wmem"});
    if (minor >= 37) sysctls.insert({tcp + "slow_start_after_idle", tcp + "notsent_lowat"});
    if (const Node* list = get(spec, {"securityContext", "sysctls"})) {
      for (const Node& each : list->items()) forbid("sysctls", !among(text(get(&each, {"name"})), sysctls));
    }
    proc_mount();
    volumes();
    seccomp();
    capabilities();
  }

  void proc_mount() {
    const bool other = any_container([](const Node* c) {
      const Node* mount = get(c, {"securityContext", "procMount"});
      return mount != nullptr && text(mount) != "Default";
    });
    const bool own_users = is_false(get(spec, {"hostUsers"}));
    if (restricted && minor >= 35) return forbid("procMount_restricted", other);
    forbid("procMount", other && !(minor >= 35 && own_users));
  }

  void volumes() {
    const Node* list = get(spec, {"volumes"});
    if (list == nullptr) return;
    for (const Node& volume : list->items()) {
      if (!restricted) {
        forbid("hostPathVolumes", get(&volume, {"hostPath"}) != nullptr);
        continue;
      }
      bool has_allowed = false;
      bool has_source = false;
      for (const auto& [key, value] : volume.members()) {
        if (text(&key) == "name" || value.is_null()) continue;
        has_source = true;
        has_allowed |= among(text(&key), {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image",
                                          "persistentVolumeClaim", "projected", "secret"});
      }
      forbid("restrictedVolumes", has_source && !has_allowed);
    }
  }

  void seccomp() {
    if (minor < 19) {
      const auto bad = [&](const std::string& key) {
        const Node* value = get(metadata, {"annotations", key.c_str()});
        return value != nullptr && !among(text(value), {"runtime/default", "docker/default"}) &&
               !starts(text(value), "localhost/");
      };
      forbid("seccompProfile",
             bad("seccomp.security.alpha.kubernetes.io/pod") || any_container([&](const Node* c) {
               return bad("container.seccomp.security.alpha.kubernetes.io/" + text(get(c, {"name"})));
             }));
      return;
    }
    if (restricted && exempt_as_windows()) return;
    const auto is_good = [](const Node* context) {
      return among(text(get(context, {"seccompProfile", "type"})), {"RuntimeDefault", "Localhost"});
    };
    const bool some_bad =
        any_context([&](const Node* c) { return get(c, {"seccompProfile"}) != nullptr && !is_good(c); });
    const bool some_unset = !is_good(get(spec, {"securityContext"})) && any_container([](const Node* c) {
      return get(c, {"securityContext", "seccompProfile"}) == nullptr;
    });
    if (!restricted) return forbid("seccompProfile", some_bad);
    forbid("seccompProfile_restricted", some_bad || some_unset);
  }

  void capabilities() {
    const Names allowed{"AUDIT_WRITE",      "CHOWN",   "DAC_OVERRIDE", "FOWNER",  "FSETID", "KILL",      "MKNOD",
                        "NET_BIND_SERVICE", "SETFCAP", "SETGID",       "SETPCAP", "SETUID", "SYS_CHROOT"};
    for (const Node* container : containers()) {
      bool adds_other = false;
      bool adds_any = false;
      bool drops_all = false;
      if (const Node* add = get(container, {"securityContext", "capabilities", "add"})) {
        for (const Node& each : add->items()) {
          adds_other |= !among(text(&each), allowed);
          adds_any |= text(&each) != "NET_BIND_SERVICE";
        }
      }
      if (const Node* drop = get(container, {"securityContext", "capabilities", "drop"})) {
        for (const Node& each : drop->items()) drops_all |= text(&each) == "ALL";
      }
      if (!restricted || minor < 22) {
        forbid("capabilities", adds_other);
      } else if (!exempt_as_windows()) {
        forbid("capabilities_restricted", adds_any || !drops_all);
      }
    }
  }

  bool exempt_as_windows() const { return minor >= 25 && text(get(spec, {"os", "name"})) == "windows"; }

  void only_restricted() {
    if (minor >= 8 && !exempt_as_windows()) {
      forbid("allowPrivilegeEscalation", any_container([](const Node* c) {
               return !is_false(get(c, {"securityContext", "allowPrivilegeEscalation"}));
             }));
    }
    if (minor >= 35 && is_false(get(spec, {"hostUsers"}))) return;
    const bool some_false = any_context([](const Node* c) { return is_false(get(c, {"runAsNonRoot"})); });
    const bool pod_true = is_true(get(spec, {"securityContext", "runAsNonRoot"}));
    const bool some_unset =
        any_container([](const Node* c) { return get(c, {"securityContext", "runAsNonRoot"}) == nullptr; });
    forbid("runAsNonRoot", some_false || (some_unset && !pod_true));
    if (minor >= 23) {
      forbid("runAsUser", any_context([](const Node* c) { return text(get(c, {"runAsUser"})) == "0"; }));
    }
  }
};

class Asked : public document::DocumentSink {
 public:
  Asked(bool restricted, int minor) : restricted_(restricted), minor_(minor) {}
  void on_document(const Node& root) override {
    const Node* pod = get(&root, {"spec", "template"});
    if (pod == nullptr) pod = &root;
    Oracle oracle{get(pod, {"metadata"}), get(pod, {"spec"}), restricted_, minor_, {}};
    oracle.baseline();
    if (restricted_) oracle.only_restricted();
    answer = std::move(oracle.forbidden);
  }
  void on_problem(document::Problem problem) override { answer.insert("problem: " + problem.message); }

  Names answer;

 private:
  bool restricted_;
  int minor_;
};

TEST(PodSecurityOracle, AgreesOnRandomPods) {
  constexpr int pods = 12'000;
  RandomPods generator(20'261'124);
  std::vector<Selection> selections;
  for (const Standard standard : {Standard::pss_baseline, Standard::pss_restricted}) {
    for (std::uint16_t minor = 0; minor <= kube::latest_version.number; ++minor) {
      selections.push_back(*Selection::make({.standard = standard, .version = {1, minor}}));
    }
  }
  int admitted = 0;
  Names seen;
  for (int i = 0; i < pods && !HasFailure(); ++i) {
    const std::string pod = generator.next();
    const document::Source source("pod.yaml", pod);
    const auto chosen = static_cast<std::size_t>(generator.number(0, static_cast<int>(selections.size()) - 1));
    const std::size_t half = selections.size() / 2;
    const auto minor = static_cast<int>(chosen % half);
    Asked asked(chosen >= half, minor);
    base::Arena arena;
    document::read_yaml(source, {0, static_cast<std::uint32_t>(pod.size())}, arena, {}, asked);
    EXPECT_EQ(forbidden_controls(pod, selections[chosen]), asked.answer)
        << (chosen >= half ? "restricted" : "baseline") << " v1." << minor << "\n"
        << pod;
    admitted += asked.answer.empty() ? 1 : 0;
    seen.insert(asked.answer.begin(), asked.answer.end());
  }
  // The generator is worth something only if it makes pods of both kinds, and every control is broken at times.
  EXPECT_GT(admitted, pods / 10);
  EXPECT_LT(admitted, pods * 9 / 10);
  EXPECT_EQ(seen.size(), 19U) << testing::PrintToString(seen);
}

}  // namespace
}  // namespace bulwark::posture

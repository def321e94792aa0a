// The Pod Security Standards as kubernetes/pod-security-admission decides them (policy/check_*.go): each row
// changes one thing of a pod that both levels admit at every version, and says which controls then forbid it, at
// which level and from which to which policy version. Each row is judged at both levels of all 38 versions.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "posture/pod_security_rows_testing.h"

namespace bulwark::posture {
namespace {

const std::vector<Forbidden> admitted;

Rows namespaces_and_node() {
  Rows to;
  add(to, "the minimal pod", {}, admitted);
  for (const char* field : {"hostNetwork", "hostPID", "hostIPC"}) {
    spec(to, std::string(field) + ": true", {{"hostNamespaces"}});
    spec(to, std::string(field) + ": false", admitted);
    spec(to, std::string(field) + ": null", admitted);
  }
  pod_context(to, "windowsOptions: {hostProcess: true}", {{"windowsHostProcess"}});
  pod_context(to, "windowsOptions: {hostProcess: false}", admitted);
  pod_context(to, "windowsOptions: {}", admitted);
  context(to, "windowsOptions: {hostProcess: true}", {{"windowsHostProcess"}});
  context(to, "windowsOptions: {hostProcess: false}", admitted);
  context(to, "privileged: true", {{"privileged"}});
  context(to, "privileged: false", admitted);
  container(to, "ports: [{containerPort: 80, hostPort: 80}]", {{"hostPorts"}});
  container(to, "ports: [{containerPort: 80, hostPort: 0}, {containerPort: 81}]", admitted);
  return to;
}

Rows capabilities() {
  Rows to;
  const std::string ape = "allowPrivilegeEscalation: false, capabilities: ";
  const std::vector<Forbidden> added{{"capabilities", At::baseline},
                                     {"capabilities", At::restricted, 0, 21},
                                     {"capabilities_restricted", At::restricted, 22}};
  const std::vector<Forbidden> not_dropped{{"capabilities_restricted", At::restricted, 22}};
  for (const char* name : {"NET_RAW", "SYS_ADMIN", "ALL", "CAP_CHOWN", "chown", "NET_ADMIN", "''"}) {
    whole_context(to, ape + "{drop: [ALL], add: [" + name + "]}", added);
  }
  for (const char* name : {"AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "SETFCAP",
                           "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"}) {
    whole_context(to, ape + "{drop: [ALL], add: [" + name + "]}", not_dropped);
  }
  whole_context(to, ape + "{drop: [ALL], add: [NET_BIND_SERVICE]}", admitted);
  whole_context(to, ape + "{drop: [NET_RAW, ALL], add: []}", admitted);
  whole_context(to, ape + "{drop: [all]}", not_dropped);
  whole_context(to, ape + "{drop: [NET_RAW]}", not_dropped);
  whole_context(to, ape + "{drop: []}", not_dropped);
  whole_context(to, ape + "{}", not_dropped);
  whole_context(to, ape + "null", not_dropped);
  whole_context(to, "allowPrivilegeEscalation: false", not_dropped);
  // A Windows pod is not asked from 1.25; what it adds is then judged at baseline alone.
  const std::string windows = "os: {name: windows}";
  whole_context(to, ape + "{drop: [NET_RAW]}", {{"capabilities_restricted", At::restricted, 22, 24}}, windows);
  whole_context(to, ape + "{drop: [NET_RAW]}", not_dropped, "os: {name: linux}");
  whole_context(to, ape + "{drop: [NET_RAW]}", not_dropped, "nodeSelector: {kubernetes.io/os: windows}");
  whole_context(to, ape + "{drop: [ALL], add: [NET_RAW]}",
                {{"capabilities", At::baseline},
                 {"capabilities", At::restricted, 0, 21},
                 {"capabilities_restricted", At::restricted, 22, 24}},
                windows);
  return to;
}

Rows volumes() {
  Rows to;
  const std::vector<Forbidden> restricted{{"restrictedVolumes", At::restricted}};
  for (const char* source :
       {"configMap: {name: a}", "csi: {driver: a}", "downwardAPI: {}", "emptyDir: {}", "ephemeral: {}",
        "image: {reference: a}", "persistentVolumeClaim: {claimName: a}", "projected: {}", "secret: {}"}) {
    spec(to, std::string("volumes: [{name: a, ") + source + "}]", admitted);
  }
  for (const char* source : {"awsElasticBlockStore",
                             "azureDisk",
                             "azureFile",
                             "cephfs",
                             "cinder",
                             "fc",
                             "flexVolume",
                             "flocker",
                             "gcePersistentDisk",
                             "gitRepo",
                             "glusterfs",
                             "iscsi",
                             "nfs",
                             "photonPersistentDisk",
                             "portworxVolume",
                             "quobyte",
                             "rbd",
                             "scaleIO",
                             "storageos",
                             "vsphereVolume"}) {
    spec(to, std::string("volumes: [{name: a, emptyDir: {}}, {name: b, ") + source + ": {}}]", restricted);
    spec(to, std::string("volumes: [{name: b, ") + source + ": null, emptyDir: {}}]", admitted);
  }
  spec(to, "volumes: [{name: a, hostPath: {path: /}}]",
       {{"hostPathVolumes", At::baseline}, {"restrictedVolumes", At::restricted}});
  spec(to, "volumes: [{name: a, hostPath: null, secret: {secretName: a}}]", admitted);
  // The API server gives a volume without a source an emptyDir before it asks anybody.
  spec(to, "volumes: [{name: a}]", admitted);
  // It refuses a volume with two sources; the standard's own code stops at the first that is allowed.
  spec(to, "volumes: [{name: a, nfs: {server: a, path: /}, emptyDir: {}}]", admitted);
  spec(to, "volumes: [{name: a, hostPath: {path: /}, emptyDir: {}}]", {{"hostPathVolumes", At::baseline}});
  return to;
}

Rows hosts_of_probes() {
  Rows to;
  const std::vector<Forbidden> from_1_34{{"hostProbesAndHostLifecycle", At::both, 34}};
  for (const char* probe : {"livenessProbe: {", "readinessProbe: {", "startupProbe: {", "lifecycle: {postStart: {",
                            "lifecycle: {preStop: {"}) {
    const std::string end = std::string(probe).starts_with("lifecycle") ? "}}" : "}";
    for (const char* action : {"httpGet", "tcpSocket"}) {
      const auto with = [&](const char* host) {
        return fmt::format("{}{}: {{port: 80{}}}{}", probe, action, host, end);
      };
      container(to, with(", host: 127.0.0.1"), from_1_34);
      container(to, with(", host: ''"), admitted);
      container(to, with(""), admitted);
    }
  }
  container(to, "livenessProbe: {exec: {command: ['true']}}", admitted);
  container(to, "readinessProbe: {grpc: {port: 80}}", admitted);
  return to;
}

Rows app_armor() {
  Rows to;
  const std::string key = "container.apparmor.security.beta.kubernetes.io/";
  const std::vector<Forbidden> always{{"appArmorProfile"}};
  for (const char* value : {"runtime/default", "localhost/", "localhost/mine", "''"}) {
    annotations(to, key + "it: " + value, admitted);
  }
  for (const char* value : {"unconfined", "Unconfined", "docker/default", "runtime/default2", "localhost"}) {
    annotations(to, key + "it: " + value, always);
    annotations(to, key + "no-such-container: " + value, always);
  }
  annotations(to, "apparmor.security.beta.kubernetes.io/it: unconfined", admitted);
  for (const char* type : {"RuntimeDefault", "Localhost"}) {
    pod_context(to, std::string("appArmorProfile: {type: ") + type + "}", admitted);
    context(to, std::string("appArmorProfile: {type: ") + type + "}", admitted);
  }
  for (const char* profile : {"{type: Unconfined}", "{type: runtimedefault}", "{type: ''}", "{}"}) {
    pod_context(to, std::string("appArmorProfile: ") + profile, always);
    context(to, std::string("appArmorProfile: ") + profile, always);
  }
  pod_context(to, "appArmorProfile: null", admitted);
  return to;
}

Rows selinux_and_sysctls() {
  Rows to;
  const std::vector<Forbidden> always{{"seLinuxOptions"}};
  const auto both = [&](const std::string& text, const std::vector<Forbidden>& forbidden) {
    pod_context(to, "seLinuxOptions: " + text, forbidden);
    context(to, "seLinuxOptions: " + text, forbidden);
  };
  for (const char* type : {"container_t", "container_init_t", "container_kvm_t", "''"}) {
    both(std::string("{type: ") + type + ", level: 's0:c1,c2'}", admitted);
  }
  both("{type: container_engine_t}", {{"seLinuxOptions", At::both, 0, 30}});
  both("{type: spc_t}", always);
  both("{user: system_u}", always);
  both("{role: system_r}", always);
  both("{user: '', role: ''}", admitted);
  both("{}", admitted);
  const auto sysctl = [&](const std::string& name, const std::vector<Forbidden>& forbidden) {
    pod_context(to, "sysctls: [{name: " + name + ", value: '1'}]", forbidden);
  };
  for (const char* name : {"kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies",
                           "net.ipv4.ping_group_range", "net.ipv4.ip_unprivileged_port_start"}) {
    sysctl(name, admitted);
  }
  sysctl("net.ipv4.ip_local_reserved_ports", {{"sysctls", At::both, 0, 26}});
  for (const char* name : {"net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout",
                           "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes"}) {
    sysctl(name, {{"sysctls", At::both, 0, 28}});
  }
  for (const char* name : {"net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"}) {
    sysctl(name, {{"sysctls", At::both, 0, 31}});
  }
  for (const char* name : {"net.ipv4.tcp_slow_start_after_idle", "net.ipv4.tcp_notsent_lowat"}) {
    sysctl(name, {{"sysctls", At::both, 0, 36}});
  }
  for (const char* name : {"kernel.msgmax", "net.core.somaxconn", "net/ipv4/tcp_syncookies", "''"}) {
    sysctl(name, {{"sysctls"}});
  }
  return to;
}

Rows proc_mount() {
  Rows to;
  const std::vector<Forbidden> unmasked{{"procMount", At::baseline},
                                        {"procMount", At::restricted, 0, 34},
                                        {"procMount_restricted", At::restricted, 35}};
  context(to, "procMount: Default", admitted);
  context(to, "procMount: null", admitted);
  context(to, "procMount: Unmasked", unmasked);
  context(to, "procMount: ''", unmasked);
  const std::string minimal = "allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}, ";
  whole_context(to, minimal + "procMount: Unmasked",
                {{"procMount", At::both, 0, 34}, {"procMount_restricted", At::restricted, 35}},
                "hostUsers: false");
  whole_context(to, minimal + "procMount: Unmasked", unmasked, "hostUsers: true");
  return to;
}

Rows seccomp() {
  Rows to;
  const std::string pod = "seccomp.security.alpha.kubernetes.io/pod: ";
  const std::string container_prefix = "container.seccomp.security.alpha.kubernetes.io/";
  const std::vector<Forbidden> before_1_19{{"seccompProfile", At::both, 0, 18}};
  for (const char* value : {"runtime/default", "docker/default", "localhost/", "localhost/a"}) {
    annotations(to, pod + value, admitted);
    annotations(to, container_prefix + "it: " + value, admitted);
  }
  for (const char* value : {"unconfined", "default", "''", "localhost"}) {
    annotations(to, pod + value, before_1_19);
    annotations(to, container_prefix + "it: " + value, before_1_19);
    annotations(to, container_prefix + "no-such-container: " + value, admitted);
  }
  for (const char* list : lists) {
    add(to, std::string("annotation for ") + list,
        {.annotations = container_prefix + "it: unconfined", .list = list}, before_1_19);
  }
  const std::vector<Forbidden> bad{{"seccompProfile", At::baseline, 19},
                                   {"seccompProfile_restricted", At::restricted, 19}};
  const std::vector<Forbidden> unset{{"seccompProfile_restricted", At::restricted, 19}};
  const std::string non_root = "runAsNonRoot: true, ";
  for (const char* profile : {"{type: Unconfined}", "{type: ''}", "{}", "{type: runtime/default}"}) {
    whole_pod_context(to, non_root + "seccompProfile: " + profile, bad);
    context(to, std::string("seccompProfile: ") + profile, bad);
  }
  whole_pod_context(to, non_root + "seccompProfile: {type: Localhost, localhostProfile: a.json}", admitted);
  context(to, "seccompProfile: {type: Localhost, localhostProfile: a.json}", admitted);
  context(to, "seccompProfile: {type: RuntimeDefault}", admitted);
  whole_pod_context(to, "runAsNonRoot: true", unset);
  whole_pod_context(to, non_root + "seccompProfile: null", unset);
  // Not on the pod, but on one container of two.
  MinimalPod one{.pod_context = "runAsNonRoot: true"};
  one.context += ", seccompProfile: {type: RuntimeDefault}";
  add(to, "on one container of two", one, unset);
  // From 1.25 nothing is asked of Windows, not even at baseline what it sets.
  const std::string windows = "os: {name: windows}";
  add(to, "unset on Windows", {.spec = windows, .pod_context = "runAsNonRoot: true"},
      {{"seccompProfile_restricted", At::restricted, 19, 24}});
  add(to, "Unconfined on Windows",
      {.spec = windows, .pod_context = "runAsNonRoot: true, seccompProfile: {type: Unconfined}"},
      {{"seccompProfile", At::baseline, 19}, {"seccompProfile_restricted", At::restricted, 19, 24}});
  return to;
}

Rows users_and_escalation() {
  Rows to;
  const std::string profile = "seccompProfile: {type: RuntimeDefault}";
  const std::string drop = "capabilities: {drop: [ALL]}";
  const std::vector<Forbidden> may_be_root{{"runAsNonRoot", At::restricted}};
  const std::vector<Forbidden> own_users_may_be_root{{"runAsNonRoot", At::restricted, 0, 34}};
  whole_pod_context(to, profile, may_be_root);
  whole_pod_context(to, profile + ", runAsNonRoot: false", may_be_root);
  whole_pod_context(to, profile + ", runAsNonRoot: null", may_be_root);
  whole_pod_context(to, profile + ", runAsUser: 1000", may_be_root);
  context(to, "runAsNonRoot: false", may_be_root);
  context(to, "runAsNonRoot: true", admitted);
  add(to, "own users, unset", {.spec = "hostUsers: false", .pod_context = profile}, own_users_may_be_root);
  add(to, "own users, false", {.spec = "hostUsers: false", .pod_context = profile + ", runAsNonRoot: false"},
      own_users_may_be_root);
  add(to, "the node's users, unset", {.spec = "hostUsers: true", .pod_context = profile}, may_be_root);
  add(to, "Windows, unset", {.spec = "os: {name: windows}", .pod_context = profile}, may_be_root);
  MinimalPod one{.pod_context = profile};
  one.context += ", runAsNonRoot: true";
  add(to, "one container of two", one, may_be_root);

  const std::vector<Forbidden> root{{"runAsUser", At::restricted, 23}};
  pod_context(to, "runAsUser: 0", root);
  pod_context(to, "runAsUser: 1", admitted);
  pod_context(to, "runAsUser: null", admitted);
  context(to, "runAsUser: 0", root);
  context(to, "runAsUser: 65534", admitted);
  whole_context(to, "allowPrivilegeEscalation: false, " + drop + ", runAsUser: 0",
                {{"runAsUser", At::restricted, 23, 34}}, "hostUsers: false");
  pod_context(to, "runAsGroup: 0, fsGroup: 0, supplementalGroups: [0]", admitted);

  const std::vector<Forbidden> escalates{{"allowPrivilegeEscalation", At::restricted, 8}};
  whole_context(to, drop, escalates);
  whole_context(to, drop + ", allowPrivilegeEscalation: true", escalates);
  whole_context(to, drop + ", allowPrivilegeEscalation: null", escalates);
  whole_context(to, drop, {{"allowPrivilegeEscalation", At::restricted, 8, 24}}, "os: {name: windows}");
  whole_context(to, drop, escalates, "hostUsers: false");
  add(to, "no security contexts at all", {.pod_context = "", .context = ""},
      {{"runAsNonRoot", At::restricted},
       {"allowPrivilegeEscalation", At::restricted, 8},
       {"seccompProfile_restricted", At::restricted, 19},
       {"capabilities_restricted", At::restricted, 22}});
  return to;
}

struct Table {
  const char* name;
  Rows (*make)();
};
void PrintTo(const Table& table, std::ostream* out) { *out << table.name; }

class PodSecurity : public testing::TestWithParam<Table> {};

TEST_P(PodSecurity, DecidesAsTheAdmissionController) {
  const Rows table = GetParam().make();
  ASSERT_FALSE(table.empty());
  for (const Standard standard : {Standard::pss_baseline, Standard::pss_restricted}) {
    for (std::uint16_t minor = 0; minor <= newest; ++minor) {
      const auto selection = Selection::make({.standard = standard, .version = {1, minor}});
      ASSERT_TRUE(selection);
      for (const Row& row : table) {
        std::set<std::string> want;
        for (const Forbidden& each : row.forbidden) {
          if (each.holds(standard, minor)) want.emplace(each.control);
        }
        EXPECT_EQ(forbidden_controls(row.pod.text(), *selection), want)
            << standard_names[static_cast<std::size_t>(standard)] << " v1." << minor << ": " << row.what;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Controls, PodSecurity,
                         testing::Values(Table{"NamespacesAndNode", &namespaces_and_node},
                                         Table{"Capabilities", &capabilities}, Table{"Volumes", &volumes},
                                         Table{"HostsOfProbes", &hosts_of_probes}, Table{"AppArmor", &app_armor},
                                         Table{"SelinuxAndSysctls", &selinux_and_sysctls},
                                         Table{"ProcMount", &proc_mount}, Table{"Seccomp", &seccomp},
                                         Table{"UsersAndEscalation", &users_and_escalation}),
                         [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace bulwark::posture

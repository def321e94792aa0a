// For tests of the Pod Security Standards only.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace bulwark::posture {

// Manifests of pods and Deployments that set the fields which the Pod Security Standards speak of, in all their
// spellings: right ones mostly, and as many wrong ones as the pod is odd.
class RandomPods {
 public:
  explicit RandomPods(std::uint64_t seed) : random_(seed) {}

  // True once in n times.
  bool once_in(int n) { return std::uniform_int_distribution(1, n)(random_) == 1; }
  std::string one_of(const std::vector<std::string>& choices) {
    return choices[std::uniform_int_distribution<std::size_t>(0, choices.size() - 1)(random_)];
  }
  int number(int from, int to) { return std::uniform_int_distribution(from, to)(random_); }

  std::string next() {
    // Most pods are nearly right: else every answer would be "forbidden by everything".
    oddity_ = number(2, 40);
    std::string spec = "containers: " + containers(number(1, 3));
    const auto maybe = [&](int n, const std::string& field) {
      if (once_in(n)) spec += ", " + field;
    };
    maybe(4, "initContainers: " + containers(number(0, 2)));
    maybe(8, "ephemeralContainers: " + containers(1));
    maybe(6, "hostUsers: " + one_of({"true", "false", "false", "null"}));
    maybe(8, "os: " + one_of({"{name: windows}", "{name: windows}", "{name: linux}", "null"}));
    maybe(10, "volumes: " + volumes());
    for (const char* field : {"hostNetwork", "hostPID", "hostIPC"}) {
      maybe(oddity_ * 2, std::string(field) + ": " + one_of({"true", "true", "false", "null"}));
    }
    if (!once_in(8)) spec += ", securityContext: " + pod_context();
    const std::string metadata = "{name: a, annotations: " + annotations() + "}";
    const std::string pod = "metadata: " + metadata + ", spec: {" + spec + "}";
    return once_in(3)
               ? "{apiVersion: apps/v1, kind: Deployment, metadata: {name: a}, spec: {template: {" + pod + "}}}"
               : "{apiVersion: v1, kind: Pod, " + pod + "}";
  }

 private:
  bool odd() { return once_in(oddity_); }

  std::string annotations() {
    std::string out;
    const std::string values =
        one_of({"runtime/default", "localhost/a", "unconfined", "''", "docker/default", "x"});
    if (odd())
      out += "container.apparmor.security.beta.kubernetes.io/" + one_of({"a", "b"}) + ": " + values + ", ";
    if (odd()) out += "seccomp.security.alpha.kubernetes.io/pod: " + values + ", ";
    if (odd())
      out += "container.seccomp.security.alpha.kubernetes.io/" + one_of({"a", "b"}) + ": " + values + ", ";
    return "{" + out + "}";
  }
  std::string profile() {
    return odd() ? one_of({"{}", "null", "{type: Unconfined}", "{type: ''}", "{type: bad}"})
                 : one_of({"{type: RuntimeDefault}", "{type: Localhost, localhostProfile: a}"});
  }
  std::string selinux() {
    return odd() ? one_of({"{type: spc_t}", "{user: a}", "{role: a}", "{type: container_engine_t}"})
                 : one_of({"{}", "null", "{type: container_t}", "{level: s0}"});
  }
  // What pod and container have in common.
  std::string common() {
    std::string out;
    if (odd()) out += "appArmorProfile: " + profile() + ", ";
    if (odd()) out += "seLinuxOptions: " + selinux() + ", ";
    if (odd()) out += "windowsOptions: " + one_of({"{}", "{hostProcess: true}", "{hostProcess: false}"}) + ", ";
    if (once_in(6)) out += "runAsUser: " + (odd() ? "0" : one_of({"1", "1000", "null"})) + ", ";
    return out;
  }
  std::string pod_context() {
    std::string out = common();
    if (!odd()) out += "runAsNonRoot: " + (odd() ? one_of({"false", "null"}) : "true") + ", ";
    if (!odd()) out += "seccompProfile: " + profile() + ", ";
    if (once_in(5)) {
      out += "sysctls: [{name: " +
             one_of({"kernel.shm_rmid_forced", "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_fin_timeout",
                     "net.ipv4.tcp_rmem", "net.ipv4.tcp_notsent_lowat",
                     odd() ? "kernel.msgmax" : "kernel.shm_rmid_forced"}) +
             ", value: '1'}], ";
    }
    return once_in(20) ? one_of({"{}", "null"}) : "{" + out + "}";
  }
  std::string context() {
    std::string out = common();
    if (odd()) out += "privileged: " + one_of({"true", "false", "null"}) + ", ";
    if (odd()) out += "procMount: " + one_of({"Default", "Unmasked", "''", "null"}) + ", ";
    if (once_in(6)) out += "runAsNonRoot: " + (odd() ? one_of({"false", "null"}) : "true") + ", ";
    if (once_in(6)) out += "seccompProfile: " + profile() + ", ";
    if (!odd()) out += "allowPrivilegeEscalation: " + (odd() ? one_of({"true", "null"}) : "false") + ", ";
    if (!odd()) {
      const std::string drop =
          odd() ? one_of({"[]", "[NET_RAW]", "[all]", "null"}) : one_of({"[ALL]", "[CHOWN, ALL]"});
      const std::string add = odd() ? one_of({"[CHOWN]", "[NET_RAW]", "[NET_BIND_SERVICE, SYS_ADMIN]", "[ALL]"})
                                    : one_of({"[]", "null", "[NET_BIND_SERVICE]"});
      out += "capabilities: {drop: " + drop + ", add: " + add + "}, ";
    }
    return once_in(20) ? one_of({"{}", "null"}) : "{" + out + "}";
  }
  std::string handler() {
    return one_of({"{httpGet: {port: 80", "{tcpSocket: {port: 80"}) +
           (odd() ? ", host: " + one_of({"a", "''"}) : "") + "}}";
  }
  std::string containers(int count) {
    std::string out;
    for (int i = 0; i < count; ++i) {
      out += "{name: " + one_of({"a", "b", "c"}) + ", image: a";
      if (!odd()) out += ", securityContext: " + context();
      if (odd()) out += ", ports: [{containerPort: 80, hostPort: " + one_of({"0", "80", "null"}) + "}]";
      if (once_in(8)) out += ", " + one_of({"livenessProbe", "readinessProbe", "startupProbe"}) + ": " + handler();
      if (once_in(8)) out += ", lifecycle: {" + one_of({"postStart", "preStop"}) + ": " + handler() + "}";
      out += "}, ";
    }
    return "[" + out + "]";
  }
  std::string volumes() {
    std::string out;
    for (int i = number(0, 3); i > 0; --i) {
      const auto source = [&] {
        return odd() ? one_of({"hostPath: {path: /a}", "nfs: {}", "gitRepo: {}", "azureDisk: null"})
                     : one_of({"emptyDir: {}", "secret: {}", "image: {}", "csi: {driver: a}", "ephemeral: {}",
                               "configMap: null"});
      };
      out += "{name: a, " + source() + (odd() ? ", " + one_of({"rbd: {}", "projected: {}"}) : "") + "}, ";
    }
    return "[" + out + "]";
  }

  std::mt19937_64 random_;
  int oddity_ = 10;
};

}  // namespace bulwark::posture

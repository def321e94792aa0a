// For tests of fixes only.
#pragma once

#include <string>
#include <vector>

#include "posture/random_yaml_testing.h"

namespace bulwark::posture {

// Files of manifests: workloads of all kinds, and what stands around them, with some of the practices kept, some
// broken, and some half set.
class RandomManifests {
 public:
  explicit RandomManifests(std::uint64_t seed) : dice_(seed), scribe_(seed + 1) {}

  std::string next() {
    scribe_.begin();
    names_ = 0;
    const int count = dice_.once_in(3) ? dice_.number(2, 4) : 1;
    for (int i = 0; i < count; ++i) {
      if (!dice_.once_in(12)) {
        scribe_.document(object());
        continue;
      }
      std::vector<Plain> items;
      for (int k = dice_.number(1, 3); k > 0; --k) items.push_back(object());
      scribe_.document(Map{{"apiVersion", "v1"}, {"kind", "List"}, {"items", Plain::list(std::move(items))}});
    }
    return scribe_.end();
  }

 private:
  using Map = std::vector<std::pair<std::string, Plain>>;

  bool maybe(int n) { return dice_.once_in(n); }
  std::string pick(const std::vector<std::string>& choices) { return dice_.one_of(choices); }
  Plain texts(std::vector<std::string> choices, int most) {
    std::vector<Plain> items;
    for (int i = dice_.number(0, most); i > 0; --i) items.emplace_back(pick(choices));
    return Plain::list(std::move(items));
  }
  // Now and then a field stands there without a value, or empty.
  Plain hollow(Plain value) {
    if (maybe(25)) return "null";
    return maybe(25) ? Plain(Map{}) : value;
  }
  std::string boolean() { return pick({"true", "false", "yes", "no", "True"}); }

  Plain metadata(bool named = true) {
    Plain out(Map{});
    if (named) out.add("name", "object-" + std::to_string(names_++));
    if (maybe(2)) out.add("namespace", pick({"shop", "default", "kube-system", "team"}));
    if (maybe(2)) out.add("labels", Map{{"app", pick({"web", "db", "'1'"})}});
    if (maybe(6)) {
      Plain annotations(Map{});
      if (maybe(2)) annotations.add("note", "\"a # b\"");
      if (maybe(3))
        annotations.add("seccomp.security.alpha.kubernetes.io/pod", pick({"runtime/default", "unconfined"}));
      if (maybe(3))
        annotations.add("container.apparmor.security.beta.kubernetes.io/app",
                        pick({"unconfined", "runtime/default"}));
      out.add("annotations", annotations);
    }
    return out;
  }

  Plain profile() {
    Plain out(Map{{"type", pick({"RuntimeDefault", "Unconfined", "Localhost"})}});
    if (out.members[0].second.text == "Localhost") out.add("localhostProfile", "profiles/a.json");
    return hollow(out);
  }
  void common_context(Plain& out) {
    if (maybe(4)) out.add("runAsNonRoot", boolean());
    if (maybe(4)) out.add("runAsUser", pick({"0", "1000", "10001"}));
    if (maybe(6)) out.add("runAsGroup", pick({"0", "1000"}));
    if (maybe(4)) out.add("seccompProfile", profile());
    if (maybe(10)) out.add("appArmorProfile", profile());
    if (maybe(12)) out.add("seLinuxOptions", Map{{"type", pick({"spc_t", "container_t"})}});
    if (maybe(16)) out.add("windowsOptions", Map{{"hostProcess", boolean()}});
  }
  Plain container_context() {
    Plain out(Map{});
    common_context(out);
    if (maybe(3)) out.add("allowPrivilegeEscalation", boolean());
    if (maybe(5)) out.add("privileged", boolean());
    if (maybe(3)) out.add("readOnlyRootFilesystem", boolean());
    if (maybe(10)) out.add("procMount", pick({"Unmasked", "Default"}));
    if (maybe(2)) {
      Plain capabilities(Map{});
      if (maybe(2)) capabilities.add("add", texts({"NET_ADMIN", "SYS_ADMIN", "NET_BIND_SERVICE", "CHOWN"}, 3));
      if (maybe(2)) capabilities.add("drop", texts({"ALL", "NET_RAW", "all"}, 2));
      out.add("capabilities", hollow(capabilities));
    }
    return hollow(out);
  }
  Plain amounts() {
    Plain out(Map{});
    if (maybe(2)) out.add("cpu", pick({"100m", "1", "0.5", "'2'"}));
    if (maybe(2)) out.add("memory", pick({"128Mi", "1Gi", "64Mi", "100m"}));
    if (maybe(5)) out.add("ephemeral-storage", "1Gi");
    return hollow(out);
  }
  Plain probe() {
    Plain out(Map{});
    out.add(pick({"httpGet", "tcpSocket"}), Map{{"port", pick({"8080", "http", "9"})}});
    if (maybe(4)) out.members[0].second.add("host", "example.com");
    if (maybe(3)) out.add("periodSeconds", "10");
    return out;
  }
  Plain variables() {
    std::vector<Plain> items;
    for (int i = dice_.number(0, 3); i > 0; --i) {
      if (maybe(3)) {
        items.push_back(Map{{"name", pick({"TOKEN", "A"})},
                            {"valueFrom", Map{{"secretKeyRef", Map{{"name", "s"}, {"key", "k"}}}}}});
      } else {
        items.push_back(Map{{"name", pick({"A", "B", "DB_PASSWORD"})},
                            {"value", pick({"x", "\"a: b # c\"", "'1'", "http://a/#b", "hunter2"})}});
      }
    }
    return Plain::list(std::move(items));
  }
  Plain container(const std::string& name) {
    Plain out(Map{{"name", name}});
    out.add("image",
            pick({"nginx", "nginx:latest", "nginx:1.27", "registry.example/shop/web:1.2.3", "\"python:2.7\"",
                  "k8s.gcr.io/pause:3.9", "registry.example/a@sha256:" + std::string(64, 'a')}));
    if (maybe(4)) out.add("imagePullPolicy", pick({"Always", "IfNotPresent", "Never"}));
    if (maybe(4)) out.add("args", Plain::list({"--port", "'8080'"}));
    if (maybe(3)) {
      Plain port(Map{{"containerPort", pick({"8080", "80", "22"})}});
      if (maybe(2)) port.add("name", "http");
      if (maybe(3)) port.add("hostPort", pick({"80", "0"}));
      out.add("ports", Plain::list({port}));
    }
    if (maybe(3)) out.add("env", variables());
    if (maybe(2)) {
      Plain resources(Map{});
      if (maybe(2)) resources.add("requests", amounts());
      if (maybe(2)) resources.add("limits", amounts());
      out.add("resources", hollow(resources));
    }
    for (const char* each : {"livenessProbe", "readinessProbe", "startupProbe"}) {
      if (maybe(5)) out.add(each, probe());
    }
    if (maybe(5)) {
      Plain mount(Map{{"name", pick({"data", "tmp", "host"})}, {"mountPath", "/data"}});
      if (maybe(3)) mount.add("mountPropagation", pick({"Bidirectional", "HostToContainer"}));
      if (maybe(3)) mount.add("readOnly", boolean());
      out.add("volumeMounts", Plain::list({mount}));
    }
    if (maybe(10)) out.add(pick({"stdin", "tty"}), boolean());
    // The same context for several containers is what anchors are used for.
    if (maybe(3) && last_context_.kind == Plain::Kind::map) {
      out.add("securityContext", last_context_);
    } else if (!maybe(3)) {
      last_context_ = container_context();
      out.add("securityContext", last_context_);
    }
    return out;
  }
  Plain containers(const std::string& prefix) {
    std::vector<Plain> items;
    const int count = dice_.number(1, 3);
    for (int i = 0; i < count; ++i) items.push_back(container(prefix + (i == 0 ? "" : std::to_string(i))));
    return Plain::list(std::move(items));
  }
  Plain volume() {
    Plain out(Map{{"name", pick({"data", "tmp", "host"})}});
    const std::string kind = pick({"emptyDir", "hostPath", "configMap", "secret"});
    if (kind == "hostPath") {
      out.add(kind, Map{{"path", pick({"/var/run/docker.sock", "/", "/data"})}});
    } else if (kind == "emptyDir") {
      out.add(kind, maybe(2) ? Plain(Map{}) : Plain(Map{{"sizeLimit", "1Gi"}}));
    } else {
      out.add(kind, Map{{kind == "secret" ? "secretName" : "name", "x"}});
    }
    return out;
  }
  Plain toleration() {
    Plain out(Map{{"operator", "Exists"}});
    if (maybe(3)) out.add("key", "node");
    return out;
  }
  Plain pod_spec() {
    Plain out(Map{});
    const auto rest = [&] {
      if (maybe(3)) {
        Plain context(Map{});
        common_context(context);
        if (maybe(6)) context.add("sysctls", Plain::list({Map{{"name", "kernel.msgmax"}, {"value", "'1'"}}}));
        out.add("securityContext", hollow(context));
      }
      if (maybe(4)) out.add("serviceAccountName", pick({"default", "web", "''"}));
      if (maybe(5)) out.add("serviceAccount", pick({"default", "web"}));
      if (maybe(4)) out.add("automountServiceAccountToken", boolean());
      for (const char* each : {"hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace", "hostUsers"}) {
        if (maybe(8)) out.add(each, boolean());
      }
      if (maybe(6)) out.add("terminationGracePeriodSeconds", pick({"0", "30", "1e3"}));
      if (maybe(8)) out.add("priorityClassName", "system-node-critical");
      if (maybe(10)) out.add("nodeName", "node-1");
      if (maybe(5)) out.add("nodeSelector", Map{{"kubernetes.io/os", pick({"linux", "windows"})}});
      if (maybe(6)) out.add("tolerations", Plain::list({toleration(), toleration()}));
      if (maybe(10)) out.add("os", Map{{"name", pick({"linux", "windows"})}});
    };
    const bool before = maybe(2);
    if (before) rest();
    if (maybe(4)) out.add("initContainers", containers("init"));
    out.add("containers", containers("app"));
    if (maybe(4)) out.add("volumes", Plain::list({volume()}));
    if (!before) rest();
    return out;
  }
  Plain pod_template() {
    Plain metadata(Map{{"labels", Map{{"app", pick({"web", "db"})}}}});
    if (maybe(8))
      metadata.add("annotations", Map{{"container.apparmor.security.beta.kubernetes.io/app", "unconfined"}});
    return maybe(4) ? Plain(Map{{"spec", pod_spec()}, {"metadata", metadata}})
                    : Plain(Map{{"metadata", metadata}, {"spec", pod_spec()}});
  }
  static Plain selector(const std::string& app) { return Map{{"matchLabels", Map{{"app", app}}}}; }

  Plain with_spec(const std::string& api_version, const std::string& kind, const Plain& spec) {
    Plain out(Map{{"apiVersion", api_version}, {"kind", kind}, {"metadata", metadata()}});
    out.add("spec", spec);
    return out;
  }
  Plain workload(const std::string& kind) {
    Plain spec(Map{});
    if (kind == "Pod") return with_spec("v1", kind, pod_spec());
    if (kind == "Job" || kind == "CronJob") {
      if (maybe(2)) spec.add("backoffLimit", "3");
      spec.add("template", pod_template());
      if (kind == "Job") return with_spec("batch/v1", kind, spec);
      return with_spec("batch/v1", kind, Map{{"schedule", "'* * * * *'"}, {"jobTemplate", Map{{"spec", spec}}}});
    }
    if (kind != "DaemonSet" && maybe(2)) spec.add("replicas", pick({"1", "3", "0"}));
    spec.add("selector", kind == "ReplicationController" ? Plain(Map{{"app", "web"}}) : selector("web"));
    if (kind == "Deployment" && maybe(4)) spec.add("strategy", Map{{"type", pick({"Recreate", "RollingUpdate"})}});
    if (kind == "StatefulSet") spec.add("serviceName", "db");
    spec.add("template", pod_template());
    return with_spec(
        kind == "ReplicationController" ? "v1" : pick({"apps/v1", "apps/v1", "apps/v1", "apps/v1beta1"}), kind,
        spec);
  }
  Plain service() {
    Plain spec(Map{{"type", pick({"ClusterIP", "NodePort", "LoadBalancer", "ExternalName"})}});
    spec.add("selector", Map{{"app", "web"}});
    if (maybe(5)) spec.add("externalIPs", Plain::list({"192.0.2.1"}));
    spec.add("ports", Plain::list({Map{{"port", pick({"80", "22"})}, {"targetPort", pick({"8080", "http"})}}}));
    return with_spec("v1", "Service", spec);
  }
  Plain role() {
    std::vector<Plain> rules;
    for (int i = dice_.number(1, 3); i > 0; --i) {
      rules.push_back(Map{{"apiGroups", Plain::list({pick({"''", "apps", "'*'"})})},
                          {"resources", texts({"pods", "secrets", "'*'", "pods/exec", "nodes/proxy"}, 3)},
                          {"verbs", texts({"get", "create", "'*'", "escalate"}, 3)}});
    }
    Plain out(Map{{"apiVersion", "rbac.authorization.k8s.io/v1"},
                  {"kind", pick({"Role", "ClusterRole"})},
                  {"metadata", metadata()}});
    out.add("rules", Plain::list(std::move(rules)));
    return out;
  }
  Plain binding() {
    std::vector<Plain> subjects;
    for (int i = dice_.number(0, 2); i > 0; --i) {
      Plain subject(Map{{"kind", pick({"User", "Group", "ServiceAccount"})}});
      subject.add("name", pick({"default", "system:masters", "system:anonymous", "jane@example.com"}));
      if (maybe(2)) subject.add("apiGroup", pick({"rbac.authorization.k8s.io", "''"}));
      if (maybe(3)) subject.add("namespace", "shop");
      subjects.push_back(subject);
    }
    Plain out(Map{{"apiVersion", "rbac.authorization.k8s.io/v1"},
                  {"kind", pick({"RoleBinding", "ClusterRoleBinding"})},
                  {"metadata", metadata()}});
    out.add("subjects", Plain::list(std::move(subjects)));
    out.add("roleRef", Map{{"apiGroup", "rbac.authorization.k8s.io"},
                           {"kind", pick({"ClusterRole", "Role"})},
                           {"name", pick({"cluster-admin", "view"})}});
    return out;
  }
  Plain policy() {
    Plain spec(Map{{"podSelector", maybe(2) ? Plain(Map{}) : selector("web")}});
    if (maybe(2)) spec.add("policyTypes", texts({"Ingress", "Egress"}, 2));
    const auto peer = [&] { return Map{{"ipBlock", Map{{"cidr", pick({"0.0.0.0/0", "10.0.0.0/8", "'::/0'"})}}}}; };
    if (maybe(2)) spec.add("ingress", Plain::list({Map{{"from", Plain::list({peer()})}}}));
    if (maybe(2)) spec.add("egress", Plain::list({Map{{"to", Plain::list({peer(), peer()})}}, Map{}}));
    return with_spec("networking.k8s.io/v1", "NetworkPolicy", spec);
  }
  Plain budget() {
    Plain spec(Map{{"selector", selector(pick({"web", "db"}))}});
    if (maybe(2)) spec.add("minAvailable", pick({"1", "100%", "'50%'", "0"}));
    if (maybe(2)) spec.add("maxUnavailable", pick({"0", "1", "0%"}));
    return with_spec(pick({"policy/v1", "policy/v1beta1"}), "PodDisruptionBudget", spec);
  }
  Plain account() {
    Plain out(Map{{"apiVersion", "v1"}, {"kind", "ServiceAccount"}, {"metadata", metadata()}});
    if (maybe(3)) out.add("automountServiceAccountToken", boolean());
    return out;
  }
  Plain object() {
    const std::string kind =
        pick({"Pod", "Deployment", "Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "ReplicaSet",
              "ReplicationController", "Service", "Role", "Binding", "NetworkPolicy", "Budget", "Account"});
    last_context_ = {};
    if (kind == "Service") return service();
    if (kind == "Role") return role();
    if (kind == "Binding") return binding();
    if (kind == "NetworkPolicy") return policy();
    if (kind == "Budget") return budget();
    if (kind == "Account") return account();
    return workload(kind);
  }

  Dice dice_;
  Scribe scribe_;
  int names_ = 0;
  Plain last_context_;
};

}  // namespace bulwark::posture

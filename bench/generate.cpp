// Writes inputs for the benchmarks to standard output, the same each time.
//
//   bench_generate workloads N   N workloads with their Services as one YAML stream: about 1.1 KB a workload
//   bench_generate pods N        N pods as one JSON List, as `kubectl get pods -A -o json` prints it: about 4 KB a
//   pod
#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>

namespace {

// A mix as clusters have it: most workloads carry some hardening, few carry all, some none.
enum class Hardening { none, some, full };

Hardening hardening_of(unsigned i) {
  if (i % 10 == 0) return Hardening::none;
  return i % 10 < 7 ? Hardening::some : Hardening::full;
}

void workload(std::string& out, unsigned i) {
  const std::string name = fmt::format("service-{:05}", i), space = fmt::format("team-{:03}", i % 200);
  const Hardening hardening = hardening_of(i);
  out += fmt::format(
      "---\napiVersion: apps/v1\nkind: {}\nmetadata:\n  name: {}\n  namespace: {}\n  labels:\n"
      "    app.kubernetes.io/name: {}\n    app.kubernetes.io/part-of: shop\n    team: {}\nspec:\n{}"
      "  selector:\n    matchLabels:\n      app.kubernetes.io/name: {}\n  template:\n    metadata:\n      "
      "labels:\n"
      "        app.kubernetes.io/name: {}\n        team: {}\n    spec:\n      serviceAccountName: {}\n",
      i % 20 == 1 ? "DaemonSet" : "Deployment", name, space, name, space, i % 20 == 1 ? "" : "  replicas: 3\n",
      name, name, space, name);
  if (hardening != Hardening::none) {
    out +=
        "      securityContext:\n        runAsNonRoot: true\n        runAsUser: 10001\n"
        "        seccompProfile:\n          type: RuntimeDefault\n";
  }
  if (hardening == Hardening::full) out += "      automountServiceAccountToken: false\n      hostUsers: false\n";
  out += fmt::format(
      "      containers:\n        - name: app\n          image: registry.example/{}/{}:1.{}.{}\n          ports:\n"
      "            - name: http\n              containerPort: 8080\n          env:\n            - name: "
      "LOG_LEVEL\n"
      "              value: info\n            - name: PORT\n              value: \"8080\"\n          resources:\n"
      "            requests:\n              cpu: 100m\n              memory: 128Mi\n            limits:\n"
      "              memory: 256Mi\n          readinessProbe:\n            httpGet:\n              path: /ready\n"
      "              port: http\n",
      space, name, i % 30, i % 7);
  if (hardening == Hardening::full) {
    out +=
        "          securityContext:\n            allowPrivilegeEscalation: false\n"
        "            readOnlyRootFilesystem: true\n            capabilities:\n              drop:\n               "
        " - ALL\n";
  }
}

void pod(std::string& out, unsigned i, bool last) {
  const std::string name = fmt::format("service-{:05}-7d9f8b6c5d-{:05}", i / 3, i),
                    space = fmt::format("team-{:03}", i % 200);
  out += fmt::format(R"(        {{
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {{
                "creationTimestamp": "2026-03-01T10:{:02}:{:02}Z",
                "generateName": "service-{:05}-7d9f8b6c5d-",
                "labels": {{
                    "app.kubernetes.io/name": "service-{:05}",
                    "pod-template-hash": "7d9f8b6c5d"
                }},
                "name": "{}",
                "namespace": "{}",
                "ownerReferences": [
                    {{
                        "apiVersion": "apps/v1",
                        "blockOwnerDeletion": true,
                        "controller": true,
                        "kind": "ReplicaSet",
                        "name": "service-{:05}-7d9f8b6c5d",
                        "uid": "0b5c8a52-7d0e-4a63-9a59-{:012x}"
                    }}
                ],
                "resourceVersion": "{}",
                "uid": "5f0f1bd4-8b0a-4e0e-8f5a-{:012x}"
            }},
)",
                     i % 60, i % 59, i / 3, i / 3, name, space, i / 3, i / 3, 100000 + i, i);
  out += fmt::format(R"(            "spec": {{
                "automountServiceAccountToken": false,
                "containers": [
                    {{
                        "env": [
                            {{
                                "name": "LOG_LEVEL",
                                "value": "info"
                            }},
                            {{
                                "name": "POD_NAME",
                                "valueFrom": {{
                                    "fieldRef": {{
                                        "apiVersion": "v1",
                                        "fieldPath": "metadata.name"
                                    }}
                                }}
                            }}
                        ],
                        "image": "registry.example/{}/service:1.{}.{}",
                        "imagePullPolicy": "IfNotPresent",
                        "name": "app",
                        "ports": [
                            {{
                                "containerPort": 8080,
                                "name": "http",
                                "protocol": "TCP"
                            }}
                        ],
                        "readinessProbe": {{
                            "failureThreshold": 3,
                            "httpGet": {{
                                "path": "/ready",
                                "port": "http",
                                "scheme": "HTTP"
                            }},
                            "periodSeconds": 10,
                            "successThreshold": 1,
                            "timeoutSeconds": 1
                        }},
                        "resources": {{
                            "limits": {{
                                "memory": "256Mi"
                            }},
                            "requests": {{
                                "cpu": "100m",
                                "memory": "128Mi"
                            }}
                        }},
                        "securityContext": {{
                            "allowPrivilegeEscalation": false,
                            "capabilities": {{
                                "drop": [
                                    "ALL"
                                ]
                            }},
                            "readOnlyRootFilesystem": true
                        }},
                        "terminationMessagePath": "/dev/termination-log",
                        "terminationMessagePolicy": "File"
                    }}
                ],
                "dnsPolicy": "ClusterFirst",
                "enableServiceLinks": true,
                "nodeName": "aks-user-12345678-vmss{:06}",
                "preemptionPolicy": "PreemptLowerPriority",
                "priority": 0,
                "restartPolicy": "Always",
                "schedulerName": "default-scheduler",
                "securityContext": {{
                    "runAsNonRoot": true,
                    "runAsUser": 10001,
                    "seccompProfile": {{
                        "type": "RuntimeDefault"
                    }}
                }},
                "serviceAccount": "service",
                "serviceAccountName": "service",
                "terminationGracePeriodSeconds": 30
            }},
)",
                     space, i % 30, i % 7, i % 1000);
  out += fmt::format(R"(            "status": {{
                "conditions": [
                    {{
                        "lastProbeTime": null,
                        "lastTransitionTime": "2026-03-01T10:00:07Z",
                        "status": "True",
                        "type": "Ready"
                    }}
                ],
                "containerStatuses": [
                    {{
                        "containerID": "containerd://{:064x}",
                        "image": "registry.example/{}/service:1.{}.{}",
                        "imageID": "registry.example/{}/service@sha256:{:064x}",
                        "lastState": {{}},
                        "name": "app",
                        "ready": true,
                        "restartCount": 0,
                        "started": true,
                        "state": {{
                            "running": {{
                                "startedAt": "2026-03-01T10:00:06Z"
                            }}
                        }}
                    }}
                ],
                "hostIP": "10.224.0.{}",
                "phase": "Running",
                "podIP": "10.244.{}.{}",
                "qosClass": "Burstable",
                "startTime": "2026-03-01T10:00:01Z"
            }}
        }}{}
)",
                     i, space, i % 30, i % 7, space, i, i % 250, i % 250, i / 250 % 250, last ? "" : ",");
}

void flush(std::string& out, std::size_t from) {
  if (out.size() < from) return;
  std::fwrite(out.data(), 1, out.size(), stdout);
  out.clear();
}

}  // namespace

int main(int argc, char** argv) {
  unsigned count = 0;
  const char* number = argc == 3 ? argv[2] : "";
  const auto parsed = std::from_chars(number, number + std::strlen(number), count);
  const std::string_view what = argc == 3 ? argv[1] : "";
  if (*number == 0 || *parsed.ptr != 0 || (what != "workloads" && what != "pods")) {
    fmt::print(stderr, "usage: bench_generate workloads|pods COUNT\n");
    return 2;
  }
  constexpr std::size_t chunk = 1UL << 20;
  std::string out;
  if (what == "pods") out += "{\n    \"apiVersion\": \"v1\",\n    \"items\": [\n";
  for (unsigned i = 0; i < count; ++i) {
    if (what == "pods") {
      pod(out, i, i + 1 == count);
    } else {
      workload(out, i);
    }
    flush(out, chunk);
  }
  if (what == "pods")
    out += "    ],\n    \"kind\": \"List\",\n    \"metadata\": {\n        \"resourceVersion\": \"\"\n    }\n}\n";
  flush(out, 0);
  return 0;
}

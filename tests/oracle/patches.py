"""Applies patches with kubectl and with Bulwark, and compares what comes of them."""

import json
import os
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

WORK, APPLY = os.environ["work"], os.environ["apply"]

POD = {"apiVersion": "v1", "kind": "Pod",
       "metadata": {"name": "p", "labels": {"a": "1", "b": "2"}, "finalizers": ["x/a", "x/b", "x/c"],
                    "ownerReferences": [{"apiVersion": "v1", "kind": "Node", "name": "n", "uid": "u1"}]},
       "spec": {"containers": [{"name": "a", "image": "i:1", "env": [{"name": "E", "value": "1"}, {"name": "F", "value": "2"}],
                                "ports": [{"containerPort": 80, "protocol": "TCP"}, {"containerPort": 53, "protocol": "UDP"}],
                                "args": ["x", "y"], "volumeMounts": [{"name": "v", "mountPath": "/v"}]},
                               {"name": "b", "image": "i:2"}, {"name": "c", "image": "i:3"}],
                "volumes": [{"name": "v", "emptyDir": {}}, {"name": "w", "configMap": {"name": "m"}}],
                "tolerations": [{"key": "k", "operator": "Exists"}], "nodeSelector": {"os": "linux"},
                "hostAliases": [{"ip": "1.1.1.1", "hostnames": ["h"]}], "imagePullSecrets": [{"name": "s"}]},
       "status": {"conditions": [{"type": "Ready", "status": "True"}, {"type": "Initialized", "status": "True"}]}}
DEPLOYMENT = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d"},
              "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "d"}},
                       "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 1}},
                       "template": {"metadata": {"labels": {"app": "d"}}, "spec": POD["spec"]}}}
SERVICE = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"},
           "spec": {"selector": {"app": "d"}, "externalIPs": ["1.2.3.4"],
                    "ports": [{"port": 80, "protocol": "TCP", "name": "http"}, {"port": 443, "protocol": "TCP", "name": "https"}]}}
NODE = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n"},
        "spec": {"podCIDRs": ["10.0.0.0/24"], "taints": [{"key": "a", "effect": "NoSchedule"}]},
        "status": {"addresses": [{"type": "InternalIP", "address": "1.1.1.1"}, {"type": "Hostname", "address": "n"}]}}
BUDGET = {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "b"},
          "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "d", "tier": "t"}}}}
ACCOUNT = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "s"},
           "secrets": [{"name": "a"}, {"name": "b"}], "imagePullSecrets": [{"name": "c"}]}
CONFIG = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"a": "1", "b/c": "2", "d~e": "3", "": "4"}}
WEBHOOKS = {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration", "metadata": {"name": "w"},
            "webhooks": [{"name": "a.x.y", "timeoutSeconds": 3, "rules": [{"operations": ["CREATE"]}]}, {"name": "b.x.y"}]}
SPREAD = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"},
          "spec": {"containers": [{"name": "a"}], "schedulingGates": [{"name": "g"}, {"name": "h"}],
                   "topologySpreadConstraints": [{"topologyKey": "zone", "maxSkew": 1, "whenUnsatisfiable": "DoNotSchedule"},
                                                 {"topologyKey": "host", "maxSkew": 2, "whenUnsatisfiable": "ScheduleAnyway"}]}}


def containers(*items, **more):
    return {"spec": {"containers": list(items), **more}}


STRATEGIC = [
    (POD, {"metadata": {"labels": {"a": None, "c": "3"}}}),
    (POD, containers({"name": "b", "image": "new"})),
    (POD, containers({"name": "z", "image": "new"})),
    (POD, containers({"name": "z", "image": "new"}, {"name": "a", "image": "first"})),
    (POD, containers({"name": "c", "image": "x"}, {"name": "a", "image": "y"})),
    (POD, containers({"image": "no key"})),
    (POD, containers("text")),
    (POD, containers({"name": "b", "$patch": "delete"})),
    (POD, containers({"name": "none", "$patch": "delete"})),
    (POD, containers({"$patch": "delete"})),
    (POD, containers({"$patch": "replace"}, {"name": "only", "image": "i"})),
    (POD, containers({"$patch": "replace"})),
    (POD, containers({"name": "b", "$patch": "replace", "image": "r"})),
    (POD, containers({"name": "b", "$patch": "merge"})),
    (POD, containers({"name": "a", "env": [{"name": "F", "$patch": "delete"}, {"name": "G", "value": "3"}]})),
    (POD, containers({"name": "a", "env": [{"name": "E", "value": None, "valueFrom": {"fieldRef": {"fieldPath": "p"}}}]})),
    (POD, containers({"name": "a", "ports": [{"containerPort": 53, "name": "dns"}]})),
    (POD, containers({"name": "a", "ports": [{"containerPort": 8080}]})),
    (POD, containers({"name": "a", "args": ["z"]})),
    (POD, containers({"name": "a", "volumeMounts": [{"mountPath": "/v", "readOnly": True}, {"mountPath": "/w", "name": "w"}]})),
    (POD, containers({"name": "a", "env": None})),
    (POD, {"spec": {"containers": None}}),
    (POD, {"spec": {"$setElementOrder/containers": [{"name": "c"}, {"name": "a"}, {"name": "b"}]}}),
    (POD, {"spec": {"$setElementOrder/containers": [{"name": "c"}, {"name": "z"}, {"name": "a"}],
                    "containers": [{"name": "z", "image": "n"}]}}),
    (POD, {"spec": {"$setElementOrder/containers": [{"name": "b"}, {"name": "a"}],
                    "containers": [{"name": "c", "$patch": "delete"}, {"name": "a", "image": "n"}]}}),
    (POD, {"spec": {"$setElementOrder/containers": [{"name": "b"}], "containers": [{"name": "a", "image": "n"}]}}),
    (POD, {"spec": {"$setElementOrder/initContainers": [{"name": "k"}]}}),
    (POD, {"spec": {"$setElementOrder/volumes": [{"name": "w"}, {"name": "v"}], "volumes": [{"name": "v", "emptyDir": {"medium": "Memory"}}]}}),
    (POD, {"spec": {"volumes": [{"name": "v", "$retainKeys": ["name", "hostPath"], "hostPath": {"path": "/p"}}]}}),
    (POD, {"spec": {"volumes": [{"name": "v", "$retainKeys": ["name"], "hostPath": {"path": "/p"}}]}}),
    (POD, {"spec": {"volumes": [{"name": "w", "$retainKeys": ["name", "secret"], "secret": {"secretName": "s"}, "configMap": None}]}}),
    (POD, {"spec": {"tolerations": [{"key": "n"}]}}),
    (POD, {"spec": {"tolerations": []}}),
    (POD, {"spec": {"nodeSelector": {"os": None, "x": "y"}}}),
    (POD, {"spec": {"nodeSelector": {"$patch": "replace", "x": "y"}}}),
    (POD, {"spec": {"nodeSelector": {"$patch": "delete"}}}),
    (POD, {"spec": {"nodeSelector": {"$patch": "unknown"}}}),
    (POD, {"spec": {"nodeSelector": None}}),
    (POD, {"spec": {"affinity": {"nodeAffinity": {"x": None, "y": 1}}}}),
    (POD, {"spec": {"hostAliases": [{"ip": "1.1.1.1", "hostnames": ["i"]}, {"ip": "2.2.2.2"}]}}),
    (POD, {"spec": {"imagePullSecrets": [{"name": "t"}]}}),
    (POD, {"metadata": {"finalizers": ["x/d"]}}),
    (POD, {"metadata": {"finalizers": ["x/b", "x/d", "x/a"]}}),
    (POD, {"metadata": {"finalizers": []}}),
    (POD, {"metadata": {"finalizers": None}}),
    (POD, {"metadata": {"$deleteFromPrimitiveList/finalizers": ["x/b", "x/none"]}}),
    (POD, {"metadata": {"$deleteFromPrimitiveList/finalizers": ["x/b"], "$setElementOrder/finalizers": ["x/c", "x/d", "x/a"],
                        "finalizers": ["x/d"]}}),
    (POD, {"metadata": {"$setElementOrder/finalizers": ["x/c", "x/a", "x/b"]}}),
    (POD, {"metadata": {"ownerReferences": [{"uid": "u1", "$patch": "delete"}]}}),
    (POD, {"metadata": {"ownerReferences": [{"uid": "u2", "kind": "Pod", "name": "q", "apiVersion": "v1"}]}}),
    (POD, {"status": {"conditions": [{"type": "Ready", "status": "False"}, {"type": "New", "status": "True"}]}}),
    (POD, {"status": {"$setElementOrder/conditions": [{"type": "Ready"}, {"type": "New"}], "conditions": [{"type": "New", "status": "True"}]}}),
    (POD, {"spec": "text"}), (POD, {"spec": None}), (POD, {"metadata": {"labels": "text"}}),
    (DEPLOYMENT, {"spec": {"template": containers({"name": "a", "image": "n"})}}),
    (DEPLOYMENT, {"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}}),
    (DEPLOYMENT, {"spec": {"strategy": {"$retainKeys": ["type", "rollingUpdate"], "rollingUpdate": {"maxSurge": 1}}}}),
    (DEPLOYMENT, {"spec": {"strategy": {"type": "Recreate", "rollingUpdate": None}}}),
    (DEPLOYMENT, {"spec": {"selector": {"matchLabels": {"b": "c"}}}}),
    (DEPLOYMENT, {"spec": {"replicas": None}}), (DEPLOYMENT, {"spec": {"replicas": 1.5}}),
    (SERVICE, {"spec": {"ports": [{"port": 443, "name": "tls"}]}}),
    (SERVICE, {"spec": {"ports": [{"port": 8080, "targetPort": 80}]}}),
    (SERVICE, {"spec": {"$setElementOrder/ports": [{"port": 443}, {"port": 80}]}}),
    (SERVICE, {"spec": {"ports": [{"port": 80, "$patch": "delete"}]}}),
    (SERVICE, {"spec": {"externalIPs": ["5.6.7.8"]}}), (SERVICE, {"spec": {"selector": {"x": "y"}}}),
    (NODE, {"spec": {"taints": [{"key": "b", "effect": "NoExecute"}], "podCIDRs": ["10.0.1.0/24"]}}),
    (NODE, {"spec": {"unschedulable": True}}), (NODE, {"spec": {"taints": None}}),
    (NODE, {"status": {"addresses": [{"type": "Hostname", "address": "m"}, {"type": "ExternalIP", "address": "2.2.2.2"}]}}),
    (BUDGET, {"spec": {"selector": {"matchLabels": {"x": "y"}}}}),
    (BUDGET, {"spec": {"minAvailable": None, "maxUnavailable": "50%"}}),
    (ACCOUNT, {"secrets": [{"name": "d"}], "imagePullSecrets": [{"name": "e"}]}),
    (ACCOUNT, {"secrets": [{"name": "a", "$patch": "delete"}]}),
    (CONFIG, {"data": {"a": None, "n": "9"}}), (CONFIG, {"data": {"$patch": "replace", "n": "9"}}),
    (CONFIG, {"$retainKeys": ["apiVersion", "kind", "metadata"]}), (CONFIG, {}),
    (WEBHOOKS, {"webhooks": [{"name": "a.x.y", "rules": [{"operations": ["*"]}]}]}),
    (SPREAD, {"spec": {"topologySpreadConstraints": [{"topologyKey": "host", "maxSkew": 5}]}}),
    (SPREAD, {"spec": {"schedulingGates": [{"name": "g", "$patch": "delete"}]}}),
]
MERGE = [
    (CONFIG, {"data": None}), (CONFIG, {"data": {"a": {"x": None, "y": {"z": None}}}}), (CONFIG, {"new": {"x": None}}),
    (POD, {"spec": {"containers": [{"name": "q"}]}}), (POD, {"spec": {"containers": [None, {"a": None}]}}),
    (CONFIG, {"metadata": {"labels": {"q": "r"}}}), (CONFIG, {"data": 5}), (CONFIG, {}),
]
JSON = [
    (CONFIG, [{"op": "add", "path": "/data/new", "value": "x"}]),
    (CONFIG, [{"op": "replace", "path": "/data/b~1c", "value": "x"}, {"op": "test", "path": "/data/d~0e", "value": "3"}]),
    (CONFIG, [{"op": "remove", "path": "/data/none"}]), (CONFIG, [{"op": "remove", "path": "/data/a"}]),
    (CONFIG, [{"op": "replace", "path": "/data/none", "value": 1}]), (CONFIG, [{"op": "test", "path": "/data/a", "value": "2"}]),
    (CONFIG, [{"op": "test", "path": "/data/none", "value": None}]), (CONFIG, [{"op": "test", "path": "/data/none", "value": "1"}]),
    (CONFIG, [{"op": "add", "path": "/x/y", "value": 1}]), (CONFIG, [{"op": "nonsense", "path": "/data/a"}]),
    (CONFIG, [{"op": "add", "path": "data", "value": {}}]),
    (CONFIG, [{"op": "copy", "from": "/data/a", "path": "/data/z"}, {"op": "move", "from": "/data/b~1c", "path": "/data/y"}]),
    (CONFIG, [{"op": "move", "from": "/data/none", "path": "/data/y"}]), (CONFIG, [{"op": "copy", "from": "/none", "path": "/data/y"}]),
    (POD, [{"op": "add", "path": "/spec/containers/-", "value": {"name": "z"}}]),
    (POD, [{"op": "add", "path": "/spec/containers/1", "value": {"name": "z"}}]),
    (POD, [{"op": "add", "path": "/spec/containers/3", "value": {"name": "z"}}]),
    (POD, [{"op": "add", "path": "/spec/containers/4", "value": {"name": "z"}}]),
    (POD, [{"op": "remove", "path": "/spec/containers/0"}]), (POD, [{"op": "remove", "path": "/spec/containers/7"}]),
    (POD, [{"op": "replace", "path": "/spec/containers/0/image", "value": "n"}]),
    (POD, [{"op": "test", "path": "/spec/containers/1", "value": {"image": "i:2", "name": "b"}}]),
    (POD, [{"op": "test", "path": "/spec/containers/0/ports/0/containerPort", "value": 80}]),
    (POD, [{"op": "move", "from": "/spec/containers/0", "path": "/spec/containers/2"}]),
    (POD, [{"op": "add", "path": "/metadata/labels", "value": {"only": "1"}}, {"op": "remove", "path": "/metadata/labels/only"}]),
    (POD, []),
]


def mutated(value, rng, key=""):
    """Something like a value that a patch could hold."""
    if isinstance(value, dict):
        kept = {k: mutated(v, rng, k) for k, v in value.items() if k in ("name", "containerPort", "type", "uid") or rng.random() < 0.4}
        if rng.random() < 0.15:
            kept["extra"] = rng.choice(["x", 1, None, {"deep": None, "y": 2}])
        return kept
    if isinstance(value, list):
        items = [mutated(v, rng, key) for v in value if rng.random() < 0.7]
        rng.shuffle(items)
        if items and isinstance(items[0], dict) and rng.random() < 0.2:
            items[0]["$patch"] = "delete"
        return items
    if key in ("name", "containerPort", "type", "uid", "mountPath", "ip"):
        return value
    return rng.choice([value, "changed", None, value])


def random_cases(count):
    rng = random.Random(7)
    for _ in range(count):
        thing = rng.choice([POD, DEPLOYMENT, SERVICE, NODE])
        patch = {k: mutated(v, rng) for k, v in thing.items() if k in ("spec", "status")}
        yield ("strategic", thing, patch)
        yield ("merge", thing, patch)


def by_kubectl(case):
    number, (kind, thing, patch) = case
    path = os.path.join(WORK, f"{number}.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(thing, file)
    done = subprocess.run(["kubectl", "patch", "--local", "-f", path, f"--type={kind}", "-p", json.dumps(patch), "-o", "json"],
                          capture_output=True, text=True, encoding="utf-8", check=False)
    return (json.loads(done.stdout), "") if done.returncode == 0 else (None, done.stderr.strip())


def main():
    cases = [("strategic", *c) for c in STRATEGIC] + [("merge", *c) for c in MERGE] + [("json", *c) for c in JSON]
    cases += list(random_cases(60))
    lines = "".join(json.dumps({"type": t, "object": o, "patch": p}) + "\n" for t, o, p in cases)
    ours = subprocess.run([APPLY], input=lines, capture_output=True, text=True, encoding="utf-8", check=True).stdout.splitlines()
    with ThreadPoolExecutor(4) as pool:
        theirs = list(pool.map(by_kubectl, enumerate(cases)))
    wrong = refused = 0
    for (kind, thing, patch), mine, (result, why) in zip(cases, ours, theirs, strict=True):
        refused += result is None
        got = None if mine == "refused" else json.loads(mine)
        if got == result:
            continue
        wrong += 1
        print(f"{kind} patch {json.dumps(patch)} on {thing['kind']}:\n  kubectl: {json.dumps(result) if result else why}\n  Bulwark: {mine}")
    print(f"{len(cases)} patches, {refused} of them refused by kubectl; {wrong} differences")
    # Both ways must have been walked.
    return 1 if wrong or not 5 < refused < len(cases) / 2 else 0


if __name__ == "__main__":
    sys.exit(main())

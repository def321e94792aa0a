"""Serves a twin of a few manifests and does with kubectl what people do."""

import json
import os
import re
import signal
import subprocess
import sys
import time

WORK, BULWARK = os.environ["work"], os.environ["bulwark"]
CONFIG = os.path.join(WORK, "config")

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: "nginx:1", ports: [{containerPort: 80}], env: [{name: A, value: "1"}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: shop}
data: {colour: red}
"""
CLUSTER = """
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Node
metadata: {name: n1, creationTimestamp: "2026-01-01T00:00:00Z", labels: {node-role.kubernetes.io/agent: ""}}
status:
  nodeInfo: {kubeletVersion: v1.33.1, osImage: Debian 12, kernelVersion: 6.1.0, containerRuntimeVersion: containerd://2.0.0}
  addresses: [{type: InternalIP, address: 10.0.0.1}]
  conditions: [{type: Ready, status: "True"}]
---
apiVersion: v1
kind: Pod
metadata: {name: cart-0, namespace: shop, labels: {app: cart}}
spec: {nodeName: n1, containers: [{name: cart, image: "cart:1"}]}
status:
  phase: Running
  podIP: 10.1.0.1
  conditions: [{type: Ready, status: "True"}]
  containerStatuses: [{name: cart, ready: true, restartCount: 2, state: {running: {}}}]
---
apiVersion: v1
kind: Pod
metadata: {name: guarded-0, namespace: shop, labels: {app: guarded}}
spec: {nodeName: n1, containers: [{name: c, image: "c:1"}]}
status: {phase: Running}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: guard, namespace: shop}
spec: {minAvailable: 1, selector: {matchLabels: {app: guarded}}}
"""

failures = []
steps = 0


def kubectl(*arguments, stdin=None):
    return subprocess.run(["kubectl", "--kubeconfig", CONFIG, *arguments], input=stdin, capture_output=True, text=True,
                          encoding="utf-8", timeout=60, check=False)


def step(command, expected, code=0, stdin=None):
    """Runs kubectl; `expected` is a regular expression that what it prints must hold."""
    global steps
    steps += 1
    arguments = command.split() if isinstance(command, str) else command
    done = kubectl(*arguments, stdin=stdin)
    text = done.stdout + done.stderr
    if done.returncode != code or re.search(expected, text, re.MULTILINE) is None:
        failures.append(f"kubectl {' '.join(arguments)}: exit code {done.returncode}, and not {expected!r} in:\n{text}")
    return done.stdout


def get(kind, name, namespace="shop"):
    return json.loads(kubectl("get", kind, name, "-n", namespace, "-o", "json").stdout)


def check(what, holds):
    global steps
    steps += 1
    if not holds:
        failures.append(f"{what} does not hold")


def reads():
    step("version", r"^Server Version: v1\.\d+")
    step("get nodes", r"^NAME +STATUS +ROLES +AGE +VERSION\nn1 +Ready +agent +\d+d +v1\.33\.1$")
    step("get nodes -o wide", r"10\.0\.0\.1 +<none> +Debian 12 +6\.1\.0 +containerd://2\.0\.0$")
    step("get pods -n shop", r"^cart-0 +1/1 +Running +2 +\d+s$")
    step("get pods -n shop -o wide", r"10\.1\.0\.1 +n1 +<none> +<none>$")
    step("get pods -A --no-headers", r"^shop +cart-0 ")
    step("get pod cart-0 -n shop -o yaml", r"^  nodeName: n1$")
    step("get pod cart-0 -n shop -o jsonpath={.status.podIP}", r"^10\.1\.0\.1$")
    step("get pods -n shop -l app=cart -o name", r"\Apod/cart-0\n\Z")
    step("get pods -A --field-selector spec.nodeName=n1,metadata.name!=cart-0 -o name", r"\Apod/guarded-0\n\Z")
    step("get pods -A --field-selector spec.colour=red", r"field label not supported: spec\.colour", 1)
    step("get pods -A --chunk-size=1 -o name", r"pod/cart-0\npod/guarded-0")
    step("get po,pdb,ns,cm -A", r"^shop +poddisruptionbudget.policy/guard +1 +N/A +0 ")
    step("get all -n shop", r"^pod/cart-0 ")
    step("get pod nothing -n shop", r'^Error from server \(NotFound\): pods "nothing" not found$', 1)
    step("get nonsense", r"the server doesn't have a resource type", 1)
    step("describe pod cart-0 -n shop", r"^Node: +n1")
    step("describe node n1", r"^  Kubelet Version: +v1\.33\.1$")
    step("api-resources --verbs=list -o name", r"^deployments\.apps$")
    step("api-versions", r"^policy/v1$")
    step("auth can-i delete pods", r"^yes$")
    step("get --raw /readyz", r"^ok$")
    step("explain pod.spec", r"^  tolerations\t<\[\]Toleration>$")
    step("explain deployment.spec.strategy.rollingUpdate", r"^FIELD: rollingUpdate <RollingUpdate>$")
    step("explain pod.spec.colour", r'field "colour" does not exist', 1)
    step("top nodes", r"^error: Metrics API not available$", 1)
    step("logs cart-0 -n shop", r"the twin runs no containers", 1)


def writes():
    step("apply -f -", r"deployment\.apps/web created\nconfigmap/settings created", stdin=WEB)
    step("apply -f -", r"deployment\.apps/web unchanged\nconfigmap/settings unchanged", stdin=WEB)
    changed = WEB.replace("nginx:1", "nginx:2").replace("red", "blue")
    step("diff -f -", r"^\+ +- image: nginx:2|^\+.*nginx:2", 1, stdin=changed)
    step("apply -f - --dry-run=server", r"deployment\.apps/web configured \(server dry run\)", stdin=changed)
    check("a dry run changes nothing", get("cm", "settings")["data"] == {"colour": "red"})
    step("apply -f -", r"deployment\.apps/web configured\nconfigmap/settings configured", stdin=changed)
    web = get("deploy", "web")
    check("what was left out is filled in", web["spec"]["strategy"]["rollingUpdate"]["maxSurge"] == "25%")
    check("a changed spec has a new generation", web["metadata"]["generation"] == 2)
    step("create -f -", r'deployments\.apps "web" already exists', 1, stdin=WEB)
    step("create -f -", r'namespaces "nowhere" not found', 1, stdin=WEB.replace("shop", "nowhere"))
    step("apply -f - --server-side", r'conflicts with "kubectl-client-side-apply" using apps/v1:\n- \.spec\.replicas$', 1, stdin=WEB.replace("replicas: 2", "replicas: 5"))
    step("apply -f - --server-side --force-conflicts", r"configmap/settings serverside-applied", stdin=changed)
    step("apply -f -", r'strict decoding error: unknown field "spec\.replicass"', 1, stdin=WEB.replace("replicas", "replicass"))
    step("create -f -", r'strict decoding error: unknown field "daata"', 1, stdin=WEB.replace("\ndata:", "\ndaata:").replace("settings", "s2"))
    step("create -f - --validate=strict --dry-run=server", r'strict decoding error: unknown field "spec\.selektor"', 1,
         stdin=CART.replace("clusterIP: None, selector", "clusterIP: None, selektor"))
    step("create -f - --validate=warn --dry-run=server", r'^Warning: unknown field "spec\.selektor"$',
         stdin=CART.replace("clusterIP: None, selector", "clusterIP: None, selektor"))
    step("create -f - --validate=false", r"configmap/s2 created", 1, stdin=WEB.replace("\ndata:", "\ndaata:").replace("settings", "s2"))
    step("scale deploy web -n shop --replicas=7", r"deployment\.apps/web scaled")
    check("it is scaled", get("deploy", "web")["spec"]["replicas"] == 7)
    step(["patch", "deploy", "web", "-n", "shop", "-p", '{"spec":{"template":{"spec":{"containers":[{"name":"web","image":"nginx:3"}]}}}}'],
         r"patched$")
    container = get("deploy", "web")["spec"]["template"]["spec"]["containers"][0]
    check("a strategic merge keeps the rest", container["image"] == "nginx:3" and container["env"] == [{"name": "A", "value": "1"}])
    step(["patch", "cm", "settings", "-n", "shop", "--type=merge", "-p", '{"data":{"colour":null,"size":"9"}}'], r"patched$")
    step(["patch", "cm", "settings", "-n", "shop", "--type=json", "-p", '[{"op":"add","path":"/data/x","value":"y"}]'], r"patched$")
    check("both are there", get("cm", "settings")["data"] == {"size": "9", "x": "y"})
    step(["patch", "deploy", "web", "-n", "shop", "--type=merge", "-p", '{"spec":{"selector":{"matchLabels":{"a":"b"}}}}'],
         r"field is immutable", 1)
    step("label cm settings -n shop tier=front", r"labeled$")
    step("label cm settings -n shop tier=back", r"already has a value", 1)
    step("annotate cm settings -n shop note=x", r"annotated$")
    step("get cm -n shop -l tier=front -o name", r"^configmap/settings$")
    step("set image deploy/web -n shop web=nginx:4", r"image updated$")
    step("rollout restart deploy/web -n shop", r"restarted$")
    step("wait --for=jsonpath={.spec.replicas}=7 deploy/web -n shop", r"condition met$")
    # kubectl writes these in protobuf.
    step("create deployment other -n shop --image=i --replicas=3 --port=80", r"created$")
    check("its protobuf is read", get("deploy", "other")["spec"]["replicas"] == 3)
    step("create configmap made -n shop --from-literal=a=b", r"created$")
    check("and a map", get("cm", "made")["data"] == {"a": "b"})
    step("create secret generic hidden -n shop --from-literal=a=b", r"created$")
    check("and bytes", get("secret", "hidden")["data"] == {"a": "Yg=="})
    step("create service nodeport door -n shop --tcp=80:8080", r"created$")
    check("and numbers or texts", get("svc", "door")["spec"]["ports"][0]["targetPort"] == 8080)
    step("create job once -n shop --image=i -- true", r"created$")
    step(["create", "cronjob", "often", "-n", "shop", "--image=i", "--schedule=* * * * *"], r"created$")
    step("create pdb b -n shop --selector=app=web --min-available=50%", r"created$")
    step("create ingress i -n shop --rule=a.b/c=web:80", r"created$")
    step("create role r -n shop --verb=get --resource=pods", r"created$")
    step("create rolebinding rb -n shop --role=r --user=u", r"created$")
    step("create quota q -n shop --hard=cpu=1,pods=2", r"created$")
    step("create priorityclass p --value=100", r"created$")
    step("create sa robot -n shop", r"created$")
    step("create token robot -n shop", r"^twin\.")
    step("autoscale deploy other -n shop --min=2 --max=5", r"autoscaled$")
    step("get hpa,job,cronjob,ing,role,quota,sa -n shop", r"^horizontalpodautoscaler\.autoscaling/other +Deployment/other .* 2 +5 ")


CART = """
apiVersion: v1
kind: Service
metadata: {name: carts, namespace: shop}
spec: {clusterIP: None, selector: {app: db}, ports: [{name: sql, port: 5432, targetPort: sql}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec:
  replicas: 2
  serviceName: carts
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      terminationGracePeriodSeconds: 1
      containers: [{name: db, image: "db:1", ports: [{name: sql, containerPort: 15432}]}]
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 2Gi}}}
"""


def services_and_claims():
    step("apply -f -", r"service/carts created\nstatefulset\.apps/db created", stdin=CART)
    step("rollout status sts/db -n shop --timeout=30s", r"roll out complete: 2 new pods")
    step("wait --for=jsonpath={.subsets[0].addresses[1].hostname} endpoints/carts -n shop --timeout=20s", r"condition met$")
    text = step("get endpoints,endpointslices,pvc -n shop", r"^endpoints/carts +10\.244\.\d+\.\d+:15432,10\.244\.\d+\.\d+:15432 +\d+")
    check(f"the slice shows the same, in {text}", re.search(r"^endpointslice\.discovery\.k8s\.io/carts-\w{5} +IPv4 +15432 +10\.244\.\d+\.\d+,10\.244", text, re.MULTILINE))
    check(f"each pod has its claim, in {text}", len(re.findall(r"^persistentvolumeclaim/data-db-[01] +Bound +pvc-\S+ +2Gi +RWO ", text, re.MULTILINE)) == 2)
    step("describe svc carts -n shop", r"^Endpoints: +10\.244\.\d+\.\d+:15432,10\.244")
    step("scale sts db -n shop --replicas=1", r"scaled$")
    step("wait --for=delete pod/db-1 -n shop --timeout=20s", r"condition met$|^$")
    step("wait --for=jsonpath={.endpoints[0].targetRef.name}=db-0 endpointslices -n shop -l kubernetes.io/service-name=carts --timeout=20s", r"condition met$")
    step("get pvc -n shop -o name", r"\Apersistentvolumeclaim/data-db-0\npersistentvolumeclaim/data-db-1\n\Z")
    step("delete svc/carts sts/db -n shop", r'service "carts" deleted\nstatefulset\.apps "db" deleted')
    step("get endpoints,endpointslices -n shop -o name", r"^(?!.*carts)")


def nodes():
    step("cordon n1", r"node/n1 cordoned")
    step("get node n1", r"^n1 +Ready,SchedulingDisabled ")
    step("taint node n1 a=b:NoSchedule", r"tainted$")
    step("drain n1 --force --timeout=2s", r"Cannot evict pod as it would violate the pod's disruption budget\.", 1)
    step("get pod cart-0 -n shop", r'pods "cart-0" not found', 1)
    step("get pod guarded-0 -n shop -o name", r"\Apod/guarded-0\n\Z")
    # The other budget's pods could go nowhere: there is no second node.
    step("delete pdb guard b -n shop", r'"guard" deleted\n.*"b" deleted')
    step("drain n1 --force --timeout=20s", r"node/n1 drained$")
    step("get pods -n shop -l app=web --field-selector=status.phase=Pending -o name", r"pod/web-")
    step("uncordon n1", r"uncordoned$")
    step("taint node n1 a-", r"untainted$")
    step("rollout status deploy/web -n shop --timeout=30s", r"successfully rolled out")


def rollouts():
    step("set image deploy/web -n shop web=nginx:5", r"image updated$")
    step("rollout status deploy/web -n shop --timeout=30s", r"new replicas have been updated(.|\n)*successfully rolled out$")
    text = step("rollout history deploy/web -n shop", r"^REVISION")
    check(f"there is a history, in {text}", len(re.findall(r"^\d+ +<none>$", text, re.MULTILINE)) >= 2)
    before = get("deploy", "web")["metadata"]["annotations"]["deployment.kubernetes.io/revision"]
    step("rollout undo deploy/web -n shop", r"rolled back$")
    step("rollout status deploy/web -n shop --timeout=30s", r"successfully rolled out$")
    web = get("deploy", "web")
    check("it is back", web["spec"]["template"]["spec"]["containers"][0]["image"] == "nginx:4")
    check("as the newest", int(web["metadata"]["annotations"]["deployment.kubernetes.io/revision"]) == int(before) + 1)
    images = {pod["spec"]["containers"][0]["image"] for pod in
              json.loads(kubectl("get", "pods", "-n", "shop", "-l", "app=web", "-o", "json").stdout)["items"] if "deletionTimestamp" not in pod["metadata"]}
    check(f"and so are its pods, not {images}", images == {"nginx:4"})


def watches():
    watch = subprocess.Popen(["kubectl", "--kubeconfig", CONFIG, "get", "cm", "-n", "shop", "--watch", "--output-watch-events"],
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    time.sleep(1)
    step("create configmap seen -n shop", r"created$")
    step("label cm seen -n shop a=b", r"labeled$")
    step("delete cm seen -n shop", r"deleted")
    time.sleep(1)
    watch.send_signal(signal.SIGINT)
    text = watch.communicate(timeout=20)[0]
    check(f"a watch tells what happens, not {text}", re.search(r"ADDED +seen .*\nMODIFIED +seen .*\nDELETED +seen ", text))
    check(f"and what was there first, with one head: {text}", text.count("EVENT") == 1 and re.search(r"ADDED +settings ", text))


def definitions():
    definition = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "tenants.example.org"},
                  "spec": {"group": "example.org", "scope": "Cluster",
                           "names": {"plural": "tenants", "singular": "tenant", "kind": "Tenant", "shortNames": ["tn"]},
                           "versions": [{"name": "v1", "served": True, "storage": True,
                                         "additionalPrinterColumns": [{"name": "Size", "type": "integer", "jsonPath": ".spec.size"}],
                                         "schema": {"openAPIV3Schema": {"type": "object"}}}]}}
    step("apply -f -", r"tenants\.example\.org created", stdin=json.dumps(definition))
    step("wait --for=condition=Established crd/tenants.example.org", r"condition met$")
    tenant = {"apiVersion": "example.org/v1", "kind": "Tenant", "metadata": {"name": "t"}, "spec": {"size": 3}}
    step("apply -f -", r"tenant\.example\.org/t created", stdin=json.dumps(tenant))
    step("get tn", r"^NAME +SIZE\nt +3$")
    step("delete crd tenants.example.org", r"deleted$")


def clock():
    def turn(*words):
        return subprocess.run([BULWARK, "twin", "clock", *words, "--kubeconfig", CONFIG], capture_output=True, text=True, check=False)

    check("the clock runs", "running at 60x" in turn().stdout)
    check("the clock is paused", "paused" in turn("pause").stdout)
    before = turn("show").stdout.split()[0]
    after = turn("step", "25h").stdout.split()[0]
    check(f"a step is as long as it was said to be: {before} to {after}", before[:10] < after[:10])
    step("get cm settings -n shop", r"^settings +2 +25h$")
    check("nonsense is refused", turn("jump").returncode == 2)
    check("the clock runs again", "running at 2x" in turn("run", "--speed", "2x").stdout)


def main():
    folder = os.path.join(WORK, "cluster")
    os.mkdir(folder)
    with open(os.path.join(folder, "all.yaml"), "w", encoding="utf-8") as file:
        file.write(CLUSTER)
    server = subprocess.Popen([BULWARK, "twin", "serve", folder, "--kubeconfig-out", CONFIG, "--speed", "60x"],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        told = server.stdout.readline()
        check(f"it says what to do: {told}", told == f"export KUBECONFIG={CONFIG}\n")
        reads()
        writes()
        watches()
        definitions()
        services_and_claims()
        nodes()
        rollouts()
        clock()
        step("delete -f - --wait=true", r'configmap "settings" deleted', stdin=WEB)
        step("delete ns shop --timeout=20s", r'namespace "shop" deleted')
        step("get ns shop", r'namespaces "shop" not found', 1)
    finally:
        server.send_signal(signal.SIGINT)
        errors = server.communicate(timeout=20)[1]
    check(f"it ends in good order, not with {server.returncode}: {errors}", server.returncode == 0)
    check("its kubeconfig is gone", not os.path.exists(CONFIG))
    for failure in failures:
        print(failure)
    print(f"{steps} steps with kubectl, {len(failures)} of them wrong")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

"""The manifests of the oracle of decoding: those of the repository, one for each field with each odd value, and
random ones."""

import dataclasses
import glob
import itertools
import json
import os
import random
import re

from decoding_exceptions import TIMES, belongs_to_another_type

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")

# As kubectl registers them. Custom resources, their definitions and APIServices are not in its scheme.
VERSIONS = {
    ("", "Pod"): ["v1"], ("", "PodTemplate"): ["v1"], ("", "ReplicationController"): ["v1"],
    ("apps", "Deployment"): ["apps/v1", "apps/v1beta1", "apps/v1beta2"],
    ("extensions", "Deployment"): ["extensions/v1beta1"],
    ("apps", "ReplicaSet"): ["apps/v1"], ("extensions", "ReplicaSet"): ["extensions/v1beta1"],
    ("apps", "StatefulSet"): ["apps/v1", "apps/v1beta1"],
    ("apps", "DaemonSet"): ["apps/v1"], ("extensions", "DaemonSet"): ["extensions/v1beta1"],
    ("batch", "Job"): ["batch/v1"], ("batch", "CronJob"): ["batch/v1", "batch/v1beta1"],
    ("", "Namespace"): ["v1"], ("", "Node"): ["v1"], ("", "ServiceAccount"): ["v1"],
    ("rbac.authorization.k8s.io", "Role"): ["rbac.authorization.k8s.io/v1"],
    ("rbac.authorization.k8s.io", "ClusterRole"): ["rbac.authorization.k8s.io/v1"],
    ("rbac.authorization.k8s.io", "RoleBinding"): ["rbac.authorization.k8s.io/v1"],
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"): ["rbac.authorization.k8s.io/v1"],
    ("networking.k8s.io", "NetworkPolicy"): ["networking.k8s.io/v1"],
    ("extensions", "NetworkPolicy"): ["extensions/v1beta1"],
    ("", "Service"): ["v1"],
    ("networking.k8s.io", "Ingress"): ["networking.k8s.io/v1", "networking.k8s.io/v1beta1"],
    ("extensions", "Ingress"): ["extensions/v1beta1"],
    ("policy", "PodDisruptionBudget"): ["policy/v1", "policy/v1beta1"],
    ("discovery.k8s.io", "EndpointSlice"): ["discovery.k8s.io/v1", "discovery.k8s.io/v1beta1"],
    ("", "ConfigMap"): ["v1"], ("", "Secret"): ["v1"], ("", "ResourceQuota"): ["v1"], ("", "LimitRange"): ["v1"],
    ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"): ["admissionregistration.k8s.io/v1"],
    ("admissionregistration.k8s.io", "MutatingWebhookConfiguration"): ["admissionregistration.k8s.io/v1"],
    ("autoscaling", "HorizontalPodAutoscaler"): ["autoscaling/v2", "autoscaling/v1"],
    ("", "PersistentVolumeClaim"): ["v1"],
    ("scheduling.k8s.io", "PriorityClass"): ["scheduling.k8s.io/v1"],
}

ODD = """null|~||''|""|abc|"5"|'0'|0|5|-1|1e3|2.0|1.5|0.5|-0|0x10|0644|0o17|1_000|2147483647|2147483648|-2147483648
-2147483649|9223372036854775807|9223372036854775808|-9223372036854775808|9007199254740993|1e15|1e18|1e400|true|"true"
yes|off|False|y|[]|{}|[null]|[{}]|[abc]|[5]|[[]]|[true]|[a, null, b]|{a: b}|{a: null}|{a: 1}|{a: true}|{a: [x]}
{a: {}}|{a: 100m}|{a: 0.5}|{a: ' 1'}|{a: x, a: y}|{a: x, a: null}|{a: 1e3, b: 1.50Gi}|100m|1Gi|0.1|1e-3|"1e3"|' 1 '
-1Ki|1.0000000001|.5|5.|12E|12e|25%|"25%"|80%|http|2001-01-01|!!str 5|!!int "5"|!!str ''|!!binary aGk=
"\\u00e9\\n"|<<"""
ODD = [value for line in ODD.splitlines() for value in line.split("|")]

RIGHT = {
    "text": ["abc", "''", '"5"', "'true'", "null", "a b", "100m", "caf\u00e9", "8e", "1.2.3"],
    "boolean": ["true", "false", "null", "yes", "Off", "TRUE"],
    "integer": ["0", "1", "-5", "1e3", "2.0", "null", "0x1F", "0644", "1_000", "9223372036854775807"],
    "integer32": ["0", "1", "-5", "1e3", "2.0", "null", "0x1F", "0644", "1_000", "2147483647"],
    "int or string": ["0", "80", "'80'", "25%", "http", "null", "1e3", "''"],
    "quantity": ["1", "0.5", "1e3", "100m", "'1Gi'", "null", "1500M", "0", "1.5Ki", "1e-3", "' 2'", "-1"],
    "labels": ["{}", "null", "{a: b}", "{a: null, b.c/d: 'true'}", "{a: '', 'b c': d}", "{a: x, a: y}"],
    "quantities": ["{}", "null", "{cpu: 1, memory: 1.5Gi}", "{cpu: null}", "{cpu: 1e3, x/y: '0.5'}",
                   "{memory: 1025Mi, cpu: 0.10}", "{memory: 1e3Ki}"],
    "texts": ["[]", "null", "[a]", "[a, null, 'b']", "['', '*']"],
    "integers": ["[]", "null", "[1]", "[1, null, 2e3]"],
    "present": ["null", "{}"],
    "keys": ["null", "{}", "{a: aGk=}", "{a: aGk=, b: null}"],
}
# Not 1e3 for an integer, and no key twice: the `set` commands read a JSON file straight into Go's types, while
# `apply` and Bulwark read it as a map first, in which 1e3 is 1000 and the last of equal keys counts.
RIGHT_JSON = {
    "text": ["abc", "", "5", None], "boolean": [True, False, None], "integer": [0, 1, -5, 1 << 40],
    "integer32": [0, 7, None], "int or string": [80, "http", "25%", None], "quantity": ["1Gi", 1, 0.5, None],
    "labels": [{}, {"a": "b"}, {"a": None}, {"a\n": "\u00e9"}],
    "quantities": [{"cpu": 1, "memory": "1Gi"}, {}, {"cpu": 1.25}, {"x": 1000000}],
    "texts": [["a"], [], [None]], "integers": [[1], [None]], "present": [None], "keys": [None, {}, {"a": "aGk="}],
}
# Fields whose API type is something else than a struct, and of which Bulwark keeps no value.
PRESENT_LISTS = {"matchConditions"}
PRESENT_TEXTS = {"caBundle"}


@dataclasses.dataclass
class Case:
    kind: str
    api_version: str
    text: str
    json: bool = False
    about_account: bool = False
    name: str = ""  # no other case has it; empty for those of the repository


NAME = "a-name-of-its-own"


def document(api_version, kind, body):
    body = body if body.startswith("metadata: ") else f"metadata: {{name: {NAME}}}, " + body
    # kubectl takes for JSON what begins with a brace.
    return f"# made up\n{{apiVersion: {api_version}, kind: {kind}, {body}}}\n"


class Generator:
    def __init__(self, fields):
        self.types, self.metadata = fields["types"], fields["metadata"]
        self.kinds = [(kind, api_version) for kind in fields["kinds"]
                      for api_version in VERSIONS.get((kind["group"], kind["name"]), [])]
        self.random = random.Random(20)

    def ways(self, number, prefix=()):
        """Shortest way to each type below, as (name, is a list) steps."""
        waiting, found = [(number, prefix)], {}
        while waiting:
            number, way = waiting.pop(0)
            if number in found:
                continue
            found[number] = way
            for name, field in self.types[number]["fields"].items():
                if "of" in field:
                    waiting.append((field["of"], way + ((name, field["shape"] == "objects"),)))
        return found

    def each_field(self):
        """Each field of each type with odd values, in the first kind that has it."""
        done = set()
        for kind, api_version in self.kinds:
            for number, way in self.ways(kind["type"]).items():
                for name, field in self.types[number]["fields"].items():
                    path = ".".join([step for step, _ in way] + [name])
                    if (number, name) in done or number == self.metadata or belongs_to_another_type(
                            kind["name"], api_version, path):
                        continue
                    done.add((number, name))
                    yield from self.odd_values(kind["name"], api_version, way, name, field)
        for name, field in self.types[self.metadata]["fields"].items():
            yield from self.odd_values("Deployment", "apps/v1",
                                       (("spec", False), ("template", False), ("metadata", False)), name, field)

    def odd_values(self, kind, api_version, way, name, field):
        if field["shape"] == "not kept":
            return
        values = RIGHT.get(field["shape"], ["null", "{}", "[]", "[null]"]) + self.random.sample(ODD, 14)
        if field["shape"] == "present":
            values = ["null", "[]" if name in PRESENT_LISTS else "''" if name in PRESENT_TEXTS else "{}"]
        if field["shape"] == "keys":
            values = RIGHT["keys"] + ["abc", "5", "[]", "[a]", "true"]
        account = name == "serviceAccountName"
        for value in values:
            inner = f"{name}: {value}"
            if account:
                inner += ", containers: [{name: a}]"
            for step, is_list in reversed(way):
                inner = f"{step}: [{{{inner}}}]" if is_list else f"{step}: {{{inner}}}"
            yield Case(kind, api_version, document(api_version, kind, inner), about_account=account)

    def spellings(self):
        """Names of fields that are nearly right, fields that are there twice, and fields that nobody knows."""
        pods = ["Containers: 5", "hostnetwork: x", "HostNetwork: 5", "containers: [{Image: 5, image: a}]",
                "hostNetwork: x, hostNetwork: true", "hostNetwork: true, hostNetwork: x",
                "hostNetwork: true, hostNetwork: null", "priority: 5, priority: null, nodeName: a",
                "securityContext: {runAsUser: 1}, securityContext: {runAsGroup: 2}", "x: [1, {a: b}], nodeName: a",
                "containers: [{name: a}], containers: null", "'hostNetwork': true", '"host\\u004eetwork": true',
                "? nodeName\n: a", "nodeSelector: &a {x: y}, overhead: {}", "<<: {nodeName: a}, hostPID: true"]
        for inner in pods:
            yield Case("Pod", "v1", document("v1", "Pod", f"spec: {{{inner}}}"))
            yield Case("Job", "batch/v1", document("batch/v1", "Job", f"spec: {{template: {{spec: {{{inner}}}}}}}"))
        for body in ("spec: null", "spec: []", "spec: ''", "metadata: null", "metadata: {}", "metadata: {name: 5}",
                     "metadata: {name: x}, metadata: {name: y}", "Spec: 5", "spec: {}, spec: 5", "spec: 5, spec: {}",
                     "status: {}"):
            yield Case("Deployment", "apps/v1", document("apps/v1", "Deployment", body))

    def value(self, field, name, depth, oddity, path):
        shape = field["shape"]
        if oddity and self.random.random() < oddity and shape not in ("present", "keys"):
            return self.random.choice(ODD)
        if shape == "object":
            return self.random.choice(["null", "{}"]) if self.random.random() < 0.1 else self.map(
                field["of"], depth - 1, oddity, path)
        if shape == "objects":
            count = self.random.choice([0, 1, 1, 2])
            items = [self.map(field["of"], depth - 1, oddity, path) if self.random.random() > 0.03 else "null"
                     for _ in range(count)]
            return "null" if self.random.random() < 0.05 else f"[{', '.join(items)}]"
        if name in PRESENT_LISTS:
            return "[]"
        if name in PRESENT_TEXTS:
            return "null"
        if name in TIMES:
            return self.random.choice(["'2026-03-01T10:00:00Z'", "2026-03-01T10:00:00Z", "null"])
        return self.random.choice(RIGHT[shape])

    def map(self, number, depth, oddity, path, must=(), without=()):
        """`path`: kind, apiVersion and the names so far. `must`: fields that are always there."""
        fields = [(name, field) for name, field in self.types[number]["fields"].items()
                  if field["shape"] != "not kept" and name not in without and (depth > 0 or "of" not in field)
                  and not belongs_to_another_type(path[0], path[1], ".".join([*path[2:], name]))]
        share = max(0.15, min(0.5, 4 / (len(fields) + 1)))
        chosen = [each for each in fields if each[0] in must or self.random.random() < share]
        self.random.shuffle(chosen)
        return "{" + ", ".join(f"{name}: {self.value(field, name, depth, oddity, (*path, name))}"
                               for name, field in chosen) + "}"

    def whole(self, count):
        for i in range(count):
            kind, api_version = self.kinds[i % len(self.kinds)]
            oddity = self.random.choice([0, 0, 0.02])
            way = (kind["name"], api_version)
            inner = self.map(kind["type"], 9, oddity, way, must=("spec", "template", "rules", "subjects"))[1:-1]
            metadata = self.map(self.metadata, 3, oddity, (*way, "metadata"), without=("name",))[1:-1]
            metadata = f"metadata: {{name: {NAME}, {metadata}}}"
            yield Case(kind["name"], api_version, document(api_version, kind["name"], f"{metadata}, {inner}"))

    def as_json(self, count):
        """Objects as JSON files."""
        def value(number, depth, path):
            made = {}
            for name, field in self.types[number]["fields"].items():
                if field["shape"] == "not kept" or self.random.random() < 0.6 or (depth == 0 and "of" in field):
                    continue
                way = (*path, name)
                if belongs_to_another_type(path[0], path[1], ".".join(way[2:])):
                    continue
                if field["shape"] == "object":
                    made[name] = value(field["of"], depth - 1, way)
                elif field["shape"] == "objects":
                    made[name] = [value(field["of"], depth - 1, way) for _ in range(self.random.choice([1, 2]))]
                else:
                    made[name] = None if name in TIMES else self.random.choice(RIGHT_JSON[field["shape"]])
            return made

        for i in range(count):
            kind, api_version = self.kinds[i % len(self.kinds)]
            made = {"apiVersion": api_version, "kind": kind["name"], "metadata": {"name": NAME},
                    **value(kind["type"], 6, (kind["name"], api_version))}
            yield Case(kind["name"], api_version, json.dumps(made, indent=i % 3 or None), json=True)


def of_repository(known):
    """The fixtures of the checks and the examples, document by document."""
    paths = glob.glob("src/posture/checks/*/*/*.yaml", root_dir=ROOT) + glob.glob(
        "examples/**/*.yaml", root_dir=ROOT, recursive=True)
    for path in sorted(paths):
        with open(os.path.join(ROOT, path), encoding="utf-8", newline="") as file:
            text = file.read()
        for part in re.split(r"(?m)^---.*\n", text):
            api_version = re.search(r"(?m)^apiVersion:\s*['\"]?([\w./-]+)", part)
            kind = re.search(r"(?m)^kind:\s*['\"]?(\w+)", part)
            if api_version and kind and (kind[1], api_version[1]) in known:
                yield Case(kind[1], api_version[1], part)


def all_cases(fields):
    generator = Generator(fields)
    known = {(kind, version) for (_, kind), versions in VERSIONS.items() for version in versions}
    yield from of_repository(known)
    made = itertools.chain(generator.each_field(), generator.spellings(), generator.whole(3000),
                           generator.as_json(600))
    for number, case in enumerate(made):
        case.name = f"made-up-{number}"
        case.text = case.text.replace(NAME, case.name)
        yield case

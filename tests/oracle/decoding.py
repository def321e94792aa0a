"""Asks kubectl and Bulwark what manifests say, and compares.

kubectl's `set` commands read manifests into Go's types without a cluster, and print the objects with one change. So
its refusals are compared for all kinds that it knows, and what it read for those that a `set` command prints."""

import json
import os
import re
import subprocess
import sys

import decoding_cases
from decoding_exceptions import (ALWAYS_PRINTED, LEFT_OUT_WHEN_ZERO, POINTERS_TO_TEXT, STRUCTS,
                                 belongs_to_another_type, excuse_for_refusal)

WORK, DECODE = os.environ["work"], os.environ["decode"]
ACCOUNT = "set-by-the-oracle"
WORKLOADS = ("Pod", "ReplicationController", "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob")
BINDINGS = ("RoleBinding", "ClusterRoleBinding")
ZERO = {"text": "", "boolean": False, "integer": 0, "integer32": 0, "int or string": 0, "quantity": "0"}


def pod_spec_of(theirs):
    spec = theirs.setdefault("spec", {})
    if theirs["kind"] == "Pod":
        return spec
    if theirs["kind"] == "CronJob":
        spec = spec.setdefault("jobTemplate", {}).setdefault("spec", {})
    return spec.setdefault("template", {}).setdefault("spec", {})


def set_account(ours):
    pod_spec_of(ours)["serviceAccountName"] = ACCOUNT


def add_variable(ours):
    for container in pod_spec_of(ours).get("containers", []):
        container.setdefault("env", []).append({"name": "ORACLE", "value": "x"})


def add_subject(ours):
    ours.setdefault("subjects", []).append(
        {"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": ACCOUNT})


def set_selector(ours):
    ours.setdefault("spec", {})["selector"] = {"a": "b"}


# The command, the same change made to what Bulwark read, and whether a kind is one that the command prints.
COMMANDS = {
    "workload": (["set", "serviceaccount", ACCOUNT], set_account),
    "account": (["set", "env", "ORACLE=x"], add_variable),
    "binding": (["set", "subject", f"--user={ACCOUNT}"], add_subject),
    "service": (["set", "selector", "a=b"], set_selector),
    "refusal": (["set", "serviceaccount", ACCOUNT], None),
}


def command_for(case):
    if case.kind in WORKLOADS:
        return "account" if case.about_account else "workload"
    if case.kind in BINDINGS:
        return "binding"
    return "service" if case.kind == "Service" else "refusal"


def kubectl(folder, arguments):
    done = subprocess.run(["kubectl", *arguments, "--local", "-f", folder, "-o", "json"], capture_output=True, check=False,
                          text=True, encoding="utf-8", errors="replace", env={**os.environ, "KUBECONFIG": "/dev/null"})
    objects, at, decoder = [], 0, json.JSONDecoder()
    while done.stdout[at:].strip():
        value, at = decoder.raw_decode(done.stdout, at)
        objects.append(value)
        at += len(done.stdout[at:]) - len(done.stdout[at:].lstrip())
    return objects, done.stderr


def refusals(folder, errors):
    """{file: why} of kubectl's complaints that it could not read a file."""
    refused = {}
    for line in errors.splitlines():
        for start in ("unable to decode ", "error parsing "):
            at = line.find(start)
            if at >= 0:
                name, _, why = line[at + len(start):].strip().partition(": ")
                refused[os.path.basename(name.strip('"'))] = why
    return refused


class Comparison:
    """Compares two objects by the types that Bulwark lists."""

    def __init__(self, case, types, quantities):
        self.kind, self.api_version = case.kind, case.api_version
        self.types, self.quantities = types, quantities
        self.seen, self.wrong = set(), []

    def object(self, number, theirs, ours, path):
        type_ = self.types[number]
        theirs, ours = theirs or {}, ours or {}
        for name, field in type_["fields"].items():
            if field["shape"] in ("not kept", "present", "keys"):
                continue
            at = f"{path}.{name}" if path else name
            if belongs_to_another_type(self.kind, self.api_version, re.sub(r"\[\d+\]", "", at)):
                continue
            self.field(field, theirs.get(name), ours.get(name), at, (type_["name"], name))

    def field(self, field, theirs, ours, at, name):
        shape = field["shape"]
        if ours is not None and theirs is not None:
            self.seen.add(name)
        if shape == "object":
            if (theirs is None) != (ours is None) and name not in STRUCTS:
                self.differ(at, theirs, ours)
            self.object(field["of"], theirs, ours, at)
        elif shape == "objects":
            self.items(theirs, ours, at, lambda a, b, i: self.object(field["of"], a, b, f"{at}[{i}]"))
        elif shape in ("texts", "integers"):
            nothing = "" if shape == "texts" else 0
            self.items(theirs, ours, at,
                       lambda a, b, i: None if (b if b is not None else nothing) == a else self.differ(at, a, b))
        elif shape in ("labels", "quantities"):
            read = (lambda text: text) if shape == "labels" else self.quantities.get
            mine = {key: read(value) for key, value in (ours or {}).items()}
            if mine != (theirs or {}):
                self.differ(at, theirs, ours)
        else:
            self.scalar(shape, theirs, ours, at, name)

    def scalar(self, shape, theirs, ours, at, name):
        mine = self.quantities.get(ours) if shape == "quantity" and ours is not None else ours
        if type(theirs) is type(mine) and theirs == mine:
            return
        zero = ZERO[shape]
        if theirs is None and mine == zero:
            if (shape == "text" and name not in POINTERS_TO_TEXT) or name in LEFT_OUT_WHEN_ZERO:
                return
        if mine is None and theirs == zero and name in ALWAYS_PRINTED:
            return
        self.differ(at, theirs, ours)

    def items(self, theirs, ours, at, compare):
        theirs, ours = theirs or [], ours or []
        if len(theirs) != len(ours):
            self.differ(at, theirs, ours)
            return
        for i, (a, b) in enumerate(zip(theirs, ours)):
            compare(a, b, i)

    def differ(self, at, theirs, ours):
        self.wrong.append(f"{at}: kubectl {json.dumps(theirs)}, Bulwark {json.dumps(ours)}")


def texts_of_quantities(types, number, value):
    for name, field in types[number]["fields"].items():
        inner = value.get(name) if isinstance(value, dict) else None
        if inner is None:
            continue
        if field["shape"] == "quantity":
            yield inner
        elif field["shape"] == "quantities":
            yield from inner.values()
        elif field["shape"] == "object":
            yield from texts_of_quantities(types, field["of"], inner)
        elif field["shape"] == "objects":
            for item in inner:
                yield from texts_of_quantities(types, field["of"], item)


def run(arguments, lines):
    done = subprocess.run([DECODE, *arguments], input="".join(f"{line}\n" for line in lines), capture_output=True,
                          text=True, encoding="utf-8", check=True)
    return done.stdout.splitlines()


def read_with_bulwark(folder, names):
    """{file: ("refused", why) or ("object", value)}"""
    read = {}
    for line in run([folder], names):
        name, _, answer = line.partition("\t")
        if answer.startswith("refused "):
            read[name] = ("refused", answer[len("refused "):])
        else:
            read[name] = ("object", None if answer == "none" else json.loads(answer))
    return read


class Oracle:
    def __init__(self):
        fields = json.loads("".join(run(["--fields"], [])))
        self.types, self.metadata = fields["types"], fields["metadata"]
        self.kinds = {(kind["group"], kind["name"]): kind["type"] for kind in fields["kinds"]}
        self.fields = fields
        self.compared = self.refused = self.excused = self.unprinted = 0
        self.wrong, self.seen = [], set()

    def type_of(self, kind, api_version):
        return self.kinds[(api_version.rpartition("/")[0], kind)]

    def complain(self, case, what):
        self.wrong.append(f"{what}\n    {case.text.strip()[:400]}")

    def run(self, command, cases):
        arguments, change = COMMANDS[command]
        folder = os.path.join(WORK, command)
        os.mkdir(folder)
        files = {}
        for i, case in enumerate(cases):
            name = f"{i:06}.{'json' if case.json else 'yaml'}"
            files[name] = case
            with open(os.path.join(folder, name), "w", encoding="utf-8", newline="") as file:
                file.write(case.text)
        ours = read_with_bulwark(folder, files)
        quantities = self.quantities(files, ours)
        theirs = refusals(folder, kubectl(folder, arguments)[1])
        self.compare_refusals(files, theirs, ours, quantities)
        if change is None:
            return
        for name in theirs:
            os.remove(os.path.join(folder, name))
        printed, errors = kubectl(folder, arguments)
        # What it cannot make a patch for it does not print: lists whose items lack the key by which they are merged.
        unprinted = {match[1] for match in re.finditer(r"(?m)^error: [\w.]+/(\S+)\s+map: .* merge key", errors)}
        accepted = [name for name in files if name not in theirs and files[name].name not in unprinted]
        self.unprinted += len(unprinted)
        if len(printed) != len(accepted):
            self.wrong.append(f"kubectl {' '.join(arguments)} printed {len(printed)} of {len(accepted)} objects: "
                              f"{errors[:300]}")
            return
        for name, value in zip(accepted, printed):
            if ours[name][0] == "object":
                self.compare_objects(files[name], value, ours[name][1], change, quantities)

    def quantities(self, files, ours):
        texts = set()
        for name, case in files.items():
            if ours[name][0] == "object" and ours[name][1] is not None:
                texts.update(texts_of_quantities(self.types, self.type_of(case.kind, case.api_version), ours[name][1]))
        lines = sorted(text for text in texts if "\n" not in text)
        return {**dict.fromkeys(texts, "refused"), **dict(zip(lines, run(["--quantities"], lines)))}

    def compare_refusals(self, files, theirs, ours, quantities):
        for name, case in files.items():
            what, value = ours[name]
            bad = None if what == "refused" or value is None else next(
                (text for text in texts_of_quantities(self.types, self.type_of(case.kind, case.api_version), value)
                 if quantities.get(text) == "refused"), None)
            # A quantity that is none is a finding of Bulwark's, and no problem of decoding.
            refused = what == "refused" or bad is not None
            self.refused += name in theirs
            if refused == (name in theirs):
                continue
            if excuse_for_refusal(case, theirs.get(name)):
                self.excused += 1
            elif refused:
                self.complain(case, f"kubectl takes it, Bulwark says {value if what == 'refused' else bad!r}")
            else:
                self.complain(case, f"Bulwark takes it, kubectl says {theirs[name]}")

    def compare_objects(self, case, theirs, ours, change, quantities):
        comparison = Comparison(case, self.types, quantities)
        if ours is None:
            self.complain(case, "Bulwark sees no object")
            return
        change(ours)
        for key in ("kind", "apiVersion"):
            if theirs[key] != ours[key]:
                comparison.differ(key, theirs[key], ours[key])
        comparison.object(self.metadata, theirs.get("metadata"), ours.get("metadata"), "metadata")
        comparison.object(self.type_of(case.kind, case.api_version), theirs, ours, "")
        self.compared += 1
        self.seen |= comparison.seen
        if comparison.wrong:
            self.complain(case, "\n".join(comparison.wrong))


def main():
    oracle = Oracle()
    by_command = {command: [] for command in COMMANDS}
    for case in decoding_cases.all_cases(oracle.fields):
        by_command[command_for(case)].append(case)
    for command, cases in by_command.items():
        oracle.run(command, cases)
    for text in oracle.wrong[:40]:
        print(text)
    count = sum(map(len, by_command.values()))
    print(f"{count} manifests compared with kubectl: {oracle.compared} objects and {len(oracle.seen)} fields as Go's "
          f"types read them, {oracle.refused} refused, {oracle.excused} known exceptions, {len(oracle.wrong)} differ")
    enough = oracle.compared >= 4000 and oracle.refused >= 4000 and len(oracle.seen) >= 290
    return 0 if not oracle.wrong and enough else 1


sys.exit(main())

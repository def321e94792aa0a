"""Where Bulwark and kubectl are meant to differ, and what Go's types print that a manifest did not say."""

import re

# One type of Bulwark may stand for several of the API; what the type of this place does not have, Bulwark would keep.
# (kind, apiVersion, path without indices)
OTHER_TYPES = [tuple(re.compile(part) for part in each) for each in (
    # LocalObjectReference and ObjectReference have no "optional".
    ("", "", r"(imagePullSecrets|secrets|schedulingGates)\.optional$"),
    ("Deployment|DaemonSet", "", r"rollingUpdate\.partition$"),
    ("StatefulSet", "", r"rollingUpdate\.maxSurge$"),
    # EphemeralContainer has it alone.
    ("", "", r"(initContainers|\bcontainers)\.targetContainerName$"),
    # An Ingress of the beta versions and one of v1 have different names for the same.
    ("Ingress", "/v1$", r"^spec\.backend\b|[bB]ackend\.service(Name|Port)$"),
    ("Ingress", "beta", r"^spec\.defaultBackend\b|[bB]ackend\.service(\.|$)"),
    ("^Role$", "", r"^aggregationRule\b"),
)]


def belongs_to_another_type(kind, api_version, path):
    return any(a.search(kind) and b.search(api_version) and c.search(path) for a, b, c in OTHER_TYPES)


# Bulwark keeps times as texts, and only looks at them where it needs them.
TIMES = {"creationTimestamp", "deletionTimestamp", "lastTransitionTime", "startTime", "timeAdded"}


def excuse_for_refusal(case, why):
    """Whether kubectl may refuse what Bulwark takes, or the other way round (`why` is None)."""
    if why is None:
        return False
    # A time that is none is not Bulwark's business.
    if why.startswith("parsing time "):
        return True
    # Of values in a ConfigMap or a Secret nothing but the key is read.
    return case.kind in ("ConfigMap", "Secret") and bool(re.search(r"(?i)\.(data|binaryData|stringData) |base64", why))


def fields(text):
    """{(type, field)} of lines "Type: field field"."""
    lines = [line.split(":") for line in text.strip().splitlines()]
    return {(type_.strip(), name) for type_, names in lines for name in names.split()}


# Fields of Go's that are no pointers, so that nothing and zero are the same to it.
#
# With `omitempty`: zero is not printed. Of texts this is the rule, so it is the pointers that are listed.
LEFT_OUT_WHEN_ZERO = fields("""
    Container: stdin tty
    ContainerPort: hostPort
    DaemonSetSpec: minReadySeconds
    DeploymentSpec: minReadySeconds paused
    ObjectMeta: generation
    PersistentVolumeClaimVolumeSource: readOnly
    PodSpec: hostIPC hostNetwork hostPID
    JobStatus: active failed succeeded
    Probe: failureThreshold initialDelaySeconds periodSeconds successThreshold timeoutSeconds
    ReplicaSetSpec: minReadySeconds
    ReplicationControllerSpec: minReadySeconds
    ServicePort: nodePort
    StatefulSetSpec: minReadySeconds
    StatefulSetStatus: observedGeneration readyReplicas
    Status: availableReplicas observedGeneration readyReplicas replicas
    VolumeMount: readOnly
""")
POINTERS_TO_TEXT = fields("""
    Container: restartPolicy
    CronJobSpec: timeZone
    HostPathVolumeSource: type
    PodSpec: preemptionPolicy runtimeClassName
    TopologySpreadConstraint: nodeAffinityPolicy nodeTaintsPolicy
    VolumeMount: mountPropagation
    WindowsSecurityContextOptions: gmsaCredentialSpec gmsaCredentialSpecName runAsUserName
    profile: localhostProfile
""")
# Without: zero is printed, too, when the manifest says nothing.
ALWAYS_PRINTED = fields("""
    CSIVolumeSource: driver
    Condition: status type
    Container: name
    ContainerPort: containerPort
    ContainerStatus: name ready restartCount
    CronJobSpec: schedule
    EnvVar: name
    HTTPGetAction: port
    HostPathVolumeSource: path
    KeySelector: key
    LabelSelectorRequirement: key operator
    NodeSelectorRequirement: key operator
    OwnerReference: apiVersion kind name uid
    PersistentVolumeClaimVolumeSource: claimName
    PodAffinityTerm: topologyKey
    PodOS: name
    PreferredSchedulingTerm: weight
    RoleRef: apiGroup kind name
    ServiceAccountTokenProjection: path
    ServicePort: port targetPort
    StatefulSetOrdinals: start
    StatefulSetSpec: serviceName
    StatefulSetStatus: availableReplicas replicas
    Status: availableReplicas replicas
    Subject: kind name
    Sysctl: name value
    TCPSocketAction: port
    TopologySpreadConstraint: maxSkew topologyKey whenUnsatisfiable
    Volume: name
    VolumeDevice: devicePath name
    VolumeMount: mountPath name
    WeightedPodAffinityTerm: weight
    profile: type
    reference: name
""")
# Structs: printed with what is always printed in them.
STRUCTS = fields("""
    Container: resources
    ContainerStatus: state
    PreferredSchedulingTerm: preference
    StatefulSetSpec: ordinals
    WeightedPodAffinityTerm: podAffinityTerm
""")

// Node, conditions other than Ready: the kubelet's pressures and the cloud's NetworkUnavailable are "True" when
// something is wrong, and so are those of AKS's Node Problem Detector.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "posture/check.h"

namespace bulwark::posture {

namespace {

struct Fault {
  std::string_view type, meaning;
};
constexpr std::array faults{
    Fault{"MemoryPressure", "memory runs out, and the kubelet evicts pods"},
    Fault{"DiskPressure", "the disk fills up, and the kubelet evicts pods"},
    Fault{"PIDPressure", "process ids run out, and the kubelet evicts pods"},
    Fault{"NetworkUnavailable", "the network of the node is not set up"},
    Fault{"KernelDeadlock", "the kernel hangs"},
    Fault{"ReadonlyFilesystem", "a file system became read-only"},
    Fault{"FilesystemCorruptionProblem", "a file system is damaged"},
    Fault{"ContainerRuntimeProblem", "the container runtime does not work"},
    Fault{"KubeletProblem", "the kubelet does not work"},
};

void run(const kube::Object& object, Reporter& report) {
  const auto conditions = kube::as<kube::Node>(object)->status.conditions;
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    if (conditions[i].status != "True") continue;
    const auto fault = std::find_if(faults.begin(), faults.end(),
                                    [&](const Fault& each) { return each.type == conditions[i].type; });
    if (fault == faults.end()) continue;
    const std::string_view reason = conditions[i].reason;
    report
        .broken(FieldPath("status") / "conditions" / i / "status",
                fmt::format("{}: {}{}", fault->type, fault->meaning,
                            reason.empty() ? std::string() : fmt::format(" (reason \"{}\")", reason)))
        .no_fix("the node must be repaired, or its load made less");
  }
}

}  // namespace

extern const Check node_pressure;
const Check node_pressure{
    .about = {.id = "node-pressure",
              .aliases = {},
              .chapter = finding::Chapter::linux_node_updates,
              .severity = finding::Severity::medium,
              .title = "No node is short of memory, disk or process ids, or has another problem",
              .effect =
                  "The kubelet evicts pods without regard to disruption budgets, and the node takes none of those "
                  "that an upgrade moves.",
              .remedy =
                  "Look at the node with kubectl describe node; give pods requests, or the pool more or larger "
                  "nodes.",
              .sources = {{"Kubernetes: node-pressure eviction",
                           "https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/"},
                          {"AKS: node problem detector",
                           "https://learn.microsoft.com/azure/aks/node-problem-detector"}},
              .mappings = {{finding::Framework::guide, "Process Linux node updates"}}},
    .rule = ObjectRule{{kube::ResourceKind::node}, run},
};

}  // namespace bulwark::posture

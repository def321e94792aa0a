// For tests of the Pod Security Standards only.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "posture/scanner.h"

namespace bulwark::posture {

// A pod that is admitted everywhere, with places to put something else.
struct MinimalPod {
  std::string annotations;
  std::string spec;
  std::string pod_context = "runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}";
  std::string container;
  std::string context = "allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}";
  std::string list = "containers";  // where the container with the change stands

  std::string text() const {
    const auto joined = [](std::string_view more) { return more.empty() ? "" : std::string(more) + ", "; };
    const std::string changed =
        "{name: it, image: it, " + joined(container) + "securityContext: {" + context + "}}";
    const std::string plain =
        "{name: web, image: web, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}";
    const std::string lists = list == "containers" ? "containers: [" + plain + ", " + changed + "]"
                                                   : list + ": [" + changed + "], containers: [" + plain + "]";
    return "{apiVersion: v1, kind: Pod, metadata: {name: it, annotations: {" + annotations + "}}, spec: {" +
           joined(spec) + "securityContext: {" + pod_context + "}, " + lists + "}}";
  }
};

// The controls of the standard that the selection's checks find broken in a manifest; a document that cannot be
// read gives "error: ..." among them, and a verdict that is no clear one "unknown: ...".
inline std::set<std::string> forbidden_controls(const std::string& manifest, const Selection& selection) {
  const document::Limits limits;
  const document::Source source("pod.yaml", manifest);
  Scanner scanner(selection, limits);
  scanner.scan_yaml(source, 0, {0, static_cast<std::uint32_t>(manifest.size())});
  const Part part = scanner.take();
  std::set<std::string> controls;
  for (const ScanError& error : part.errors) controls.insert("error: " + error.message);
  for (const finding::Finding& finding : part.findings.findings()) {
    const std::string control(find_check(finding.check->id)->pss.control);
    controls.insert(finding.verdict == finding::Verdict::broken ? control : "unknown: " + control);
  }
  return controls;
}

}  // namespace bulwark::posture

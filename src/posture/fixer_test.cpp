// Fixes that depend on each other, within an object and between objects.
#include "posture/fixer.h"

#include <gtest/gtest.h>

#include <memory>

namespace bulwark::posture {
namespace {

struct Case {
  std::string name;
  std::vector<std::string> checks;
  std::string before;
  std::string after;   // empty: as before
  std::string reason;  // why the last of the findings was not mended; empty when all were
};

class Fixing : public testing::TestWithParam<Case> {};

TEST_P(Fixing, Gives) {
  const Case& each = GetParam();
  SelectionOptions options;
  options.only = each.checks;
  options.version = {1, 33};
  const Selection selection = *Selection::make(options);
  const std::string padded = each.before + std::string(64, '\0');
  const document::Source source("a.yaml", std::string_view(padded).substr(0, each.before.size()));
  const document::Limits limits;
  Scanner scanner(selection, limits);
  scanner.scan_yaml(source, 0, {0, static_cast<std::uint32_t>(each.before.size())});
  std::vector<Part> parts;
  parts.push_back(scanner.take());
  const Scan scan = finish(std::move(parts), selection, {&source}, limits);
  const Fixes fixes = fix(scan, selection, {&source}, limits);
  EXPECT_EQ(fixes.sources.empty() ? "" : fixes.sources.front().text, each.after);
  std::string reason;
  for (const FixOutcome& outcome : fixes.outcomes) {
    if (!outcome.fixed) reason = outcome.reason;
  }
  EXPECT_EQ(reason, each.reason);
}

// A pod with one container and no more than its fields.
std::string pod(const std::string& metadata, const std::string& container) {
  return "apiVersion: v1\nkind: Pod\nmetadata: {name: a" + metadata + "}\nspec:\n  containers:\n" + container;
}
std::string annotation(const std::string& profile) {
  return ", annotations: {container.apparmor.security.beta.kubernetes.io/a: " + profile + "}";
}
std::string policy(const std::string& peers) {
  return "kind: NetworkPolicy\napiVersion: networking.k8s.io/v1\nmetadata: {name: a, namespace: shop}\nspec:\n"
         "  podSelector: {}\n  policyTypes: [Egress]\n  egress:\n  - to:\n" +
         peers;
}
std::string workload(const std::string& spec) {
  return "---\napiVersion: v1\nkind: Pod\nmetadata: {name: b, namespace: shop}\nspec: {" + spec +
         "containers: [{name: a}]}\n";
}
std::string block(const std::string& more) { return "    - ipBlock: {cidr: 0.0.0.0/0" + more + "}\n"; }

INSTANTIATE_TEST_SUITE_P(
    Cases, Fixing,
    testing::Values(
        // "unconfined" has no field that would be better, "runtime/default" has one.
        Case{"a_fix_makes_another_one_safe",
             {"app-armor-annotation", "app-armor-override"},
             pod(annotation("unconfined"), "  - name: a\n"),
             pod(", annotations: {}",
                 "  - name: a\n    securityContext:\n      appArmorProfile:\n        type: RuntimeDefault\n"),
             ""},
        Case{"an_anchor_goes_after_its_alias",
             {"probe-host"},
             pod("",
                 "  - name: a\n    livenessProbe: {httpGet: {port: 1, host: &h x}}\n"
                 "    readinessProbe: {httpGet: {port: 1, host: *h}}\n"),
             pod("",
                 "  - name: a\n    livenessProbe: {httpGet: {port: 1}}\n"
                 "    readinessProbe: {httpGet: {port: 1}}\n"),
             ""},
        // The alias in the second object would change with the first.
        Case{"a_neighbour_has_the_alias",
             {"allow-privilege-escalation"},
             "kind: List\napiVersion: v1\nitems:\n"
             "- {apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [\n"
             "    {name: a, securityContext: {allowPrivilegeEscalation: &x true}}]}}\n"
             "- {apiVersion: v1, kind: Pod, metadata: {name: b}, spec: {hostPID: *x, containers: []}}\n",
             "",
             "it shares nodes with its neighbours, and an edit would change them, too"},
        Case{"every_peer_of_a_rule",
             {"metadata-egress"},
             policy(block("") + block("")) + workload(""),
             policy(block(", except: [169.254.169.254/32]") + block(", except: [169.254.169.254/32]")) +
                 workload(""),
             ""},
        // Windows nodes do not honour `except`, which the other check says of the policy.
        Case{"a_finding_elsewhere",
             {"metadata-egress", "windows-network-policy-except"},
             policy(block("")) + workload("nodeSelector: {kubernetes.io/os: windows}, "),
             "",
             "the edit would bring another finding, here or on another object"}),
    [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace bulwark::posture

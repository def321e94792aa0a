// https://kubernetes.io/docs/reference/using-api/deprecation-guide/ and k8s.io/api: the API is still served, and
// one of the next releases will not serve it. A removal that has not happened is a plan, and a third of them
// moved.
#include <fmt/format.h>

#include <string>

#include "kube/api_lifecycle.h"
#include "posture/api_move.h"
#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  constexpr int soon = 3;  // minor releases: about a year, the time that AKS supports one
  const kube::MinorVersion version = report.version();
  const auto* api = kube::find_api_lifecycle(object.group(), object.version(), object.kind_name);
  if (api == nullptr || api->is_removed_in(version) || !api->is_deprecated_in(version)) return;
  std::string message =
      fmt::format("{} {} is deprecated since {}", object.api_version, object.kind_name, api->deprecated->text());
  if (api->removed) message += fmt::format(" and gone in {}", api->removed->text());
  const auto* next = kube::find_replacement(*api, version);
  if (next != nullptr) message += fmt::format("; use {}", next->group_version.text());
  auto finding = report.broken("apiVersion", message);
  if (!api->removed || api->removed->number > version.number + soon) finding.severity(finding::Severity::low);
  if (const auto move = same_schema_move(object, report.root(), version); move) {
    finding.fix([&] { return Edits{set("apiVersion", document::Literal::string(move->text()))}; });
  } else {
    finding.no_fix(next == nullptr ? "nothing takes its place yet" : "the newer version has other fields");
  }
}

}  // namespace

extern const Check deprecated_api;
const Check deprecated_api{
    .about = {.id = "deprecated-api",
              .aliases = {},
              .chapter = finding::Chapter::kubernetes_upgrades,
              .severity = finding::Severity::medium,
              .title = "Manifests use APIs that the next releases serve",
              .effect = "One of the next upgrades removes the API, and the API server then refuses the manifest.",
              .remedy = "Move to the API version that takes its place while both are served.",
              .sources = {{"Kubernetes: deprecated API migration guide",
                           "https://kubernetes.io/docs/reference/using-api/deprecation-guide/"},
                          {"AKS: stop upgrades on API breaking changes",
                           "https://learn.microsoft.com/azure/aks/stop-cluster-upgrade-api-breaking-changes"}},
              .mappings = {{finding::Framework::guide, "Regularly update to the latest version of Kubernetes"}}},
    .rule = ObjectRule{{}, run},
};

}  // namespace bulwark::posture

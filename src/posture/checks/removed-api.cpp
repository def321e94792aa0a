// https://kubernetes.io/docs/reference/using-api/deprecation-guide/ and k8s.io/api: the release that
// --kube-version names does not serve this API any more. AKS stops an upgrade whose cluster still sees such calls.
#include <fmt/format.h>

#include <string>

#include "kube/api_lifecycle.h"
#include "posture/api_move.h"
#include "posture/check.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  const auto* api = kube::find_api_lifecycle(object.group(), object.version(), object.kind_name);
  if (api == nullptr || !api->is_removed_in(report.version())) return;
  std::string message =
      fmt::format("{} {} is gone since Kubernetes {}", object.api_version, object.kind_name, api->removed->text());
  const auto* next = kube::find_replacement(*api, report.version());
  if (next != nullptr) {
    message += fmt::format("; use {}{}{}", next->group_version.text(), next->kind == api->kind ? "" : " ",
                           next->kind == api->kind ? std::string_view{} : next->kind);
  }
  auto finding = report.broken("apiVersion", message);
  if (const auto move = same_schema_move(object, report.root(), report.version()); move) {
    finding.fix([&] { return Edits{set("apiVersion", document::Literal::string(move->text()))}; });
  } else {
    finding.no_fix(next == nullptr ? "nothing takes its place" : "the newer version has other fields");
  }
}

}  // namespace

extern const Check removed_api;
const Check removed_api{
    .about = {.id = "removed-api",
              .aliases = {"no-extensions-v1beta"},
              .chapter = finding::Chapter::kubernetes_upgrades,
              .severity = finding::Severity::high,
              .title = "Manifests use APIs that the cluster still serves",
              .effect = "The API server refuses the manifest after the upgrade, and AKS stops the upgrade while "
                        "the API is still called.",
              .remedy = "Move to the API version that takes its place before the upgrade.",
              .sources = {{"Kubernetes: deprecated API migration guide",
                           "https://kubernetes.io/docs/reference/using-api/deprecation-guide/"},
                          {"AKS: stop upgrades on API breaking changes",
                           "https://learn.microsoft.com/azure/aks/stop-cluster-upgrade-api-breaking-changes"}},
              .mappings = {{finding::Framework::guide, "Regularly update to the latest version of Kubernetes"}}},
    .rule = ObjectRule{{}, run},
};

}  // namespace bulwark::posture

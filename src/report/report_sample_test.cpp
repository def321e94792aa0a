// What the tests of the writers share; a test file by its name only, so that it is no part of the library.
#include <fmt/format.h>

#include "report/report_sample.h"

namespace bulwark::report::sample {

namespace {

using finding::Chapter;
using finding::Descriptor;
using finding::Finding;
using finding::Framework;
using finding::Severity;
using finding::Verdict;

const Descriptor api_check{
    .id = "cluster-admin-binding",
    .aliases = {},
    .chapter = Chapter::api_server_access,
    .severity = Severity::critical,
    .title = "Nobody is bound to cluster-admin",
    .effect = "Whoever has it owns the cluster.",
    .remedy = "Bind a role with the rights that are needed.",
    .sources = {{"Kubernetes: RBAC", "https://kubernetes.io/docs/reference/access-authn-authz/rbac/?a=1&b=2"}},
    .mappings = {{Framework::guide, "Secure access to the API server"},
                 {Framework::cis_kubernetes, "5.1.1"},
                 {Framework::nsa, "Authentication and authorization"}},
};
const Descriptor network_check{
    .id = "host-network",
    .aliases = {},
    .chapter = Chapter::container_access,
    .severity = Severity::high,
    .title = "Pods have a network of their own",
    .effect =
        "The pod sees the node's interfaces and loopback services, is out of reach of every NetworkPolicy, and "
        "can "
        "call the Instance Metadata Service as the node.",
    .remedy = "Remove hostNetwork, and publish ports through a Service.",
    .sources = {{"Pod Security Standards",
                 "https://kubernetes.io/docs/concepts/security/pod-security-standards/"}},
    .mappings = {{Framework::pss_baseline, "Host Namespaces"}, {Framework::cis_aks, "4.2.4"}},
};
const Descriptor image_check{
    .id = "image-tag",
    .aliases = {},
    .chapter = Chapter::container_access,
    .severity = Severity::medium,
    .title = "Images are named by a fixed tag",
    .effect = "Nobody knows what runs.",
    .remedy = "Name a tag that does not move, or a digest.",
    .sources = {},
    .mappings = {},
};
const Descriptor quota_check{
    .id = "namespace-quota",
    .aliases = {},
    .chapter = Chapter::container_access,
    .severity = Severity::low,
    .title = "Namespaces have a quota",
    .effect = "One tenant takes all.",
    .remedy = "Add a ResourceQuota.",
    .sources = {},
    .mappings = {},
};
const Descriptor windows_check{
    .id = "windows-updates",
    .aliases = {},
    .chapter = Chapter::windows_node_updates,
    .severity = Severity::medium,
    .title = "Windows node pools are up to date",
    .effect = "Known holes stay open.",
    .remedy = "Upgrade the node image.",
    .sources = {},
    .mappings = {},
};
const Descriptor unseen_check{
    .id = "pod-security-policy",
    .aliases = {},
    .chapter = Chapter::kubernetes_upgrades,
    .severity = Severity::high,
    .title = "Nothing uses a removed API",
    .effect = "It is refused.",
    .remedy = "Use its successor.",
    .sources = {},
    .mappings = {},
};

constexpr std::string_view deployment = R"(apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  template:
    spec:
      hostNetwork: true
      containers:
      - name: grüße  # 日本語
        image: {name: "日本語", tag: latest}
---
apiVersion: v1
kind: Node
metadata: {name: akswin000001}
)";

// Every trick that a name may play on a page, a terminal, a comment or a viewer.
constexpr std::string_view hostile =
    "</script><script>alert(1)</script> <img src=x onerror=alert(2)> ]]> `code` | @everyone "
    "[free](https://evil.example) "
    "{0} \x1b[31m \xE2\x80\xAEtxt \xff\x01 <!-- \"'& www.evil.example $x$\nsecond line";

std::unique_ptr<kube::Object> object(kube::ResourceKind kind, std::string_view api_version,
                                     std::string_view kind_name, std::string_view name_space,
                                     std::string_view name, std::uint32_t source) {
  auto made = std::make_unique<kube::Object>();
  made->kind = kind;
  made->api_version = api_version;
  made->kind_name = kind_name;
  made->metadata.name_space = name_space;
  made->metadata.name = name;
  made->origin.source = source;
  made->origin.end = 1;
  return made;
}

void add_source(Sample& sample, std::string name, std::string_view text) {
  sample.sources.push_back(std::make_unique<document::Source>(std::move(name), text));
  sample.report.sources.push_back(sample.sources.back().get());
}

void add(Sample& sample, Finding finding) {
  finding.severity = finding.check->severity;
  sample.findings.push_back(std::make_unique<Finding>(finding));
  sample.report.findings.push_back(sample.findings.back().get());
}

std::uint32_t offset(std::string_view text, std::string_view what) {
  return static_cast<std::uint32_t>(text.find(what));
}

void set_up(Report& report) {
  report.version = "0.1.0";
  report.standard = "guide";
  report.kubernetes_version = "1.36";
}

}  // namespace

Sample small() {
  Sample sample;
  set_up(sample.report);
  sample.text = deployment;
  sample.hostile_text = "{\"kind\":\"\x1b]0;owned\x07\"}\n";
  sample.long_text = std::string(5000, 'a') + "ä: here" + std::string(5000, 'z') + "\n";
  add_source(sample, "deploy/web shop/über.yaml", sample.text);
  add_source(sample, "/srv/manifests/<script>|`x`.json", sample.hostile_text);
  add_source(sample, "<stdin>", sample.long_text);
  using kube::ResourceKind;
  auto& objects = sample.objects;
  objects.push_back(object(ResourceKind::deployment, "apps/v1", "Deployment", "shop", "web", 0));
  objects.push_back(object(ResourceKind::node, "v1", "Node", "", "akswin000001", 0));
  objects.push_back(object(ResourceKind::cluster_role_binding, "rbac.authorization.k8s.io/v1",
                           "ClusterRoleBinding", "", hostile, 1));
  objects.push_back(object(ResourceKind::name_space, "v1", "Namespace", "", "tenant-a", 2));

  add(sample, {.check = &network_check,
               .object = objects[0].get(),
               .field = "spec.template.spec.hostNetwork",
               .message = "the pod shares the node's network",
               .offset = offset(deployment, "true\n"),
               .fixable = true});
  add(sample, {.check = &image_check,
               .object = objects[0].get(),
               .field = "spec.template.spec.containers[0].image",
               .message = "the image \"日本語:latest\" of the container \"grüße\" may change",
               .no_fix = "the tag that is wanted is not known here",
               .offset = offset(deployment, "latest")});
  add(sample, {.check = &windows_check,
               .object = objects[1].get(),
               .message = "whether the image of akswin000001 is current",
               .missing = "the list of images of its node pool",
               .offset = offset(deployment, "apiVersion: v1\n"),
               .verdict = Verdict::unknown});
  add(sample, {.check = &api_check,
               .object = objects[2].get(),
               .field = hostile,
               .message = hostile,
               .no_fix = hostile,
               .offset = 8});
  add(sample, {.check = &quota_check,
               .object = objects[3].get(),
               .message = "the namespace has no quota",
               .offset = offset(sample.long_text, "here")});

  Report& report = sample.report;
  report.checks = {&api_check, &network_check, &image_check, &quota_check, &unseen_check, &windows_check};
  report.practices = {{&api_check, 1, 1, 0},   {&network_check, 2, 1, 0}, {&image_check, 1, 1, 0},
                      {&quota_check, 1, 1, 0}, {&unseen_check, 0, 0, 0},  {&windows_check, 1, 0, 1}};
  report.errors = {
      {.message = "mapping values are not allowed here", .file = "deploy/broken.yaml", .line = 3, .column = 7},
      {.message = "cannot be read: permission denied", .file = "deploy/secret.yaml"},
      {.message = std::string(hostile), .file = "deploy/<b>.yaml", .line = 1, .column = 1}};
  report.files = 3;
  report.documents = 4;
  report.objects = 4;
  report.skipped = 1;
  report.excepted = 2;
  report.in_baseline = 1;
  report.unknown_kinds = 1;
  report.fails = true;
  report.diff = [](const Finding&) -> std::optional<std::string> {
    return "--- a/deploy/web shop/über.yaml\n+++ b/deploy/web shop/über.yaml\n@@ -8,3 +8,2 @@\n     spec:\n"
           "-      hostNetwork: true\n       containers:\n";
  };
  return sample;
}

Sample clean() {
  Sample sample;
  set_up(sample.report);
  sample.report.checks = {&network_check};
  sample.report.practices = {{&network_check, 3, 0, 0}};
  sample.report.files = 1;
  sample.report.documents = sample.report.objects = 3;
  return sample;
}

Sample large(std::size_t count) {
  Sample sample;
  set_up(sample.report);
  for (std::size_t i = 0; i < count; ++i) sample.text += "      hostNetwork: true\n";
  add_source(sample, "all.yaml", sample.text);
  sample.objects.push_back(object(kube::ResourceKind::deployment, "apps/v1", "Deployment", "shop", "web", 0));
  for (std::size_t i = 0; i < count; ++i) {
    add(sample, {.check = &network_check,
                 .object = sample.objects[0].get(),
                 .field = "spec.template.spec.hostNetwork",
                 .message = "the pod shares the node's network",
                 .offset = static_cast<std::uint32_t>(24 * i + 6)});
  }
  sample.report.checks = {&network_check};
  sample.report.practices = {{&network_check, count, count, 0}};
  sample.report.files = sample.report.documents = 1;
  sample.report.objects = count;
  sample.report.fails = true;
  return sample;
}

}  // namespace bulwark::report::sample

// What a scan sees on a living cluster and no file shows: versions, budgets' status, who answers webhooks,
// certificates.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "e2e/findings.h"
#include "e2e/suite.h"
#include "e2e/support/live_cluster.h"
#include "e2e/support/node_player.h"

namespace bulwark::e2e {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class ClusterFacts : public Suite<ClusterFacts> {
 public:
  static ControlPlaneOptions options() {
    ControlPlaneOptions options;
    // Made an hour before, less than a third of its life is left.
    options.server_certificate_lifetime = std::chrono::minutes(25);
    return options;
  }

 protected:
  static void SetUpTestSuite() {
    Suite::SetUpTestSuite();
    if (!plane_is_up()) return;
    NodePlayerOptions played;
    played.nodes = numbered_nodes(3);
    played.start_delay = std::chrono::milliseconds(100);
    played.nodes[1].kubelet_version = fmt::format("v1.{}.9", plane().programs().minor - 3);
    played.nodes[2].kubelet_version = fmt::format("v1.{}.0", plane().programs().minor + 1);
    auto cluster = connect(plane().kubeconfig());
    ASSERT_TRUE(cluster) << cluster.error().text();
    auto started = NodePlayerThread::start(*std::move(cluster), std::move(played));
    ASSERT_TRUE(started) << started.error().text();
    nodes = *std::move(started);
    make_budgets();
    make_webhooks();
    make_certificates();
    make_extension();
  }
  static void TearDownTestSuite() {
    nodes.reset();
    Suite::TearDownTestSuite();
  }

  static adapters::Output bulwark(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), BULWARK_PROGRAM);
    auto output = adapters::run_program(arguments);
    if (!output) return {.status = 127, .out = {}, .err = output.error().text()};
    return *std::move(output);
  }
  static Findings scan(const std::string& kubeconfig = plane().kubeconfig().string()) {
    const adapters::Output output = bulwark({"scan", "--cluster", "-A", "--kubeconfig", kubeconfig, "-o", "json"});
    EXPECT_EQ(output.status, 1) << output.err;
    return Findings(output.out);
  }
  // The kubeconfig of somebody who may list these resources and nothing else.
  static std::string user_who_may_list(const std::string& name, const std::string& resources) {
    EXPECT_EQ(kubectl({"create", "clusterrole", name, "--verb=list", "--resource=" + resources}).status, 0);
    EXPECT_EQ(kubectl({"create", "clusterrolebinding", name, "--clusterrole=" + name, "--user=" + name}).status,
              0);
    const auto kubeconfig = plane().kubeconfig(name, {});
    EXPECT_TRUE(kubeconfig);
    return kubeconfig ? kubeconfig->string() : "";
  }
  static void apply(const std::string& name, const std::string& yaml) {
    const auto path = plane().folder() / (name + ".yaml");
    ASSERT_TRUE(write_file(path, yaml));
    const adapters::Output applied = kubectl({"apply", "--validate=false", "-f", path.string()});
    ASSERT_EQ(applied.status, 0) << applied.err;
  }
  static std::string get(std::vector<std::string> what, const std::string& jsonpath) {
    what.insert(what.begin(), "get");
    what.push_back("-o=jsonpath=" + jsonpath);
    return kubectl(what).out;
  }
  // A Deployment whose pods are ready after so many seconds, or "never", and its Service.
  static std::string deployment(const std::string& name_space, const std::string& name, int replicas,
                                const std::string& ready_after) {
    return fmt::format(R"(
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {1}, namespace: {0}}}
spec:
  replicas: {2}
  selector: {{matchLabels: {{app: {1}}}}}
  template:
    metadata: {{labels: {{app: {1}}}, annotations: {{node-player/ready-after: "{3}"}}}}
    spec: {{containers: [{{name: web, image: "registry.example/web:1.2.3"}}]}}
---
apiVersion: v1
kind: Service
metadata: {{name: {1}, namespace: {0}}}
spec: {{selector: {{app: {1}}}, ports: [{{port: 443, targetPort: 8443}}]}}
)",
                       name_space, name, replicas, ready_after);
  }
  static std::string name_space(const std::string& name) {
    return fmt::format("---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: {}}}\n", name);
  }
  static std::string policy_version() { return plane().programs().minor < 21 ? "policy/v1beta1" : "policy/v1"; }
  static std::string budget(const std::string& name_space, const std::string& name, const std::string& amount) {
    return fmt::format(R"(
---
apiVersion: {}
kind: PodDisruptionBudget
metadata: {{name: {}, namespace: {}}}
spec: {{{}, selector: {{matchLabels: {{app: {}}}}}}}
)",
                       policy_version(), name, name_space, amount, name);
  }
  // An admission webhook that is asked about widgets.
  static std::string webhook(const std::string& name, const std::string& service, const std::string& ca) {
    return fmt::format(R"(
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {{name: {0}}}
webhooks:
  - name: {0}.policy.example
    failurePolicy: Fail
    sideEffects: None
    admissionReviewVersions: [v1]
    clientConfig:
      caBundle: {2}
      service: {{name: {1}, namespace: hooks, path: /validate}}
    rules: [{{apiGroups: [example.com], apiVersions: [v1], operations: [CREATE], resources: [gadgets]}}]
)",
                       name, service, base64(ca));
  }

  static void make_budgets() {
    apply("budgets", name_space("shop") + name_space("empty") + deployment("shop", "shaky", 2, "never") +
                         budget("shop", "shaky", "maxUnavailable: 1") + deployment("shop", "sound", 2, "0") +
                         budget("shop", "sound", "maxUnavailable: 1") +
                         budget("empty", "gone", "minAvailable: 1") + deployment("shop", "primary", 1, "0") +
                         budget("shop", "primary", "minAvailable: 60%"));
    const auto status = [](const char* name_space, const char* name) {
      return get({"pdb", name, "-n", name_space},
                 "{.status.currentHealthy}/{.status.expectedPods}/{.status.disruptionsAllowed}/"
                 "{.status.observedGeneration}");
    };
    ASSERT_TRUE(eventually([&] {
      return status("shop", "shaky") == "0/2/0/1" && status("shop", "sound") == "2/2/1/1" &&
             status("empty", "gone") == "0/0/0/1" && status("shop", "primary") == "1/1/0/1";
    })) << kubectl({"get", "pdb,pods", "-A", "-o", "wide"}).out;
  }
  static void make_webhooks() {
    const std::string ca = plane().authority();
    apply("hooks", name_space("hooks") + deployment("hooks", "answered", 1, "0") +
                       deployment("hooks", "silent", 1, "never") + deployment("hooks", "nobody", 0, "0") +
                       webhook("answered", "answered", ca) + webhook("silent", "silent", ca) +
                       webhook("nobody", "nobody", ca) + webhook("missing", "missing", ca));
    ASSERT_TRUE(eventually([] {
      return get({"endpointslices", "-n", "hooks", "-l", "kubernetes.io/service-name=answered"},
                 "{.items[*].endpoints[*].conditions.ready}") == "true" &&
             get({"endpointslices", "-n", "hooks", "-l", "kubernetes.io/service-name=silent"},
                 "{.items[*].endpoints[*].conditions.ready}") == "false";
    })) << kubectl({"get", "endpointslices,pods", "-n", "hooks", "-o", "yaml"}).out;
  }
  static void make_certificates() {
    const auto issuer = Authority::create("hook-issuer");
    ASSERT_TRUE(issuer) << issuer.error().text();
    const auto expired = issuer->issue(
        {.common_name = "hook", .organizations = {}, .hosts = {}, .lifetime = std::chrono::minutes(-5)});
    ASSERT_TRUE(expired) << expired.error().text();
    apply("certificates", name_space("hooks") + webhook("expired", "answered", expired->certificate) +
                              webhook("renewed", "answered", expired->certificate + plane().authority()) +
                              webhook("malformed", "answered", "no certificate at all"));
  }

  static void make_extension() {
    apply("extension", R"(
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1.ghost.example.com}
spec:
  group: ghost.example.com
  version: v1
  groupPriorityMinimum: 100
  versionPriority: 100
  insecureSkipTLSVerify: true
  service: {name: ghost, namespace: hooks}
)");
    ASSERT_TRUE(eventually([] {
      return get({"apiservices", "v1.ghost.example.com"}, "{.status.conditions[*].reason}") == "ServiceNotFound";
    }));
  }

  static inline std::unique_ptr<NodePlayerThread> nodes;
};

TEST_F(ClusterFacts, VersionsAndTheirSkew) {
  const Findings live = scan();
  const unsigned minor = plane().programs().minor;
  EXPECT_THAT(
      live.of("node-version-skew"),
      ElementsAre(AllOf(HasSubstr("Node /node-0001"), HasSubstr("is 3 minor versions behind"),
                        HasSubstr("of the API server, and 2 are allowed")),
                  AllOf(HasSubstr("Node /node-0002"),
                        HasSubstr(fmt::format("kubelet v1.{}.0 is newer than the API server", minor + 1)))));
  EXPECT_THAT(live.of("api-server-version-unsupported"),
              ElementsAre(HasSubstr(fmt::format("AKS does not support Kubernetes 1.{} any more", minor))));
  // The runtime that the played nodes tell of.
  EXPECT_THAT(live.of("container-runtime-end-of-life"), Contains(HasSubstr("Node /node-0000")));
}

TEST_F(ClusterFacts, TheStatusOfBudgets) {
  const Findings live = scan();
  EXPECT_THAT(live.of("budget-exhausted"),
              ElementsAre(AllOf(HasSubstr("shop/shaky status.currentHealthy"),
                                HasSubstr("0 of 2 pods are healthy, and 1 must be: none may be evicted now"))));
  EXPECT_THAT(live.of("budget-never-allows"), ElementsAre(AllOf(HasSubstr("shop/primary spec.minAvailable"),
                                                                HasSubstr("1 - 1 = 0 may be evicted"))));
  EXPECT_THAT(live.of("budget-selects-nothing"),
              ElementsAre(AllOf(HasSubstr("empty/gone"), HasSubstr("as its status says"))));

  // Who may not read what keeps the pods is told by the status alone.
  const Findings partly = scan(user_who_may_list("budgets", "pods,poddisruptionbudgets.policy"));
  EXPECT_THAT(partly.of("budget-never-allows"),
              ElementsAre(AllOf(HasSubstr("shop/primary spec.minAvailable"),
                                HasSubstr("of 1 pod that the budget covers 1 must be healthy"))));
}

TEST_F(ClusterFacts, WhoAnswersWebhooks) {
  EXPECT_THAT(scan().of("webhook-fails-closed"),
              ElementsAre(AllOf(HasSubstr("/missing "), HasSubstr("does not exist")),
                          AllOf(HasSubstr("/nobody "), HasSubstr("has no endpoints")),
                          AllOf(HasSubstr("/silent "), HasSubstr("has no endpoint that is ready"))));

  // Who may not read EndpointSlices cannot tell.
  const Findings by_half =
      scan(user_who_may_list("half", "services,validatingwebhookconfigurations.admissionregistration.k8s.io"));
  EXPECT_THAT(by_half.of("webhook-fails-closed"),
              Contains(AllOf(HasSubstr("unknown"), HasSubstr("/answered "), HasSubstr("cannot be told"))));
  EXPECT_THAT(by_half.of("webhook-fails-closed"), Contains(AllOf(HasSubstr("broken"), HasSubstr("/missing "))));
  EXPECT_THAT(by_half.of("unreadable-kind"), Contains(HasSubstr("EndpointSlice of discovery.k8s.io")));
}

TEST_F(ClusterFacts, CertificatesThatEnd) {
  const Findings live = scan();
  EXPECT_THAT(live.of("api-server-certificate"),
              ElementsAre(AllOf(HasSubstr("broken Snapshot"), HasSubstr("\"CN=kube-apiserver\" expires at 20"))));
  EXPECT_THAT(live.of("webhook-certificate"),
              ElementsAre(AllOf(HasSubstr("/expired "), HasSubstr("webhooks[0].clientConfig.caBundle"),
                                HasSubstr("\"CN=hook\""), HasSubstr("expired at 20")),
                          AllOf(HasSubstr("/malformed "), HasSubstr("there is no certificate in it"))));
}

TEST_F(ClusterFacts, ExtensionServersThatDoNotAnswer) {
  EXPECT_THAT(scan().of("api-service-unavailable"),
              ElementsAre(AllOf(HasSubstr("APIService /v1.ghost.example.com"),
                                HasSubstr("the API ghost.example.com/v1 does not answer: ServiceNotFound"))));
}

// However much is left out.
TEST_F(ClusterFacts, SnapshotsSayTheSame) {
  const Findings live = scan();
  for (const char* redaction : {"none", "default", "strict"}) {
    const auto path = plane().folder() / fmt::format("{}.json.zst", redaction);
    const adapters::Output made = bulwark({"snapshot", "--kubeconfig", plane().kubeconfig().string(), "-A",
                                           "--redact", redaction, "-o", path.string()});
    ASSERT_EQ(made.status, 0) << made.err;
    const Findings packed(bulwark({"scan", "-o", "json", "--snapshot", path.string()}).out);
    for (const char* check :
         {"node-version-skew", "api-server-version-unsupported", "container-runtime-end-of-life",
          "budget-exhausted", "budget-never-allows", "budget-selects-nothing", "webhook-fails-closed",
          "api-server-certificate", "api-service-unavailable", "webhook-certificate"}) {
      EXPECT_THAT(live.of(check), Not(IsEmpty())) << check;
      EXPECT_EQ(packed.of(check), live.of(check)) << check << ", " << redaction;
    }
  }
}

}  // namespace
}  // namespace bulwark::e2e

#include "e2e/support/control_plane.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <thread>
#include <utility>

#include "e2e/support/https.h"

namespace bulwark::e2e {
namespace {

constexpr const char* etcd = "etcd";
constexpr const char* api_server = "kube-apiserver";
constexpr const char* controller_manager = "kube-controller-manager";
constexpr const char* scheduler = "kube-scheduler";

constexpr std::string_view default_audit_policy = R"(apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: None
  users: ["system:apiserver", "system:kube-controller-manager", "system:kube-scheduler"]
- level: None
  userGroups: ["system:serviceaccounts:kube-system"]
- level: None
  nonResourceURLs: ["/readyz*", "/livez*", "/healthz*"]
- level: Metadata
)";

// The API server refuses to put a loopback address into the endpoints of the service "kubernetes". Nothing here
// uses that address; it is one of those that RFC 5737 keeps for documentation.
constexpr const char* advertised = "192.0.2.1";
constexpr const char* service_range = "10.96.0.0/16";
constexpr const char* pod_range = "10.128.0.0/9";

// The names of the API server within a cluster, besides localhost; its service has the first address of the range.
std::vector<std::string> api_server_hosts() {
  return {"IP:127.0.0.1",
          "DNS:localhost",
          "DNS:kubernetes",
          "DNS:kubernetes.default",
          "DNS:kubernetes.default.svc",
          "DNS:kubernetes.default.svc.cluster.local",
          "IP:10.96.0.1",
          std::string("IP:") + advertised};
}

}  // namespace

ControlPlane::ControlPlane(ControlPlaneOptions options, Programs programs, ScratchFolder folder,
                           Authority authority, Authority front_proxy)
    : options_(std::move(options)),
      programs_(std::move(programs)),
      folder_(std::move(folder)),
      authority_(std::move(authority)),
      front_proxy_(std::move(front_proxy)) {
  if (const char* keep = std::getenv("BULWARK_E2E_KEEP"); keep != nullptr && std::string_view(keep) == "1") {
    folder_.keep();
    fmt::print(stderr, "the cluster's files stay in {}\n", this->folder().string());
  }
}

ControlPlane::~ControlPlane() = default;

base::Result<std::unique_ptr<ControlPlane>> ControlPlane::start(ControlPlaneOptions options) {
  const Programs programs = TRY(find_programs());
  // Ports are chosen a moment before they are taken; when another process was faster, others are.
  constexpr int tries = 3;
  for (int attempt = 1;; ++attempt) {
    std::unique_ptr<ControlPlane> plane(new ControlPlane(options, programs, TRY(ScratchFolder::create()),
                                                         TRY(Authority::create("kubernetes")),
                                                         TRY(Authority::create("front-proxy"))));
    const base::Result<> up = plane->bring_up();
    if (up) return plane;
    if (attempt == tries || !up.error().message.contains("address already in use")) {
      return std::unexpected(up.error());
    }
  }
}

base::Result<> ControlPlane::write_pair(const std::string& name, const KeyPair& pair) const {
  TRY(write_file(path(name + ".crt"), pair.certificate));
  return write_file(path(name + ".key"), pair.key);
}

base::Result<> ControlPlane::write_issued(const std::string& name, const Authority& authority,
                                          const CertificateRequest& request) const {
  return write_pair(name, TRY(authority.issue(request)));
}

base::Result<> ControlPlane::write_secrets() {
  using enum CertificateRequest::Use;
  const std::vector<std::string> local = {"IP:127.0.0.1", "DNS:localhost"};
  TRY(write_pair("ca", authority_.pair()));
  TRY(write_pair("front-proxy-ca", front_proxy_.pair()));
  const KeyPair signing = TRY(make_signing_key());
  TRY(write_pair("service-accounts", signing));
  TRY(write_issued(api_server, authority_,
                   {api_server, {}, server, api_server_hosts(), options_.server_certificate_lifetime}));
  for (const char* name : {etcd, controller_manager, scheduler}) {
    TRY(write_issued(name, authority_, {name, {}, server, local}));
  }
  TRY(write_issued("etcd-client", authority_, {"etcd-client", {}, client, {}}));
  TRY(write_issued("kubelet-client", authority_,
                   {"kube-apiserver-kubelet-client", {"system:masters"}, client, {}}));
  TRY(write_issued("front-proxy-client", front_proxy_, {"front-proxy-client", {}, client, {}}));
  admin_ = TRY(authority_.issue({"kubernetes-admin", {"system:masters"}, client, {}}));
  TRY(write_file(kubeconfig(), kubeconfig_text(server_, "kubernetes-admin", admin_)));
  for (const char* name : {controller_manager, scheduler}) TRY(kubeconfig(std::string("system:") + name));
  return write_file(path("audit-policy.yaml"),
                    options_.audit_policy.empty() ? default_audit_policy : options_.audit_policy);
}

std::string ControlPlane::kubeconfig_text(const std::string& server, const std::string& user,
                                          const KeyPair& identity) const {
  return fmt::format(R"(apiVersion: v1
kind: Config
clusters:
- name: bulwark-test
  cluster:
    server: {}
    certificate-authority-data: {}
users:
- name: "{}"
  user:
    client-certificate-data: {}
    client-key-data: {}
contexts:
- name: bulwark-test
  context:
    cluster: bulwark-test
    user: "{}"
current-context: bulwark-test
)",
                     server, base64(authority()), user, base64(identity.certificate), base64(identity.key), user);
}

base::Result<std::filesystem::path> ControlPlane::kubeconfig(const std::string& user,
                                                             const std::vector<std::string>& groups,
                                                             std::chrono::seconds lifetime) const {
  std::string name = user;
  std::ranges::replace(name, '/', '-');
  const std::filesystem::path file = folder() / (name + ".kubeconfig");
  const KeyPair identity = TRY(authority_.issue({user, groups, CertificateRequest::Use::client, {}, lifetime}));
  TRY(write_file(file, kubeconfig_text(server_, user, identity)));
  return file;
}

base::Result<> ControlPlane::bring_up() {
  for (const char* name : {etcd, api_server, controller_manager, scheduler}) {
    members_[name].port = TRY(free_port());
  }
  server_ = fmt::format("https://127.0.0.1:{}", members_[api_server].port);
  TRY(write_secrets());
  // The API server waits for etcd by itself. The other two give up on an API server that is not ready soon.
  TRY(run_etcd());
  TRY(run_api_server());
  TRY(wait_for(api_server, "/readyz"));
  if (options_.controllers) TRY(run_controller_manager());
  if (options_.scheduler) TRY(run_scheduler());
  if (options_.controllers) TRY(wait_for_service_account());
  if (options_.scheduler) TRY(wait_for(scheduler, "/healthz"));
  return {};
}

base::Result<> ControlPlane::run(const char* name, std::vector<std::string> arguments,
                                 const std::vector<std::string>& more) {
  arguments.insert(arguments.begin(), programs_[name].string());
  arguments.insert(arguments.end(), more.begin(), more.end());
  members_[name].child = TRY(Child::start({.arguments = std::move(arguments),
                                           .environment = {"HOME=" + folder().string(), "PATH=/usr/bin:/bin"},
                                           .log = folder() / (std::string(name) + ".log")}));
  return {};
}

base::Result<> ControlPlane::run_etcd() {
  const std::string url = fmt::format("https://127.0.0.1:{}", members_[etcd].port);
  return run(etcd,
             {"--data-dir=" + path("etcd"), "--listen-client-urls=" + url, "--advertise-client-urls=" + url,
              "--listen-peer-urls=http://127.0.0.1:0", "--cert-file=" + path("etcd.crt"),
              "--key-file=" + path("etcd.key"), "--client-cert-auth", "--trusted-ca-file=" + path("ca.crt"),
              "--unsafe-no-fsync"},
             {});
}

base::Result<> ControlPlane::run_api_server() {
  return run(api_server,
             {fmt::format("--etcd-servers=https://127.0.0.1:{}", members_[etcd].port),
              "--etcd-cafile=" + path("ca.crt"),
              "--etcd-certfile=" + path("etcd-client.crt"),
              "--etcd-keyfile=" + path("etcd-client.key"),
              "--bind-address=127.0.0.1",
              fmt::format("--secure-port={}", members_[api_server].port),
              std::string("--advertise-address=") + advertised,
              "--tls-cert-file=" + path("kube-apiserver.crt"),
              "--tls-private-key-file=" + path("kube-apiserver.key"),
              "--cert-dir=" + folder().string(),
              "--client-ca-file=" + path("ca.crt"),
              "--kubelet-certificate-authority=" + path("ca.crt"),
              "--kubelet-client-certificate=" + path("kubelet-client.crt"),
              "--kubelet-client-key=" + path("kubelet-client.key"),
              "--requestheader-client-ca-file=" + path("front-proxy-ca.crt"),
              "--requestheader-allowed-names=front-proxy-client",
              "--requestheader-username-headers=X-Remote-User",
              "--requestheader-group-headers=X-Remote-Group",
              "--requestheader-extra-headers-prefix=X-Remote-Extra-",
              "--proxy-client-cert-file=" + path("front-proxy-client.crt"),
              "--proxy-client-key-file=" + path("front-proxy-client.key"),
              "--authorization-mode=Node,RBAC",
              "--enable-admission-plugins=NodeRestriction",
              "--enable-bootstrap-token-auth=true",
              "--allow-privileged=true",
              "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
              "--service-account-key-file=" + path("service-accounts.crt"),
              "--service-account-signing-key-file=" + path("service-accounts.key"),
              std::string("--service-cluster-ip-range=") + service_range,
              "--audit-policy-file=" + path("audit-policy.yaml"),
              "--audit-log-path=" + audit_log().string(),
              "--profiling=false"},
             options_.api_server_arguments);
}

base::Result<> ControlPlane::run_controller_manager() {
  const std::string config = path("system:kube-controller-manager.kubeconfig");
  std::vector<std::string> arguments = {
      "--kubeconfig=" + config, "--authentication-kubeconfig=" + config, "--authorization-kubeconfig=" + config,
      "--bind-address=127.0.0.1", fmt::format("--secure-port={}", members_[controller_manager].port),
      "--tls-cert-file=" + path("kube-controller-manager.crt"),
      "--tls-private-key-file=" + path("kube-controller-manager.key"), "--leader-elect=false",
      "--use-service-account-credentials=true", "--controllers=*,bootstrapsigner,tokencleaner",
      "--service-account-private-key-file=" + path("service-accounts.key"), "--root-ca-file=" + path("ca.crt"),
      "--cluster-signing-cert-file=" + path("ca.crt"), "--cluster-signing-key-file=" + path("ca.key"),
      "--requestheader-client-ca-file=" + path("front-proxy-ca.crt"), "--allocate-node-cidrs=false",
      std::string("--cluster-cidr=") + pod_range, std::string("--service-cluster-ip-range=") + service_range,
      // Its own limit of 20 requests a second would make a test with many pods wait.
      "--kube-api-qps=300", "--kube-api-burst=600"};
  // The port without TLS is on by default until Kubernetes 1.24, which no longer knows the flag.
  if (programs_.minor < 24) arguments.emplace_back("--port=0");
  return run(controller_manager, std::move(arguments), options_.controller_manager_arguments);
}

base::Result<> ControlPlane::run_scheduler() {
  const std::string config = path("system:kube-scheduler.kubeconfig");
  std::vector<std::string> arguments = {"--kubeconfig=" + config,
                                        "--authentication-kubeconfig=" + config,
                                        "--authorization-kubeconfig=" + config,
                                        "--bind-address=127.0.0.1",
                                        fmt::format("--secure-port={}", members_[scheduler].port),
                                        "--tls-cert-file=" + path("kube-scheduler.crt"),
                                        "--tls-private-key-file=" + path("kube-scheduler.key"),
                                        "--requestheader-client-ca-file=" + path("front-proxy-ca.crt"),
                                        "--leader-elect=false",
                                        "--kube-api-qps=300",
                                        "--kube-api-burst=600"};
  if (programs_.minor < 24) arguments.emplace_back("--port=0");
  return run(scheduler, std::move(arguments), options_.scheduler_arguments);
}

base::Result<> ControlPlane::wait_for(const char* name, const std::string& path) {
  Member& member = members_.at(name);
  std::string last;
  const auto end = std::chrono::steady_clock::now() + options_.patience;
  while (std::chrono::steady_clock::now() < end) {
    const base::Result<HttpAnswer> answer = https_get(member.port, path, authority(), &admin_);
    if (answer && answer->status == 200) return {};
    last = answer ? fmt::format("{} {}", answer->status, answer->body) : answer.error().message;
    for (auto& [other, running] : members_) {
      if (running.child.pid() == 0 || running.child.is_running()) continue;
      return base::fail(
          fmt::format("{} ended with {}:\n{}", other, running.child.status().value_or(-1), tail(other, 20)));
    }
    if (options_.interrupted()) return base::fail("interrupted");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return base::fail(fmt::format("{}{} is not ready after {} s: {}\n{}", name, path, options_.patience.count(),
                                last, tail(name, 20)));
}

base::Result<> ControlPlane::wait_for_service_account() {
  TRY(wait_for(controller_manager, "/healthz"));
  // Admission refuses pods until the controllers have made the account, and in old versions its token, too.
  return wait_for(api_server, "/api/v1/namespaces/default/serviceaccounts/default");
}

void ControlPlane::stop_api_server() {
  // Asked to end, it would wait up to a minute for watches to go; a moment is enough to write the audit log.
  members_.at(api_server).child.stop(std::chrono::seconds(2));
}

base::Result<> ControlPlane::start_api_server() {
  TRY(run_api_server());
  return wait_for(api_server, "/readyz");
}

base::Result<> ControlPlane::restart_api_server() {
  stop_api_server();
  return start_api_server();
}

base::Result<std::string> ControlPlane::get(const std::string& path) const {
  HttpAnswer answer = TRY(https_get(members_.at(api_server).port, path, authority(), &admin_));
  if (answer.status != 200) return base::fail(fmt::format("{}: {} {}", path, answer.status, answer.body));
  return std::move(answer.body);
}

std::string ControlPlane::tail(const std::string& name, std::size_t lines) const {
  return last_lines(folder() / (name + ".log"), lines);
}

std::string ControlPlane::logs(std::size_t lines) const {
  std::string text;
  for (const auto& [name, member] : members_) text += fmt::format("--- {}\n{}", name, tail(name, lines));
  return text;
}

std::vector<pid_t> ControlPlane::pids() const {
  std::vector<pid_t> result;
  for (const auto& [name, member] : members_) {
    if (member.child.pid() != 0) result.push_back(member.child.pid());
  }
  return result;
}

}  // namespace bulwark::e2e

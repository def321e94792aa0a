// A Kubernetes control plane of its own for a suite of tests: etcd, kube-apiserver, kube-controller-manager and
// kube-scheduler on loopback, with TLS, RBAC and an audit log, up in a few seconds. It has no nodes; NodePlayer
// plays them.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "e2e/support/certificates.h"
#include "e2e/support/child.h"
#include "e2e/support/programs.h"
#include "e2e/support/scratch_folder.h"

namespace bulwark::e2e {

struct ControlPlaneOptions {
  bool controllers = true;  // kube-controller-manager: without it no replicas, tokens or endpoints appear
  bool scheduler = true;    // kube-scheduler: without it no pod gets a node
  // audit.k8s.io/v1 Policy as YAML; "": metadata of all requests but those of the control plane itself.
  std::string audit_policy;
  // More flags; of a flag that is given twice the last one counts.
  std::vector<std::string> api_server_arguments;
  std::vector<std::string> controller_manager_arguments;
  std::vector<std::string> scheduler_arguments;
  // Of the API server's own certificate, from an hour ago on.
  std::chrono::seconds server_certificate_lifetime = std::chrono::hours(24 * 365);
  // How long each of the steps may take on a busy machine.
  std::chrono::seconds patience{90};
  // Asked while it waits; true: give up.
  std::function<bool()> interrupted = [] { return false; };
};

class ControlPlane {
 public:
  // Returns when the API server is ready, the default namespace has its service account, and the scheduler works.
  // Error: what did not come up, with the last lines of its log.
  static base::Result<std::unique_ptr<ControlPlane>> start(ControlPlaneOptions options = {});

  // Ends all programs at once and removes the folder. BULWARK_E2E_KEEP=1 lets the folder stand, for the curious.
  ~ControlPlane();

  const std::string& server() const { return server_; }  // https://127.0.0.1:PORT
  std::uint16_t port() const { return members_.at("kube-apiserver").port; }
  const std::filesystem::path& folder() const { return folder_.path(); }
  std::filesystem::path audit_log() const { return folder() / "audit.log"; }
  // PEM of the authority that issued the API server's certificate.
  const std::string& authority() const { return authority_.pair().certificate; }
  const Programs& programs() const { return programs_; }

  // The kubeconfig of a member of system:masters.
  std::filesystem::path kubeconfig() const { return folder() / "admin.kubeconfig"; }
  // The kubeconfig of a user with these groups; RBAC alone says what they may do. `lifetime` may be negative: a
  // user whose certificate has expired. The same user asked for again gets a new certificate in the same file.
  base::Result<std::filesystem::path> kubeconfig(const std::string& user,
                                                 const std::vector<std::string>& groups = {},
                                                 std::chrono::seconds lifetime = std::chrono::hours(24 *
                                                                                                    365)) const;

  // A certificate of the authority that the API server trusts, and whose servers it trusts.
  base::Result<KeyPair> issue(const CertificateRequest& request) const { return authority_.issue(request); }
  // A kubeconfig's text for an identity that was issued so.
  std::string kubeconfig_text(const std::string& server, const std::string& user, const KeyPair& identity) const;

  // The API server goes away, and comes back on the same port with the same data. What runs on without it must
  // find the way back by itself.
  void stop_api_server();
  base::Result<> start_api_server();
  base::Result<> restart_api_server();

  // The body of an answer of the API server to its administrator. Error: no answer, or another status than 200.
  base::Result<std::string> get(const std::string& path) const;

  // The last lines of each program's log, for the report of a test that failed.
  std::string logs(std::size_t lines = 20) const;
  std::vector<pid_t> pids() const;

 private:
  // Its name is the name of its program, and with .log that of its log.
  struct Member {
    Child child;
    std::uint16_t port = 0;
  };

  ControlPlane(ControlPlaneOptions options, Programs programs, ScratchFolder folder, Authority authority,
               Authority front_proxy);

  base::Result<> write_secrets();
  base::Result<> bring_up();
  base::Result<> run(const char* name, std::vector<std::string> arguments, const std::vector<std::string>& more);
  base::Result<> run_etcd();
  base::Result<> run_api_server();
  base::Result<> run_controller_manager();
  base::Result<> run_scheduler();
  base::Result<> wait_for(const char* name, const std::string& path);
  base::Result<> wait_for_service_account();
  base::Result<> write_pair(const std::string& name, const KeyPair& pair) const;
  base::Result<> write_issued(const std::string& name, const Authority& authority,
                              const CertificateRequest& request) const;
  std::string path(std::string_view name) const { return (folder() / name).string(); }
  std::string tail(const std::string& name, std::size_t lines) const;

  ControlPlaneOptions options_;
  Programs programs_;
  ScratchFolder folder_;
  Authority authority_;
  Authority front_proxy_;
  KeyPair admin_;
  std::string server_;
  std::map<std::string, Member, std::less<>> members_;
};

}  // namespace bulwark::e2e

// Real nodes for a control plane: kubelet, containerd and runc in network, mount, PID, UTS and IPC namespaces of
// their own, with a cgroup of their own, on a bridge. They need root; there is no kube-proxy and no DNS.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "e2e/support/child.h"
#include "e2e/support/control_plane.h"
#include "e2e/support/real_node_network.h"

namespace bulwark::e2e {

struct RealNodesOptions {
  int count = 2;
  // What an image with a static busybox is called on every node. Nothing can be pulled.
  std::vector<std::string> images = {"docker.io/library/busybox:1.35"};
  std::map<std::string, std::string> labels;  // of the Node objects
  std::map<std::string, std::string>
      seccomp_profiles;               // file name -> JSON, installed where kubelets look for them
  std::chrono::seconds patience{90};  // until all are ready
  std::function<bool()> interrupted = [] { return false; };  // asked while it waits; true: give up
};

class RealNodes {
 public:
  // Why this machine cannot run them: a program is missing, or a right. "": it can.
  static std::string why_not(const Programs& programs);

  // A control plane's options, with what it takes to reach kubelets: nobody resolves the nodes' names.
  static ControlPlaneOptions with_nodes(ControlPlaneOptions options = {});

  // Returns when all nodes are Ready and take pods. The control plane must outlive them. Error: what did not come
  // up, with the last lines of its logs.
  static base::Result<std::unique_ptr<RealNodes>> start(const ControlPlane& plane, RealNodesOptions options = {});

  // Ends all at once, and returns when no process, mount, interface or cgroup is left. When this process dies
  // instead, the kernel and a small script see to the same.
  ~RealNodes();

  const std::vector<std::string>& names() const { return names_; }  // node-1, node-2...
  // A node's disk: what is /var/lib and /var/log there is lib and log in it.
  std::filesystem::path folder(const std::string& name) const { return folder_ / name; }

  // The power of a node is cut, or comes back: the same disk, another boot id.
  void cut_power(const std::string& name);
  base::Result<> boot(const std::string& name);

  // The last lines of each node's logs, for the report of a test that failed.
  std::string logs(std::size_t lines = 20) const;

 private:
  RealNodes(const ControlPlane& plane, RealNodesOptions options);

  base::Result<> prepare();
  base::Result<> write_files(int node);
  base::Result<> wait_until_ready();
  int number(const std::string& name) const;

  const ControlPlane& plane_;
  RealNodesOptions options_;
  std::filesystem::path folder_;
  std::string cgroup_;
  std::vector<std::string> names_;
  int lock_ = -1;
  Child janitor_;  // removes the cgroups when nobody holds the lock any more
  std::unique_ptr<RealNodeNetwork> network_;
  std::map<std::string, Child> running_;
};

}  // namespace bulwark::e2e

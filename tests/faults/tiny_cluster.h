// An API server of few objects that answers rightly, but for the faults that a test puts into it.
#pragma once

#include <fmt/format.h>

#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "adapters/kubeapi/fault_server_testing.h"
#include "kube/reading.h"

namespace bulwark::faults {

using adapters::FaultServer;
using adapters::TestAuthority;
using adapters::TestIdentity;
using adapters::TestPeer;
using adapters::TestRequest;

// A pod that breaks practices.
inline constexpr const char* bad_pod =
    R"({"metadata":{"name":"web","namespace":"default"},"spec":{"hostPID":true,"containers":[{"name":"web","image":"web"}]}})";

inline std::string status_json(int code, const std::string& reason, const std::string& message) {
  return fmt::format(
      R"({{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"{}","message":"{}","code":{}}})", reason,
      message, code);
}

class TinyCluster {
 public:
  // True: it has answered itself. Threads of several connections may call it.
  using Fault = std::function<bool(const TestRequest&, TestPeer&)>;

  TinyCluster() {
    for (const kube::WantedKind& kind : kube::wanted_kinds()) {
      if (!kind.custom) kinds_[std::string(kind.group)].push_back(kind);
    }
    objects["pods"] = {bad_pod};
  }

  std::map<std::string, std::vector<std::string>> objects;  // by plural; JSON without kind and apiVersion
  std::map<std::string, std::string> versions;              // of groups that have others than v1
  Fault fault;

  void answer(const TestRequest& request, TestPeer& peer) const {
    if (fault && fault(request, peer)) return;
    const std::string path = request.target.substr(0, request.target.find('?'));
    if (path == "/version") return peer.answer(200, R"({"gitVersion":"v1.35.0"})");
    if (path == "/metrics") return peer.answer(200, "", "Content-Type: text/plain\r\n");
    if (path == "/api") return peer.answer(200, R"({"kind":"APIVersions","versions":["v1"]})");
    if (path == "/apis") return peer.answer(200, groups());
    for (const auto& [group, kinds] : kinds_) {
      if (path == root(group)) return peer.answer(200, resources(kinds));
      for (const kube::WantedKind& kind : kinds) {
        if (path.starts_with(root(group) + "/") && path.ends_with("/" + std::string(kind.plural)))
          return peer.answer(200, list(kind));
      }
    }
    peer.answer(404, status_json(404, "NotFound", "the server could not find the requested resource"));
  }
  FaultServer::Handler handler() const {
    return [this](const TestRequest& request, TestPeer& peer) { answer(request, peer); };
  }

 private:
  std::string version(const std::string& group) const {
    const auto found = versions.find(group);
    return found == versions.end() ? "v1" : found->second;
  }
  std::string root(const std::string& group) const {
    return group.empty() ? "/api/v1" : "/apis/" + group + "/" + version(group);
  }
  std::string groups() const {
    std::string out;
    for (const auto& [group, kinds] : kinds_) {
      if (group.empty()) continue;
      const std::string at = fmt::format(R"({{"groupVersion":"{0}/{1}","version":"{1}"}})", group, version(group));
      out += fmt::format(R"({}{{"name":"{}","versions":[{}],"preferredVersion":{}}})", out.empty() ? "" : ",",
                         group, at, at);
    }
    return R"({"kind":"APIGroupList","groups":[)" + out + "]}";
  }
  static std::string resources(const std::vector<kube::WantedKind>& kinds) {
    std::string out;
    for (const kube::WantedKind& kind : kinds) {
      out += fmt::format(R"({}{{"name":"{}","kind":"{}","namespaced":{},"verbs":["list"]}})",
                         out.empty() ? "" : ",", kind.plural, kind.kind, kind.namespaced);
    }
    return R"({"kind":"APIResourceList","resources":[)" + out + "]}";
  }
  std::string list(const kube::WantedKind& kind) const {
    std::string items;
    if (const auto found = objects.find(std::string(kind.plural)); found != objects.end()) {
      for (const std::string& object : found->second) items += (items.empty() ? "" : ",") + object;
    }
    return fmt::format(R"({{"kind":"{}List","metadata":{{"resourceVersion":"7"}},"items":[{}]}})", kind.kind,
                       items);
  }

  std::map<std::string, std::vector<kube::WantedKind>> kinds_;
};

// Whether a request is for this path, or for what lies below it.
inline bool is_for(const TestRequest& request, const std::string& path) {
  return request.target.substr(0, request.target.find('?')).ends_with(path);
}

// A fault of the first `times` requests for what ends in `path` ("/pods").
inline TinyCluster::Fault first_times(int times, const std::string& path, std::function<void(TestPeer&)> wrong) {
  const auto left = std::make_shared<std::atomic<int>>(times);
  return [=](const TestRequest& request, TestPeer& peer) {
    if (!is_for(request, path) || left->fetch_sub(1) <= 0) return false;
    wrong(peer);
    return true;
  };
}
inline constexpr int always = 1'000'000;

}  // namespace bulwark::faults

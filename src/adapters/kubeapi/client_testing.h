// What tests of the client share: a cluster on a FaultServer, without long waits.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "adapters/kubeapi/client.h"
#include "adapters/kubeapi/fault_server_testing.h"

namespace bulwark::adapters {

// Planted wherever a credential goes; no message may show it.
inline const std::string planted_token =
    "planted-token-8c2f1d";  // NOLINT(bugprone-throwing-static-initialization)

inline Connection connection_to(const std::string& server) {
  Connection connection;
  connection.context = "test-context";
  connection.server = server;
  connection.name_space = "default";
  connection.token = planted_token;
  return connection;
}

struct TestCluster {
  explicit TestCluster(const std::string& server) : TestCluster(connection_to(server)) {}
  explicit TestCluster(const Connection& connection, ClientOptions options = quick()) {
    options.random = [] { return 0.5; };
    options.sleep = [this](std::chrono::milliseconds time) { slept.push_back(time); };
    options.notice = [this](const std::string& text) { notices.push_back(text); };
    cluster = std::make_unique<LiveCluster>(connection, std::move(options));
  }

  static ClientOptions quick() {
    ClientOptions options;
    options.page_size = 2;
    options.first_back_off = std::chrono::milliseconds(20);
    options.idle_limit = std::chrono::seconds(20);  // a busy machine must not look like a silent server
    options.watch_silence = std::chrono::milliseconds(300);
    options.probe_limit = std::chrono::milliseconds(200);
    return options;
  }

  LiveCluster* operator->() const { return cluster.get(); }
  // Everything that could reach a screen.
  std::string said() const {
    std::string all;
    for (const std::string& notice : notices) all += notice + "\n";
    return all;
  }

  std::vector<std::chrono::milliseconds> slept;
  std::vector<std::string> notices;
  std::unique_ptr<LiveCluster> cluster;
};

inline kube::Resource pods_resource() { return {.version = "v1", .plural = "pods", .kind = "Pod"}; }

// Keeps the names of the objects that it gets.
class NamesOfObjects : public kube::ObjectSink {
 public:
  void on_object(const document::Node& object, std::string_view json) override {
    names += std::string(object.find("metadata")->find("name")->text()) + " ";
    last_json = json;
  }
  void on_restart() override { names += "restart "; }
  std::string names, last_json;
};

}  // namespace bulwark::adapters

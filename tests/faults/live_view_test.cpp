// What `scan --cluster --watch` says when something is wrong with the cluster that it follows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>

#include "faults/started_program.h"
#include "faults/tiny_cluster.h"

namespace bulwark::faults {
namespace {

using testing::HasSubstr;
using testing::Not;

// An API group that does not answer stays unknown, however often the view asks what the server serves.
TEST(LiveView, AGroupThatDoesNotAnswerIsNotForgotten) {
  TinyCluster cluster;
  std::atomic<int> facts_read = 0;
  std::atomic<bool> told = false;
  cluster.fault = [&](const TestRequest& request, TestPeer& peer) {
    if (is_for(request, "/metrics")) ++facts_read;
    if (is_for(request, "/apis/policy/v1")) {
      peer.answer(404, status_json(404, "NotFound", "nobody is here"));
      return true;
    }
    if (request.target.find("watch=true") == std::string::npos) return false;
    peer.begin_chunks();
    // A new definition, once the facts have been read, makes the view ask again.
    if (is_for(request, "/customresourcedefinitions") && !told.exchange(true)) {
      static_cast<void>(eventually([&] { return facts_read > 0; }));
      peer.chunk(
          R"({"type":"ADDED","object":{"kind":"CustomResourceDefinition","apiVersion":"apiextensions.k8s.io/v1",)"
          R"("metadata":{"name":"late.example.com","resourceVersion":"8"},"spec":{}}})"
          "\n");
    }
    // What is judged after that is told after it.
    if (is_for(request, "/pods")) {
      static_cast<void>(eventually([&] { return facts_read > 1; }));
      peer.chunk(
          R"({"type":"ADDED","object":{"kind":"Pod","apiVersion":"v1","metadata":{"name":"newcomer","namespace":"default",)"
          R"("resourceVersion":"9"},"spec":{"hostPID":true,"containers":[{"name":"a","image":"a"}]}}})"
          "\n");
    }
    peer.hold();
    return true;
  };
  const FaultServer server(cluster.handler());
  const Folder folder;
  const std::string config = folder.write("config", Kubeconfig{server.url()}.text());
  StartedProgram program(folder, {"scan", "--cluster", "-A", "--watch", "-o", "json", "--kubeconfig", config});
  ASSERT_TRUE(eventually([&] { return folder.read("out").find("SYNCED") != std::string::npos; }))
      << folder.read("err");
  EXPECT_THAT(folder.read("out"), HasSubstr("PodDisruptionBudget"));
  ASSERT_TRUE(eventually([&] { return folder.read("out").find("newcomer") != std::string::npos; }))
      << "the facts have been read " << facts_read << " times";
  program.signal(SIGINT);
  const int status = program.wait();
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 128 + SIGINT) << status;
  EXPECT_THAT(folder.read("out"), Not(HasSubstr("DELETED")));
}

}  // namespace
}  // namespace bulwark::faults

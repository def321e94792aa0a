// ^C ends the program at once, as a shell expects it, and leaves nothing behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "faults/started_program.h"
#include "faults/tiny_cluster.h"

namespace bulwark::faults {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

// Ends it, and looks at how it ends.
void expect_end(StartedProgram& program, int signal) {
  const auto begin = std::chrono::steady_clock::now();
  program.signal(signal);
  const int status = program.wait();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(1));
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == signal) << status;
}

bool has_asked(const FaultServer& server, const std::string& path) {
  for (const TestRequest& request : server.received()) {
    if (is_for(request, path)) return true;
  }
  return false;
}

TEST(Interruption, OfAListThatHangs) {
  TinyCluster cluster;
  cluster.fault = first_times(always, "/pods", [](TestPeer& peer) {
    peer.begin_chunks();
    peer.chunk("{\"items\":[");
    peer.hold();
  });
  const FaultServer server(cluster.handler());
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    const Folder folder;
    const std::string config = folder.write("config", Kubeconfig{server.url()}.text());
    StartedProgram program(folder, {"scan", "--cluster", "--kubeconfig", config});
    ASSERT_TRUE(eventually([&] { return has_asked(server, "/pods"); }));
    expect_end(program, signal);
  }
}

TEST(Interruption, LeavesNoHalfSnapshot) {
  TinyCluster cluster;
  cluster.fault = first_times(always, "/pods", [](TestPeer& peer) { peer.hold(); });
  for (const bool exists : {false, true}) {
    const FaultServer server(cluster.handler());
    const Folder folder;
    const std::string config = folder.write("config", Kubeconfig{server.url()}.text());
    if (exists) folder.write("cluster.json", "of yesterday");
    StartedProgram program(
        folder, {"snapshot", "-A", "--kubeconfig", config, "-o", (folder.path() / "cluster.json").string()});
    ASSERT_TRUE(eventually([&] { return has_asked(server, "/pods"); }));
    EXPECT_EQ(folder.names().size(), exists ? 5U : 4U) << "it is written beside its place";
    expect_end(program, SIGINT);
    EXPECT_EQ(folder.read("cluster.json"), exists ? "of yesterday" : "");
    std::vector<std::string> names = folder.names();
    std::erase(names, "cluster.json");
    EXPECT_THAT(names, UnorderedElementsAre("config", "out", "err"));
  }
}

TEST(Interruption, EndsThePluginAndWhatItStarted) {
  const TinyCluster cluster;
  const FaultServer server(cluster.handler());
  const Folder folder;
  const std::string plugin = folder.script(
      "plugin", fmt::format("cd {}; echo $$ > parent; sleep 100 & echo $! > child.tmp; mv child.tmp child; wait",
                            folder.path().string()));
  const Kubeconfig config{.server = server.url(), .user = Kubeconfig::plugin(plugin)};
  StartedProgram program(folder, {"scan", "--cluster", "--kubeconfig", folder.write("config", config.text())});
  ASSERT_TRUE(eventually([&] { return !folder.read("child").empty(); }));
  expect_end(program, SIGINT);
  for (const char* name : {"parent", "child"}) {
    const std::string pid = folder.read(name).substr(0, folder.read(name).find('\n'));
    EXPECT_TRUE(eventually([&] { return !is_running(pid); })) << name;
  }
}

TEST(Interruption, OfAWaitBetweenTries) {
  TinyCluster cluster;
  cluster.fault = first_times(always, "/version", [](TestPeer& peer) {
    peer.answer(503, "later", "Content-Type: text/plain\r\nRetry-After: 50\r\n");
  });
  const FaultServer server(cluster.handler());
  const Folder folder;
  const std::string config = folder.write("config", Kubeconfig{server.url()}.text());
  StartedProgram program(folder, {"scan", "--cluster", "--kubeconfig", config});
  ASSERT_TRUE(eventually([&] { return folder.read("err").find("trying again in 50.0 s") != std::string::npos; }));
  expect_end(program, SIGINT);
}

TEST(Interruption, IsIgnoredWhereItWasIgnored) {
  TinyCluster cluster;
  std::atomic<bool> go = false;
  cluster.fault = [&](const TestRequest& request, TestPeer&) {
    if (is_for(request, "/pods")) eventually([&] { return go.load(); });
    return false;
  };
  const FaultServer server(cluster.handler());
  const Folder folder;
  const std::string config = folder.write("config", Kubeconfig{server.url()}.text());
  StartedProgram program(folder, {"scan", "--cluster", "--kubeconfig", config}, false, true);
  ASSERT_TRUE(eventually([&] { return has_asked(server, "/pods"); }));
  program.signal(SIGHUP);
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  go = true;
  const int status = program.wait();
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 1) << status;
}

// Warnings stand on lines of their own, and the bar comes back under them; at the end no bar is left.
TEST(Terminal, WarningsStandAboveTheBar) {
  TinyCluster cluster;
  cluster.fault = first_times(2, "/pods", [](TestPeer& peer) {
    std::this_thread::sleep_for(std::chrono::milliseconds(800));
    peer.answer(503, "busy \x1b[31m now", "Content-Type: text/plain\r\n");
  });
  const FaultServer server(cluster.handler());
  const Folder folder;
  const std::string config = folder.write("config", Kubeconfig{server.url()}.text());
  StartedProgram program(folder, {"scan", "--cluster", "--kubeconfig", config}, true);
  const int status = program.wait();
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 1) << status;
  const std::string& screen = program.screen();
  EXPECT_THAT(screen, HasSubstr("reading the cluster ["));
  EXPECT_THAT(screen, HasSubstr("busy \\x1b[31m now")) << "a server's words steer no terminal";
  std::size_t warnings = 0;
  for (std::size_t at = screen.find("warning: "); at != std::string::npos; at = screen.find("warning: ", at + 1)) {
    // (A port may have any digits, "503" among them.)
    if (screen.substr(at).find("busy") > screen.substr(at).find('\n'))
      continue;  // of the connection, before the bar
    ++warnings;
    EXPECT_EQ(screen.substr(at - 4, 4), "\r\x1b[K") << screen;
    const std::size_t end = screen.find('\n', at);
    EXPECT_EQ(screen.substr(end + 1, 22), "\rreading the cluster [") << screen;
  }
  EXPECT_EQ(warnings, 2U) << screen;
  EXPECT_THAT(screen, EndsWith("\r\x1b[K"));
}

TEST(Terminal, AnInterruptionClearsTheBar) {
  TinyCluster cluster;
  cluster.fault = first_times(always, "/pods", [](TestPeer& peer) { peer.hold(); });
  const FaultServer server(cluster.handler());
  const Folder folder;
  const std::string config = folder.write("config", Kubeconfig{server.url()}.text());
  StartedProgram program(folder, {"scan", "--cluster", "--kubeconfig", config}, true);
  ASSERT_TRUE(eventually([&] { return has_asked(server, "/pods"); }));
  std::this_thread::sleep_for(std::chrono::milliseconds(900));
  expect_end(program, SIGINT);
  EXPECT_THAT(program.screen(), HasSubstr("reading the cluster ["));
  EXPECT_THAT(program.screen(), EndsWith("\r\x1b[K"));
}

}  // namespace
}  // namespace bulwark::faults

#include "adapters/kubeapi/watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/kubeapi/client_testing.h"

namespace bulwark::adapters {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string event(const std::string& type, const std::string& name, int version) {
  return fmt::format(
             R"({{"type":"{}","object":{{"kind":"Pod","apiVersion":"v1","metadata":{{"name":"{}","resourceVersion":"{}"}}}}}})",
             type, name, version) +
         "\n";
}

class Story : public kube::WatchSink {
 public:
  void on_change(kube::Change change, const document::Node& object, std::string_view json) override {
    constexpr const char* marks[] = {"+", "~", "-"};
    text +=
        marks[static_cast<std::size_t>(change)] + std::string(object.find("metadata")->find("name")->text()) + " ";
    EXPECT_THAT(std::string(json), HasSubstr(R"("kind":"Pod")"));
    if (on_told) on_told();
  }
  void on_progress(std::string_view version) override { text += "@" + std::string(version) + " "; }
  void on_end(const kube::Status& status) override {
    text += "end";
    end = status;
  }
  std::string text;
  std::optional<kube::Status> end;
  std::function<void()> on_told;
};

// Runs until the story has so many words, or a few seconds have passed.
void run(TestCluster& cluster, const Story& story, std::size_t words) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  const auto count = [&] {
    return static_cast<std::size_t>(std::count(story.text.begin(), story.text.end(), ' '));
  };
  while (count() < words && !story.end && std::chrono::steady_clock::now() < end) {
    if (!cluster->run_until(cluster->now() + std::chrono::milliseconds(100))) return;
  }
}

TEST(Watch, TellsChangesAndBookmarks) {
  FaultServer server([](const TestRequest&, TestPeer& peer) {
    peer.begin_chunks();
    const std::string events =
        event("ADDED", "a", 6) + event("MODIFIED", "a", 7) + event("BOOKMARK", "", 9) + event("DELETED", "a", 10);
    // Cut within an event.
    peer.chunk(events.substr(0, 150));
    ::usleep(20'000);
    peer.chunk(events.substr(150));
    peer.hold();
  });
  TestCluster cluster(server.url());
  Story story;
  cluster->watch(pods_resource(), {.name_space = "shop"}, "5", story);
  run(cluster, story, 4);
  EXPECT_EQ(story.text, "+a ~a @9 -a ");
  EXPECT_EQ(
      server.received()[0].target,
      "/api/v1/namespaces/shop/pods?watch=true&allowWatchBookmarks=true&resourceVersion=5&timeoutSeconds=450");
}

// Ends of connections are taken up from the last version that was told.
TEST(Watch, GoesOnWhereItWasLost) {
  struct Case {
    const char* name;
    std::function<void(TestPeer&)> end;
  };
  for (const Case& c : {
           Case{"orderly", [](TestPeer& peer) { peer.end_chunks(); }},
           Case{"closed", [](TestPeer& peer) { peer.close(); }},
           Case{"reset", [](TestPeer& peer) { peer.reset(); }},
           Case{"half an event",
                [](TestPeer& peer) {
                  peer.chunk(event("ADDED", "x", 99).substr(0, 60));
                  peer.close();
                }},
           Case{"half-open", [](TestPeer& peer) { peer.hold(); }},
           Case{"server's trouble",
                [](TestPeer& peer) {
                  peer.chunk(R"({"type":"ERROR","object":{"kind":"Status","code":500,"message":"etcd"}})"
                             "\n");
                  peer.hold();
                }},
       }) {
    std::atomic<int> watches = 0;
    FaultServer server([&](const TestRequest& request, TestPeer& peer) {
      if (request.target == "/version") return peer.hold();  // the probe finds nobody either
      const int number = ++watches;
      if (number == 2) return peer.answer(503, "", "");
      peer.begin_chunks();
      peer.chunk(number == 1 ? event("ADDED", "a", 6) : event("ADDED", "b", 7));
      if (number == 1) return c.end(peer);
      peer.hold();
    });
    TestCluster cluster(server.url());
    Story story;
    cluster->watch(pods_resource(), {}, "5", story);
    run(cluster, story, 2);
    EXPECT_EQ(story.text, "+a +b ") << c.name;
    std::vector<std::string> from;
    for (const TestRequest& request : server.received()) {
      const std::size_t at = request.target.find("resourceVersion=");
      if (at != std::string::npos) from.push_back(request.target.substr(at + 16, 1));
    }
    ASSERT_GE(from.size(), 3U) << c.name;
    EXPECT_EQ(from[0] + from[1] + from[2], "566") << c.name;
    EXPECT_THAT(cluster.said(), HasSubstr("watch of pods: ")) << c.name;
  }
}

TEST(Watch, ASilentWatchOnAWorkingServerIsRenewedQuietly) {
  std::atomic<int> watches = 0;
  FaultServer server([&](const TestRequest& request, TestPeer& peer) {
    if (request.target == "/version") return peer.answer(200, R"({"gitVersion":"v1.30.0"})");
    peer.begin_chunks();
    if (++watches > 1) peer.chunk(event("ADDED", "a", 6));
    peer.hold();
  });
  TestCluster cluster(server.url());
  Story story;
  cluster->watch(pods_resource(), {}, "5", story);
  run(cluster, story, 1);
  EXPECT_EQ(story.text, "+a ");
  EXPECT_EQ(cluster.said(), "");
}

TEST(Watch, Ends) {
  struct Case {
    const char* name;
    FaultServer::Handler handler;
    int code;
    const char* words;
  };
  const std::string gone =
      R"({"kind":"Status","code":410,"reason":"Expired","message":"too old resource version"})";
  for (const Case& c : {
           Case{"410 as an event",
                [&](const TestRequest&, TestPeer& peer) {
                  peer.begin_chunks();
                  peer.chunk(R"({"type":"ERROR","object":)" + gone + "}\n");
                },
                410, "too old"},
           Case{"410 as an answer", [&](const TestRequest&, TestPeer& peer) { peer.answer(410, gone); }, 410,
                "too old"},
           Case{"403",
                [&](const TestRequest&, TestPeer& peer) {
                  peer.answer(403, R"({"kind":"Status","reason":"Forbidden","message":"no"})");
                },
                403, "no"},
           Case{"401", [&](const TestRequest&, TestPeer& peer) { peer.answer(401, "no " + planted_token, ""); },
                401, "test-context"},
           Case{"404", [&](const TestRequest&, TestPeer& peer) { peer.answer(404, ""); }, 404, "test-context"},
           Case{"HTML",
                [&](const TestRequest&, TestPeer& peer) {
                  peer.answer(200, "<html>\n", "Content-Type: text/html\r\n");
                },
                0, "HTML instead of events"},
           Case{"a broken object",
                [&](const TestRequest&, TestPeer& peer) {
                  peer.answer(200, "{\"type\":\"ADDED\",\"object\":{\"a\":nul}}\n");
                },
                0, "watch of pods"},
       }) {
    FaultServer server(c.handler);
    TestCluster cluster(server.url());
    Story story;
    cluster->watch(pods_resource(), {}, "5", story);
    run(cluster, story, 1);
    ASSERT_TRUE(story.end) << c.name;
    EXPECT_EQ(story.end->code, c.code) << c.name;
    EXPECT_THAT(story.end->message, HasSubstr(c.words)) << c.name;
    EXPECT_THAT(story.end->message + cluster.said(), Not(HasSubstr(planted_token))) << c.name;
    EXPECT_FALSE(cluster->run_until(cluster->now() + std::chrono::hours(1))) << c.name;
  }
}

TEST(Watch, SinksMayAskAndEndWatches) {
  FaultServer server([](const TestRequest& request, TestPeer& peer) {
    if (request.target.find("watch=true") == std::string::npos) return peer.answer(200, R"({"kind":"Pod"})");
    peer.begin_chunks();
    peer.chunk(event("ADDED", "a", 6) + event("ADDED", "b", 7));
    peer.hold();
  });
  TestCluster cluster(server.url());
  Story story;
  const auto id = cluster->watch(pods_resource(), {}, "5", story);
  story.on_told = [&] {
    EXPECT_TRUE(cluster->get({pods_resource(), "default", "a"}, ""));
    cluster->unwatch(id);
  };
  run(cluster, story, 2);
  EXPECT_EQ(story.text, "+a ");
  EXPECT_FALSE(cluster->run_until(cluster->now() + std::chrono::hours(1)));
}

// What comes while something else is asked is kept for run_until.
TEST(Watch, TellsNothingOutsideOfRunUntil) {
  TestAuthority authority("ours");
  const TestIdentity identity = authority.issue("server", "IP:127.0.0.1");
  for (const TestIdentity* tls : {static_cast<const TestIdentity*>(nullptr), &identity}) {
    FaultServer server(
        [](const TestRequest& request, TestPeer& peer) {
          if (request.target.find("watch=true") == std::string::npos) {
            ::usleep(100'000);
            return peer.answer(200, R"({"kind":"Pod"})");
          }
          peer.begin_chunks();
          peer.chunk(event("ADDED", "a", 6));
          peer.hold();
        },
        tls);
    Connection connection = connection_to(server.url());
    connection.ca = authority.certificate();
    TestCluster cluster(connection);
    Story story;
    cluster->watch(pods_resource(), {}, "5", story);
    EXPECT_TRUE(cluster->get({pods_resource(), "default", "a"}, ""));
    EXPECT_EQ(story.text, "");
    run(cluster, story, 1);
    EXPECT_EQ(story.text, "+a ");
  }
}

}  // namespace
}  // namespace bulwark::adapters

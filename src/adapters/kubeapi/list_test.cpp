#include "adapters/kubeapi/list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/kubeapi/client_testing.h"

namespace bulwark::adapters {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string page(const std::string& items, const std::string& next = "", const std::string& kind = "PodList") {
  std::string out = R"({"kind":")" + kind + R"(","apiVersion":"v1","metadata":{"resourceVersion":"41")";
  if (!next.empty()) out += R"(,"continue":")" + next + R"(")";
  return out + R"(},"items":[)" + items + "]}\n";
}

std::string pod(const std::string& name) { return R"({"metadata":{"name":")" + name + R"("},"spec":{}})"; }

std::string status(int code, const std::string& reason, const std::string& message) {
  return fmt::format(
      R"({{"kind":"Status","apiVersion":"v1","status":"Failure","message":"{}","reason":"{}","code":{}}})",
      message, reason, code);
}

TEST(List, ReadsAllPages) {
  FaultServer server([](const TestRequest& request, TestPeer& peer) {
    const bool second = request.target.find("continue=next%2F1") != std::string::npos;
    peer.answer(200, second ? page(pod("c")) : page(pod("a") + "," + pod("b"), "next/1"));
  });
  TestCluster cluster(server.url());
  NamesOfObjects sink;
  const auto listed = cluster->list(pods_resource(), {.name_space = "shop", .labels = "app=web"}, sink);
  ASSERT_TRUE(listed);
  EXPECT_EQ(sink.names, "a b c ");
  EXPECT_EQ(sink.last_json, R"({"kind":"Pod","apiVersion":"v1","metadata":{"name":"c"},"spec":{}})");
  EXPECT_EQ(listed->objects, 3U);
  EXPECT_EQ(listed->resource_version, "41");
  const auto received = server.received();
  ASSERT_EQ(received.size(), 2U);
  EXPECT_EQ(received[0].target, "/api/v1/namespaces/shop/pods?labelSelector=app%3Dweb&limit=2");
  EXPECT_EQ(received[0].headers.at("authorization"), "Bearer " + planted_token);
  EXPECT_EQ(received[0].headers.at("user-agent"), "bulwark");
  EXPECT_EQ(server.connections(), 1U) << "requests share the connection";
}

TEST(List, ReadsGzipAndChunks) {
  for (const bool gzip : {true, false}) {
    FaultServer server([&](const TestRequest& request, TestPeer& peer) {
      EXPECT_THAT(request.headers.at("accept-encoding"), HasSubstr("gzip"));
      const std::string body = page(pod("a") + "," + pod("b"));
      if (gzip)
        return peer.answer(200, stored_gzip(body), "Content-Type: application/json\r\nContent-Encoding: gzip\r\n");
      peer.begin_chunks();
      for (const char c : body) peer.chunk({&c, 1});
      peer.end_chunks();
    });
    TestCluster cluster(server.url());
    NamesOfObjects sink;
    ASSERT_TRUE(cluster->list(pods_resource(), {}, sink)) << gzip;
    EXPECT_EQ(sink.names, "a b ");
  }
}

TEST(List, BeginsAgainWhenTheContinueTokenHasExpired) {
  FaultServer server([](const TestRequest& request, TestPeer& peer) {
    if (request.target.find("continue=") != std::string::npos) {
      return peer.answer(410, status(410, "Expired", "The provided continue parameter is too old"));
    }
    const bool paged = request.target.find("limit=") != std::string::npos;
    peer.answer(200, paged ? page(pod("a") + "," + pod("b"), "old") : page(pod("a") + "," + pod("c")));
  });
  TestCluster cluster(server.url());
  NamesOfObjects sink;
  const auto listed = cluster->list(pods_resource(), {}, sink);
  ASSERT_TRUE(listed);
  EXPECT_EQ(sink.names, "a b restart a c ");
  EXPECT_EQ(listed->objects, 2U);
}

TEST(List, ReadsOnBehindATornPage) {
  struct Case {
    const char* torn_page;
    const char* names;
  };
  // The first page may differ the next time; a later one is the same, and what was told is passed over.
  for (const Case& c : {Case{"first", "a restart a b c d "}, Case{"second", "a b c d "}}) {
    int tears = 0;
    FaultServer server([&](const TestRequest& request, TestPeer& peer) {
      const bool second = request.target.find("continue=") != std::string::npos;
      const std::string body = second ? page(pod("c") + "," + pod("d")) : page(pod("a") + "," + pod("b"), "2");
      if (second == (std::string_view(c.torn_page) == "second") && tears++ == 0) {
        peer.send(fmt::format("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
                              body.size(), body.substr(0, body.size() - 25)));
        return peer.close();
      }
      peer.answer(200, body);
    });
    TestCluster cluster(server.url());
    NamesOfObjects sink;
    ASSERT_TRUE(cluster->list(pods_resource(), {}, sink)) << c.torn_page;
    EXPECT_EQ(sink.names, c.names);
    EXPECT_THAT(cluster.said(), HasSubstr("the answer is cut off"));
  }
}

// Answers that end in an error, and what it says.
TEST(List, Failures) {
  struct Case {
    const char* name;
    FaultServer::Handler handler;
    int code;
    std::vector<const char*> words;
    std::size_t requests;
  };
  const auto answer = [](int code, std::string body, std::string headers = "Content-Type: application/json\r\n") {
    return [=](const TestRequest&, TestPeer& peer) { peer.answer(code, body, headers); };
  };
  for (const Case& c : {
           Case{"forbidden",
                answer(403, status(403, "Forbidden", "pods is forbidden: User x cannot list")),
                403,
                {"Forbidden: pods is forbidden: User x cannot list"},
                1},
           Case{"unknown version",
                answer(404, "404 page not found", "Content-Type: text/plain; charset=utf-8\r\n"),
                404,
                {"NotFound", "test-context", "127.0.0.1", "404 page not found"},
                1},
           Case{"html",
                answer(200, "<!DOCTYPE html><html>sign in</html>", "Content-Type: text/html\r\n"),
                0,
                {"test-context", "http://127.0.0.1", "HTML instead of a List"},
                1},
           Case{"html error",
                answer(502, "<html>bad gateway</html>", "Content-Type: text/html\r\n"),
                502,
                {"test-context", "HTML instead of a Status"},
                6},
           Case{"no list", answer(200, R"({"kind":"Pod"})"), 0, {"list of pods", "its kind is no List"}, 1},
           Case{"no json", answer(200, "oops", ""), 0, {"something else instead of a List"}, 1},
           Case{"nothing", answer(200, "", ""), 0, {"nothing instead of a List"}, 1},
           Case{"bad item", answer(200, page("{\"a\":tru}")), 0, {"list of pods: item 0: "}, 1},
           Case{
               "ended JSON", answer(200, page(pod("a")).substr(0, 100)), 0, {"ends too early", "test-context"}, 6},
           Case{"token echoed",
                answer(400, status(400, "BadRequest", "bad header " + planted_token)),
                400,
                {"bad header <hidden>"},
                1},
           Case{"silence",
                [](const TestRequest&, TestPeer& peer) { peer.hold(); },
                0,
                {"no data for 0.4 s", "test-context", "127.0.0.1"},
                1},
           Case{"reset",
                [](const TestRequest&, TestPeer& peer) { peer.reset(); },
                0,
                {"test-context", "127.0.0.1"},
                6},
           Case{"early end", [](const TestRequest&, TestPeer& peer) { peer.close(); }, 0, {"test-context"}, 6},
           Case{"no http",
                [](const TestRequest&, TestPeer& peer) {
                  peer.send("SSH-2.0-OpenSSH\r\n");
                  peer.close();
                },
                0,
                {"test-context"},
                6},
       }) {
    FaultServer server(c.handler);
    ClientOptions options = TestCluster::quick();
    if (std::string_view(c.name) == "silence") options.idle_limit = std::chrono::milliseconds(400);
    TestCluster cluster(connection_to(server.url()), options);
    NamesOfObjects sink;
    const auto listed = cluster->list(pods_resource(), {}, sink);
    ASSERT_FALSE(listed) << c.name;
    EXPECT_EQ(listed.error().code, c.code) << c.name;
    const std::string text = listed.error().error().text();
    for (const char* word : c.words) EXPECT_THAT(text, HasSubstr(word)) << c.name;
    EXPECT_THAT(text + cluster.said(), Not(HasSubstr(planted_token))) << c.name;
    // libcurl sends once more by itself when a kept connection turns out to be dead.
    EXPECT_GE(server.received().size(), c.requests) << c.name;
    if (c.requests == 1) {
      EXPECT_EQ(server.received().size(), 1U) << c.name;
    }
  }
}

TEST(List, WaitsAsLongAsTheServerAsks) {
  int requests = 0;
  FaultServer server([&](const TestRequest&, TestPeer& peer) {
    if (requests++ == 0)
      return peer.answer(429, "Too many requests", "Retry-After: 7\r\nContent-Type: text/plain\r\n");
    if (requests == 2) return peer.answer(503, status(503, "ServiceUnavailable", "not yet"));
    peer.answer(200, page(pod("a")));
  });
  TestCluster cluster(server.url());
  NamesOfObjects sink;
  ASSERT_TRUE(cluster->list(pods_resource(), {}, sink));
  using std::chrono::milliseconds;
  EXPECT_THAT(cluster.slept, ElementsAre(milliseconds(7000), milliseconds(30)));
  EXPECT_THAT(cluster.said(), HasSubstr("trying again in 7.0 s"));
}

TEST(List, GivesUpWhenTheServerAsksForTooMuch) {
  FaultServer server([](const TestRequest&, TestPeer& peer) { peer.answer(503, "", "Retry-After: 3600\r\n"); });
  TestCluster cluster(server.url());
  NamesOfObjects sink;
  const auto listed = cluster->list(pods_resource(), {}, sink);
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().retry_after, std::chrono::seconds(3600));
  EXPECT_TRUE(cluster.slept.empty());
}

TEST(List, EndsAtOnceWhenInterrupted) {
  std::atomic<bool> interrupted = false;
  FaultServer server([&](const TestRequest&, TestPeer& peer) {
    interrupted = true;
    peer.hold();
  });
  ClientOptions options = TestCluster::quick();
  options.interrupted = &interrupted;
  options.idle_limit = std::chrono::seconds(60);
  TestCluster cluster(connection_to(server.url()), options);
  NamesOfObjects sink;
  const auto began = std::chrono::steady_clock::now();
  const auto listed = cluster->list(pods_resource(), {}, sink);
  ASSERT_FALSE(listed);
  EXPECT_THAT(listed.error().message, HasSubstr("interrupted"));
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
}

// Nobody listens there.
TEST(List, SaysThatTheServerIsNotThere) {
  std::string url;
  {
    const FaultServer server([](const TestRequest&, TestPeer&) {});
    url = server.url();
  }
  TestCluster cluster(url);
  NamesOfObjects sink;
  const auto listed = cluster->list(pods_resource(), {}, sink);
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().code, 0);
  EXPECT_THAT(listed.error().message, HasSubstr("context test-context, server " + url));
  EXPECT_EQ(cluster.slept.size(), 5U);
}

}  // namespace
}  // namespace bulwark::adapters

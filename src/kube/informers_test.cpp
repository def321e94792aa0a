#include "kube/informers.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "kube/memory_cluster_testing.h"

namespace bulwark::kube {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;

const Resource pods{.group = {}, .version = "v1", .plural = "pods", .kind = "Pod", .verbs = {}};
const Resource config_maps{.group = {}, .version = "v1", .plural = "configmaps", .kind = "ConfigMap", .verbs = {}};

ObjectKey pod(const std::string& name) { return {pods, "shop", name}; }

// Writes down what it is told, and keeps what there is.
class Story : public InformerSink {
 public:
  void on_present(const Resource& resource, const document::Node& object, std::string_view) override {
    const document::Node& metadata = *object.find("metadata");
    const std::string name(metadata.find("name")->text());
    const auto value = [&] {
      const document::Node* labels = metadata.find("labels");
      const document::Node* label = labels == nullptr ? nullptr : labels->find("v");
      return label == nullptr ? std::string() : std::string(label->text());
    }();
    told.push_back("+" + name + value);
    present[resource.plural + '/' + std::string(metadata.find("namespace")->text()) + '/' + name] = value;
  }
  void on_gone(const Resource& resource, std::string_view name_space, std::string_view name) override {
    told.push_back("-" + std::string(name));
    EXPECT_EQ(present.erase(resource.plural + '/' + std::string(name_space) + '/' + std::string(name)), 1U)
        << name << " was not known";
  }
  void on_readable(const Resource& resource, const Status* failure) override {
    told.push_back(resource.plural + (failure == nullptr ? " readable" : " " + std::to_string(failure->code)));
  }
  std::vector<std::string> take() { return std::exchange(told, {}); }

  std::vector<std::string> told;
  std::map<std::string, std::string> present;
};

class InformersTest : public testing::Test {
 protected:
  void make(const ObjectKey& key, const std::string& value = "") {
    ASSERT_TRUE(cluster.create(
        key, fmt::format(R"({{"metadata": {{"name": "{}", "labels": {{"v": "{}"}}}}}})", key.name, value), {},
        {}));
  }
  void change(const ObjectKey& key, const std::string& value) {
    ASSERT_TRUE(cluster.patch(key, PatchType::merge,
                              fmt::format(R"({{"metadata": {{"labels": {{"v": "{}"}}}}}})", value), {}, {}));
  }
  void erase(const ObjectKey& key) { ASSERT_TRUE(cluster.remove(key, {.grace_period_seconds = 0})); }
  void pass(std::chrono::milliseconds time) {
    const Time end = cluster.now() + time;
    while (cluster.now() < end && informers.run_until(end)) continue;
  }

  MemoryCluster cluster;
  Story story;
  Informers informers{cluster, story};
};

TEST_F(InformersTest, ListThenChanges) {
  make(pod("a"));
  make(pod("b"));
  EXPECT_TRUE(informers.follow(pods, {}));
  EXPECT_THAT(story.take(), ElementsAre("+a", "+b"));
  make(pod("c"), "1");
  change(pod("a"), "2");
  erase(pod("b"));
  pass(seconds(1));
  EXPECT_THAT(story.take(), ElementsAre("+c1", "+a2", "-b"));
  pass(seconds(1));
  EXPECT_THAT(story.take(), ElementsAre());
}

TEST_F(InformersTest, RunUntilEndsEarlyOnlyWhenSomethingWasTold) {
  EXPECT_FALSE(informers.run_until(cluster.now() + seconds(1))) << "nothing is followed";
  EXPECT_TRUE(informers.follow(pods, {}));
  const Time start = cluster.now();
  EXPECT_TRUE(informers.run_until(start + seconds(5)));
  EXPECT_EQ(cluster.now(), start + seconds(5));
  make(pod("a"));
  EXPECT_TRUE(informers.run_until(start + seconds(10)));
  EXPECT_EQ(cluster.now(), start + seconds(5));
}

TEST_F(InformersTest, WhatCameAndWentWhileTheWatchWasGone) {
  for (const char* name : {"a", "b", "c"}) make(pod(name));
  EXPECT_TRUE(informers.follow(pods, {}));
  story.take();
  cluster.end_watches(410);
  erase(pod("a"));
  change(pod("b"), "2");
  make(pod("d"));
  pass(seconds(1));
  EXPECT_THAT(story.take(), ElementsAre("+b2", "+c", "+d", "-a"));
  make(pod("e"));
  pass(seconds(1));
  EXPECT_THAT(story.take(), ElementsAre("+e")) << "watched again";
}

TEST_F(InformersTest, ARefusedKindIsTriedAgainAndKnownObjectsStay) {
  make(pod("a"));
  EXPECT_TRUE(informers.follow(pods, {}));
  cluster.forbidden = {"pods", "configmaps"};
  EXPECT_FALSE(informers.follow(config_maps, {}));
  EXPECT_THAT(story.take(), ElementsAre("+a", "configmaps 403"));
  cluster.end_watches(403);
  // A second after the end, then after two, four, ... as long as it is refused.
  pass(seconds(0));
  EXPECT_THAT(story.take(), ElementsAre("pods 403"));
  pass(seconds(8));
  EXPECT_THAT(story.take(), ElementsAre("pods 403", "configmaps 403", "pods 403", "configmaps 403", "pods 403",
                                        "configmaps 403"));
  EXPECT_EQ(story.present.size(), 1U);
  cluster.forbidden.clear();
  pass(seconds(31));
  EXPECT_THAT(story.take(), ElementsAre("+a", "pods readable", "configmaps readable"));
}

TEST_F(InformersTest, UnfollowedKindsAreGone) {
  make(pod("z"));
  EXPECT_TRUE(informers.follow(pods, {}));
  EXPECT_TRUE(informers.follow(config_maps, {}));
  informers.unfollow(pods);
  EXPECT_THAT(story.take(), ElementsAre("+z", "-z"));
  make(pod("a"));
  make({config_maps, "shop", "c"});
  pass(seconds(1));
  EXPECT_THAT(story.take(), ElementsAre("+c"));
  ASSERT_EQ(informers.followed().size(), 1U);
  EXPECT_EQ(informers.followed()[0].plural, "configmaps");
}

// A server whose first continue token expires: the list begins again, and an object of the first try is gone.
class RestartingCluster : public MemoryCluster {
 public:
  Answer<Listed> list(const Resource& resource, const Query& query, ObjectSink& sink) override {
    if (std::exchange(restarts_, false)) {
      static_cast<void>(MemoryCluster::list(resource, query, sink));
      EXPECT_TRUE(remove(pod("a"), {.grace_period_seconds = 0}));
      sink.on_restart();
    }
    return MemoryCluster::list(resource, query, sink);
  }

 private:
  bool restarts_ = true;
};

TEST(Informers, AListThatBeginsAgain) {
  RestartingCluster cluster;
  for (const char* name : {"a", "b"}) {
    ASSERT_TRUE(cluster.create(pod(name), fmt::format(R"({{"metadata":{{"name":"{}"}}}})", name), {}, {}));
  }
  Story story;
  Informers informers(cluster, story);
  EXPECT_TRUE(informers.follow(pods, {}));
  EXPECT_THAT(story.take(), ElementsAre("+a", "+b", "+b", "-a"));
}

// Whatever happens to objects, watches and server: in the end the informers know what there is.
TEST_F(InformersTest, RandomHistories) {
  std::mt19937 random(1);
  const auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
  EXPECT_TRUE(informers.follow(pods, {}));
  EXPECT_TRUE(informers.follow(config_maps, {}));
  std::map<std::string, std::string> truth;
  int relists = 0;
  for (unsigned round = 0; round < 5000; ++round) {
    const Resource& kind = below(2) == 0 ? pods : config_maps;
    const ObjectKey key{kind, below(2) == 0 ? "shop" : "tools", std::string(1, static_cast<char>('a' + below(8)))};
    const std::string place = kind.plural + '/' + key.name_space + '/' + key.name, value = std::to_string(round);
    const bool exists = truth.contains(place);
    switch (below(8)) {
      case 0:
        if (exists) {
          erase(key);
          truth.erase(place);
        }
        break;
      case 1:
        if (below(4) == 0) cluster.end_watches(below(2) == 0 ? 410 : 403);
        ++relists;
        break;
      case 2:
        cluster.forbidden = below(3) == 0 ? std::set<std::string>{kind.plural} : std::set<std::string>{};
        break;
      case 3:
        pass(std::chrono::milliseconds(below(3000)));
        break;
      case 4:
        informers.run_until(cluster.now());
        break;
      default:
        exists ? change(key, value) : make(key, value);
        truth[place] = value;
    }
  }
  ASSERT_GT(relists, 100);
  cluster.forbidden.clear();
  pass(seconds(120));
  EXPECT_EQ(story.present, truth);
  EXPECT_FALSE(truth.empty());
}

}  // namespace
}  // namespace bulwark::kube

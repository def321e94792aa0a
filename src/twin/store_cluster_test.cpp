#include "twin/store_cluster.h"

#include <gtest/gtest.h>

#include "twin/store_testing.h"

namespace bulwark::twin {
namespace {

struct Sink : kube::ObjectSink, kube::WatchSink {
  void on_object(const document::Node& object, std::string_view) override {
    told += kube::name_of(object).text() + ' ';
  }
  void on_change(kube::Change change, const document::Node& object, std::string_view) override {
    told += (change == kube::Change::added     ? '+'
             : change == kube::Change::deleted ? '-'
                                               : '~') +
            kube::name_of(object).text() + ' ';
  }
  void on_end(const kube::Status& status) override { told += "end " + std::to_string(status.code) + ' '; }
  std::string take() { return std::exchange(told, {}); }
  std::string told;
};

// Something happens in the store at a time.
struct Timer : TimeSource {
  explicit Timer(kube::Time start) : time(start) {}
  kube::Time now() const override { return time; }
  void run_until(kube::Time end, const std::function<bool()>& stop) override {
    if (due && *due <= end) {
      time = *std::exchange(due, std::nullopt);
      happen();
      if (stop()) return;
    }
    time = std::max(time, end);
  }
  kube::Time time;
  std::optional<kube::Time> due;
  std::function<void()> happen;
};

class StoreClusterTest : public testing::Test, protected StoreFixture {
 protected:
  kube::ObjectKey key(std::string_view name) const { return {maps().resource, "default", std::string(name)}; }
  Timer timer{now};
  StoreCluster cluster{store, timer, "twin", "v1.33.0"};
  Sink sink;
};

TEST_F(StoreClusterTest, ListsAndWritesAsTheApi) {
  EXPECT_TRUE(cluster.create(key("m"), map("m"), "", {}));
  EXPECT_EQ(refusal(cluster.create(key("m"), map("m"), "", {})), "409 configmaps \"m\" already exists");
  EXPECT_EQ(refusal(cluster.create(key("m"), "{", "", {})).substr(0, 3), "400");
  EXPECT_TRUE(cluster.patch(key("m"), kube::PatchType::apply, "data: {x: y}", "", {}));
  EXPECT_TRUE(cluster.replace(key("m"), map("m"), "", {}));
  const auto listed = cluster.list(maps().resource, {.name_space = "default", .labels = {}, .fields = {}}, sink);
  ASSERT_TRUE(listed);
  EXPECT_EQ(sink.take(), "default/m ");
  EXPECT_EQ(listed->resource_version, std::to_string(store.resource_version()));
  EXPECT_TRUE(cluster.get(key("m"), ""));
  EXPECT_EQ(refusal(cluster.get(key("m"), "status")).substr(0, 3), "404");  // a ConfigMap has none
  EXPECT_TRUE(cluster.remove(key("m"), {}));
  EXPECT_EQ(refusal(cluster.remove(key("m"), {})), "404 configmaps \"m\" not found");
  EXPECT_EQ(refusal(cluster.evict({pods().resource, "default", "p"}, {})), "404 pods \"p\" not found");
  const kube::Resource spoons{
      .group = "", .version = "v1", .plural = "spoons", .kind = "Spoon", .namespaced = true, .verbs = {}};
  EXPECT_EQ(refusal(cluster.list(spoons, {}, sink)), "404 the server could not find the requested resource");
}

TEST_F(StoreClusterTest, WatchesAreToldAsTimePasses) {
  EXPECT_FALSE(cluster.run_until(now + std::chrono::seconds(1)));  // nobody watches
  EXPECT_EQ(cluster.now(), now + std::chrono::seconds(1));
  ASSERT_TRUE(cluster.create(key("a"), map("a"), "", {}));
  const auto from_now = cluster.watch(maps().resource, {}, std::to_string(store.resource_version()), sink);
  EXPECT_TRUE(
      cluster.run_until(now + std::chrono::seconds(2)));  // time has passed, and it may still be told something
  EXPECT_EQ(sink.take(), "");
  timer.due = now + std::chrono::seconds(3);
  timer.happen = [&] {
    static_cast<void>(store.put(
        json(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"b","namespace":"default"}})")));
  };
  EXPECT_TRUE(cluster.run_until(now + std::chrono::seconds(9)));
  EXPECT_EQ(sink.take(), "+default/b ");
  EXPECT_EQ(cluster.now(), now + std::chrono::seconds(3));  // early, for something was told
  ASSERT_TRUE(cluster.remove(key("a"), {}));
  EXPECT_TRUE(cluster.run_until(now + std::chrono::seconds(9)));
  EXPECT_EQ(sink.take(), "-default/a ");
  cluster.unwatch(from_now);
  cluster.watch(maps().resource, {}, "", sink);
  EXPECT_TRUE(cluster.run_until(now + std::chrono::seconds(9)));
  EXPECT_EQ(sink.take(), "+default/b ");
  // Too old: the log keeps a hundred changes.
  for (int i = 0; i < 101; ++i)
    store.put_status(pods(), "default", "none", json("{}")),
        static_cast<void>(create(maps(), map("x" + std::to_string(i))));
  Sink late;
  cluster.watch(maps().resource, {}, "1", late);
  cluster.watch(maps().resource, {.name_space = {}, .labels = {}, .fields = "spec.x=1"}, "1", late);
  EXPECT_TRUE(cluster.run_until(now + std::chrono::seconds(9)));
  EXPECT_EQ(late.take(), "end 410 end 400 ");
}

}  // namespace
}  // namespace bulwark::twin

// adapters::LiveCluster on a real API server, over HTTP/2: whole lists, watches that lose nothing, evictions,
// apply.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "adapters/kubeapi/client.h"
#include "e2e/suite.h"
#include "e2e/support/follower.h"
#include "e2e/support/live_cluster.h"
#include "e2e/support/node_player.h"
#include "e2e/support/object_keys.h"

namespace bulwark::e2e {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::SizeIs;

using Followers = std::vector<std::unique_ptr<Follower>>;

class ApiClient : public Suite<ApiClient> {
 protected:
  static std::unique_ptr<kube::Cluster> live(adapters::ClientOptions options = {}) {
    auto connection = adapters::find_connection(adapters::kubeconfig_paths(plane().kubeconfig().string()), {},
                                                adapters::in_cluster_places());
    EXPECT_TRUE(connection) << connection.error().text();
    options.queries_per_second = 0;  // the tests' own speed is no matter
    return std::make_unique<adapters::LiveCluster>(*std::move(connection), std::move(options));
  }

  static void make_name_space(const std::string& name) {
    const auto made =
        live()->create({name_spaces, {}, name}, fmt::format(R"({{"metadata":{{"name":"{}"}}}})", name), "", {});
    ASSERT_TRUE(made) << made.error().message;
    // Pods are refused before it has its account.
    ASSERT_TRUE(eventually([&] { return kubectl({"get", "serviceaccount", "default", "-n", name}).status == 0; }));
  }

  // Runs `make(cluster, number)` for each number, on several connections at once.
  template <class Make>
  static void at_once(std::size_t count, Make make) {
    constexpr std::size_t writers = 4;
    std::vector<std::jthread> threads;
    for (std::size_t first = 0; first < writers; ++first) {
      threads.emplace_back([=] {
        const auto cluster = live();
        for (std::size_t i = first; i < count; i += writers) make(*cluster, i);
      });
    }
  }

  static kube::ObjectKey config_map(const std::string& name_space, std::size_t number) {
    return {config_maps, name_space, fmt::format("c{:04}", number)};
  }
  // Labelled with its shard, one of so many.
  static void create_config_map(kube::Cluster& cluster, const std::string& name_space, std::size_t number,
                                std::size_t shards) {
    const kube::ObjectKey key = config_map(name_space, number);
    const auto made = cluster.create(
        key, fmt::format(R"({{"metadata":{{"name":"{}","labels":{{"shard":"{}"}}}}}})", key.name, number % shards),
        "", {});
    EXPECT_TRUE(made) << made.error().message;
  }

  static Followers follow(kube::Cluster& cluster, const std::string& name_space, std::size_t shards) {
    Followers all;
    for (std::size_t i = 0; i < shards; ++i) {
      all.push_back(std::make_unique<Follower>(
          cluster, config_maps,
          kube::Query{.name_space = name_space, .labels = fmt::format("shard={}", i), .fields = {}}));
    }
    return all;
  }

  // Lets the watches run until each follower is as `done` wants it, or for as long as `patience`.
  template <class Done>
  static bool run_until_all(kube::Cluster& cluster, Followers& all, Done done, seconds patience = seconds(20)) {
    const kube::Time end = cluster.now() + patience;
    while (!std::ranges::all_of(all, [&](const auto& follower) { return done(*follower); })) {
      if (cluster.now() >= end) return false;
      cluster.run_until(cluster.now() + milliseconds(100));
      for (const auto& follower : all) follower->go_on();
    }
    return true;
  }
  // Until nothing was told for some time: what is told twice comes, too.
  static void run_until_quiet(kube::Cluster& cluster) {
    while (cluster.run_until(cluster.now() + milliseconds(500))) {
      const kube::Time before = cluster.now();
      cluster.run_until(before + milliseconds(500));
      if (cluster.now() - before >= milliseconds(500)) return;
    }
  }
  // By the audit log.
  static std::size_t watches_begun(const std::string& name_space) {
    std::ifstream log(plane().audit_log());
    std::size_t count = 0;
    for (std::string line; std::getline(log, line);) {
      count += line.contains(R"("stage":"ResponseStarted")") && line.contains("watch=true") &&
                       line.contains("/namespaces/" + name_space + "/configmaps?")
                   ? 1
                   : 0;
    }
    return count;
  }
};

TEST_F(ApiClient, ListsComeInWholeWhileFortyWatchesAreOpen) {
  constexpr std::size_t count = 1500, watches = 40;
  make_name_space("crowd");
  at_once(count, [](kube::Cluster& cluster, std::size_t number) {
    const kube::ObjectKey key = pod_key("crowd", fmt::format("p{:04}", number));
    // Nobody schedules them.
    const auto made = cluster.create(key,
                                     fmt::format(R"({{
      "metadata":{{"name":"{}","annotations":{{"padding":"{}"}}}},
      "spec":{{"schedulerName":"nobody","containers":[{{"name":"web","image":"registry.example/web:1.2.3"}}]}}}})",
                                                 key.name, std::string(2000, 'x')),
                                     "", {});
    EXPECT_TRUE(made) << made.error().message;
  });
  make_name_space("watched");
  for (const std::uint32_t page_size : {500U, 77U, 5000U}) {
    SCOPED_TRACE(page_size);
    adapters::ClientOptions options;
    options.page_size = page_size;
    const auto cluster = live(std::move(options));
    Followers all = follow(*cluster, "watched", watches);
    // Each watch is at work before the list, and after it.
    at_once(watches,
            [](kube::Cluster& writer, std::size_t i) { create_config_map(writer, "watched", i, watches); });
    EXPECT_TRUE(run_until_all(*cluster, all, [](const Follower& f) { return f.added == 1; }));
    for (int i = 0; i < 3; ++i) {
      Collected pods;
      const auto listed =
          cluster->list(pods_resource(), {.name_space = "crowd", .labels = {}, .fields = {}}, pods);
      ASSERT_TRUE(listed) << listed.error().message;
      EXPECT_EQ(listed->objects, count);
      EXPECT_EQ(pods.told, count);
      EXPECT_THAT(pods.versions, SizeIs(count));
      EXPECT_EQ(pods.kinds["crowd"], count);
      EXPECT_FALSE(listed->resource_version.empty());
    }
    at_once(watches, [](kube::Cluster& writer, std::size_t i) {
      EXPECT_TRUE(writer.remove(config_map("watched", i), {}));
    });
    EXPECT_TRUE(run_until_all(*cluster, all, [](const Follower& f) { return f.deleted == 1; }));
    for (const auto& follower : all) EXPECT_THAT(follower->wrong, testing::IsEmpty());
  }
  kubectl({"delete", "namespace", "crowd", "--wait=false"});
}

TEST_F(ApiClient, EveryChangeOfABurstArrives) {
  constexpr std::size_t count = 600, shards = 20;
  make_name_space("burst");
  const auto cluster = live();
  Followers all = follow(*cluster, "burst", shards);
  // One that gets everything.
  all.push_back(std::make_unique<Follower>(*cluster, config_maps,
                                           kube::Query{.name_space = "burst", .labels = "shard", .fields = {}}));
  std::jthread writers([] {
    at_once(count, [](kube::Cluster& writer, std::size_t i) {
      create_config_map(writer, "burst", i, shards);
      // Of each shard a half goes at once.
      if (i / shards % 2 != 0) return;
      EXPECT_TRUE(writer.remove(config_map("burst", i), {}));
    });
  });
  const std::size_t each = count / shards;
  EXPECT_TRUE(run_until_all(*cluster, all, [&](const Follower& f) {
    const std::size_t wanted = &f == all.back().get() ? count : each;
    return f.added >= wanted && f.deleted >= wanted / 2;
  }));
  writers.join();
  run_until_quiet(*cluster);
  for (const auto& follower : all) {
    const std::size_t wanted = follower == all.back() ? count : each;
    EXPECT_EQ(follower->added, wanted);
    EXPECT_EQ(follower->deleted, wanted / 2);
    EXPECT_THAT(follower->wrong, testing::IsEmpty());
  }
}

TEST_F(ApiClient, WatchesThatEndGoOnWhereTheyWere) {
  constexpr std::size_t count = 300, shards = 20;
  make_name_space("ends");
  adapters::ClientOptions options;
  options.watch_duration = seconds(2);
  const auto cluster = live(std::move(options));
  Followers all = follow(*cluster, "ends", shards);
  // Longer than any of the watches lives, before them as well as between them.
  std::jthread writers([] {
    at_once(count, [](kube::Cluster& writer, std::size_t i) {
      create_config_map(writer, "ends", i, shards);
      std::this_thread::sleep_for(milliseconds(80));
      if (i / shards % 3 != 0) return;
      EXPECT_TRUE(writer.remove(config_map("ends", i), {}));
    });
  });
  EXPECT_TRUE(run_until_all(*cluster, all, [](const Follower& f) { return f.added >= 15 && f.deleted >= 5; }));
  writers.join();
  run_until_quiet(*cluster);
  for (const auto& follower : all) {
    EXPECT_EQ(follower->added, count / shards);
    EXPECT_EQ(follower->deleted, count / shards / 3);
    EXPECT_EQ(follower->lists, 1U);
    EXPECT_THAT(follower->wrong, testing::IsEmpty());
  }
  EXPECT_GE(watches_begun("ends"), 2 * shards);
}

TEST_F(ApiClient, WatchesSurviveARestartOfTheServer) {
  constexpr std::size_t count = 200, shards = 20;
  make_name_space("restart");
  const auto cluster = live();
  Followers all = follow(*cluster, "restart", shards);
  std::atomic<bool> is_written = false;
  std::jthread writer([&] {
    const auto write = [](std::size_t from) {
      at_once(count, [=](kube::Cluster& other, std::size_t i) {
        create_config_map(other, "restart", from + i, shards);
        if (i % 3 != 0) return;
        EXPECT_TRUE(other.remove(config_map("restart", from + i), {}));
      });
    };
    write(0);
    const auto back = plane().restart_api_server();
    EXPECT_TRUE(back) << back.error().text();
    if (back) write(count);
    is_written = true;
  });
  EXPECT_TRUE(run_until_all(*cluster, all, [&](const Follower&) { return is_written.load(); }, seconds(60)));
  writer.join();
  // The connection for requests has died with the old server, too.
  Followers after = follow(*cluster, "restart", shards);
  const auto is_the_same = [&](std::size_t i) { return all[i]->known == after[i]->known; };
  EXPECT_TRUE(run_until_all(*cluster, all, [&](const Follower& follower) {
    const auto same = [&](const auto& other) { return other.get() == &follower; };
    return is_the_same(static_cast<std::size_t>(std::ranges::find_if(all, same) - all.begin()));
  }));
  run_until_quiet(*cluster);
  std::size_t left = 0, lists = 0;
  for (std::size_t i = 0; i < shards; ++i) {
    EXPECT_EQ(all[i]->known, after[i]->known) << "shard " << i;
    EXPECT_THAT(all[i]->wrong, testing::IsEmpty()) << "shard " << i;
    EXPECT_GT(all[i]->added, 0U) << "shard " << i;
    // The new server remembers nothing: at most one new list each.
    EXPECT_LE(all[i]->lists, 2U) << "shard " << i;
    left += all[i]->known.size();
    lists += all[i]->lists;
  }
  EXPECT_EQ(left, 2 * (count - (count + 2) / 3));
  RecordProperty("lists", static_cast<int>(lists));

  // And they go on.
  at_once(shards, [](kube::Cluster& other, std::size_t i) {
    EXPECT_TRUE(other.create({config_maps, "restart", fmt::format("last{}", i)},
                             fmt::format(R"({{"metadata":{{"name":"last{0}","labels":{{"shard":"{0}"}}}}}})", i),
                             "", {}));
  });
  EXPECT_TRUE(run_until_all(*cluster, after, [](const Follower& f) { return f.added == 1; }));
}

TEST_F(ApiClient, ABudgetDecidesAboutEvictions) {
  auto connection = connect(plane().kubeconfig());
  ASSERT_TRUE(connection) << connection.error().text();
  const auto nodes = NodePlayerThread::start(
      *std::move(connection),
      {.nodes = numbered_nodes(2), .start_delay = milliseconds(100), .stop_delay = milliseconds(100)});
  ASSERT_TRUE(nodes) << nodes.error().text();
  make_name_space("shop");
  const auto cluster = live();
  const kube::ObjectKey deployment{deployments, "shop", "web"}, budget{budgets, "shop", "web"};
  ASSERT_TRUE(cluster->create(deployment, R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},
    "spec":{"replicas":3,"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},
    "spec":{"containers":[{"name":"web","image":"registry.example/web:1.2.3"}]}}}})",
                              "", {}));
  ASSERT_TRUE(cluster->create(budget, R"({"apiVersion":"policy/v1beta1","kind":"PodDisruptionBudget",
    "metadata":{"name":"web"},"spec":{"minAvailable":3,"selector":{"matchLabels":{"app":"web"}}}})",
                              "", {}));
  const auto budget_says = [](const std::string& field) {
    return kubectl({"get", "pdb", "web", "-n", "shop", "-o=jsonpath={.status." + field + "}"}).out;
  };
  ASSERT_TRUE(
      eventually([&] { return budget_says("currentHealthy") == "3" && budget_says("desiredHealthy") == "3"; }));
  const auto uids = [&] {
    Collected pods;
    const auto listed =
        cluster->list(pods_resource(), {.name_space = "shop", .labels = "app=web", .fields = {}}, pods);
    EXPECT_TRUE(listed) << listed.error().message;
    return pods.versions;
  };
  const auto before = uids();
  const kube::ObjectKey pod =
      pod_key("shop", kubectl({"get", "pods", "-n", "shop", "-o=jsonpath={.items[0].metadata.name}"}).out);

  const auto began = std::chrono::steady_clock::now();
  const auto refused = cluster->evict(pod, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, 429);
  EXPECT_EQ(refused.error().reason, "TooManyRequests");
  EXPECT_EQ(refused.error().message, "Cannot evict pod as it would violate the pod's disruption budget.");
  ASSERT_THAT(refused.error().causes, SizeIs(1));
  EXPECT_EQ(refused.error().causes[0].reason, "DisruptionBudget");
  EXPECT_THAT(refused.error().causes[0].message, HasSubstr("needs 3 healthy pods and has 3 currently"));
  // The budget's word is no failure to repeat: it is told at once.
  EXPECT_LT(std::chrono::steady_clock::now() - began, seconds(2));
  EXPECT_EQ(uids(), before);

  ASSERT_TRUE(cluster->patch(budget, kube::PatchType::merge, R"({"spec":{"minAvailable":2}})", {}, {}));
  ASSERT_TRUE(eventually([&] { return budget_says("disruptionsAllowed") == "1"; }));
  kube::DeleteOptions only_judged;
  only_judged.dry_run = true;
  const auto judged = cluster->evict(pod, only_judged);
  EXPECT_TRUE(judged) << judged.error().message;
  EXPECT_EQ(uids(), before);

  const auto evicted = cluster->evict(pod, {});
  ASSERT_TRUE(evicted) << evicted.error().message;
  EXPECT_TRUE(eventually([&] {
    const auto gone = cluster->get(pod, {});
    return !gone && gone.error().is_not_found();
  }));
  const auto again = cluster->evict(pod, {});
  ASSERT_FALSE(again);
  EXPECT_TRUE(again.error().is_not_found()) << again.error().message;
  // Another pod takes its place.
  EXPECT_TRUE(eventually([&] { return budget_says("currentHealthy") == "3"; }));
}

TEST_F(ApiClient, ApplyConflictsAndDryRunsChangeNothing) {
  make_name_space("apply");
  const auto cluster = live();
  const kube::ObjectKey key{config_maps, "apply", "settings"};
  const auto manifest = [](const std::string& color) {
    return fmt::format(
        R"({{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"settings"}},"data":{{"color":"{}"}}}})",
        color);
  };
  const auto color = [&] {
    return kubectl({"get", "configmap", "settings", "-n", "apply",
                    "-o=jsonpath={.data.color} {.metadata.resourceVersion}"})
        .out;
  };
  const auto apply = [&](const std::string& value, kube::WriteOptions options) {
    return cluster->patch(key, kube::PatchType::apply, manifest(value), {}, options);
  };
  // Of what is not there a dry run makes nothing.
  ASSERT_TRUE(apply("red", {.dry_run = true, .field_manager = "first"}));
  const auto created = cluster->create(key, manifest("red"), "", {.dry_run = true});
  EXPECT_TRUE(created) << created.error().message;
  const auto missing = cluster->get(key, {});
  ASSERT_FALSE(missing);
  EXPECT_TRUE(missing.error().is_not_found());

  const auto first = apply("red", {.field_manager = "first"});
  ASSERT_TRUE(first) << first.error().message;
  const std::string stored = color();
  EXPECT_THAT(stored, HasSubstr("red "));

  const auto refused = apply("blue", {.field_manager = "second"});
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().is_conflict()) << refused.error().code;
  EXPECT_EQ(refused.error().reason, "Conflict");
  EXPECT_THAT(refused.error().message, HasSubstr("conflict with \"first\""));
  ASSERT_THAT(refused.error().causes, SizeIs(1));
  EXPECT_EQ(refused.error().causes[0].reason, "FieldManagerConflict");
  EXPECT_EQ(refused.error().causes[0].field, ".data.color");

  // The answer of a dry run is what would be; the object stays as it is.
  const auto forced = apply("blue", {.dry_run = true, .field_manager = "second", .force = true});
  ASSERT_TRUE(forced) << forced.error().message;
  EXPECT_THAT(*forced, HasSubstr(R"("color":"blue")"));
  const auto replaced = cluster->replace(key, manifest("green"), {}, {.dry_run = true});
  ASSERT_TRUE(replaced) << replaced.error().message;
  EXPECT_THAT(*replaced, HasSubstr(R"("color":"green")"));
  const auto patched =
      cluster->patch(key, kube::PatchType::merge, R"({"data":{"color":"grey"}})", {}, {.dry_run = true});
  EXPECT_TRUE(patched) << patched.error().message;
  kube::DeleteOptions only_judged;
  only_judged.dry_run = true;
  const auto removed = cluster->remove(key, only_judged);
  EXPECT_TRUE(removed) << removed.error().message;
  EXPECT_EQ(color(), stored);

  const auto taken = apply("blue", {.field_manager = "second", .force = true});
  ASSERT_TRUE(taken) << taken.error().message;
  EXPECT_THAT(color(), HasSubstr("blue "));
}

}  // namespace
}  // namespace bulwark::e2e

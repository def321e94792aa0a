// What the tests of a rehearsal's writers share; a test file by its name only, so that it is no part of the
// library.
#include "report/rehearsal_sample.h"

#include <fmt/format.h>

#include <algorithm>

namespace bulwark::report::sample {

namespace {

using rehearsal::Blocker;
using rehearsal::BlockerKind;
using rehearsal::Duration;
using rehearsal::NodeStage;
using rehearsal::NodeTimeline;
using rehearsal::Rehearsal;
using rehearsal::Time;
using rehearsal::Verdict;
using std::chrono::hours, std::chrono::minutes, std::chrono::seconds;

constexpr Time start{std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + hours(2)};

NodeTimeline node(std::string pool, std::string name, Duration from, Duration drain, Duration reimage) {
  const Time at = start + from;
  return {std::move(pool),
          std::move(name),
          false,
          12,
          {{NodeStage::draining, at, at + drain},
           {NodeStage::soaking, at + drain, at + drain + minutes(5)},
           {NodeStage::reimaging, at + drain + minutes(5), at + drain + minutes(5) + reimage}}};
}

void add_common(Rehearsal& all) {
  all.cluster = "snapshot shop-prod.json.zst";
  all.began = start;
  all.pools = {{"pool1", "1.33.5", "1.34.1", 4, 1, "maxSurge 10% of 4 nodes", 155},
               {"gpu", "1.33.5", "1.34.1", 1, 1, "maxSurge 1", 0}};
  all.interruptions = {{"StatefulSet shop/cart", 1, 1, 1, minutes(1) + seconds(20), minutes(1) + seconds(20),
                        minutes(1) + seconds(20)},
                       {"Deployment shop/web", 6, 2, 9, minutes(4), {}, {}},
                       {"DaemonSet kube-system/azure-cni", 5, 0, 0, {}, {}, {}}};
  all.supposed = {{"start-up time of shop/cart", "20 s", "Bulwark's default: the workload has no history", 1},
                  {"reimage of a node", "4 min", "Bulwark's default", 5},
                  {"start-up time of shop/web", "12 s", "learned from 6 pods of the snapshot", 9}};
  all.supposed_share = 0.384;
  all.evictions = 23;
  all.refusals = 4;
  all.placements = 25;
}

Blocker slow() {
  return {.kind = BlockerKind::budget_waits,
          .pool = "pool1",
          .node = "aks-pool1-31415926-vmss000001",
          .pod = "shop/web-6f7d9c-x2x9k",
          .workload = "Deployment shop/web",
          .budget = "shop/web",
          .message = "Cannot evict pod as it would violate the pod's disruption budget.",
          .reason = "budget shop/web allows 0 until web-6f7d9c-p8q2m is ready",
          .since = start + minutes(24),
          .waited = seconds(40),
          .fixes = {}};
}

}  // namespace

Rehearsal completes() {
  Rehearsal all;
  add_common(all);
  all.nodes = all.nodes_done = 5;
  all.takes = hours(1) + minutes(19) + seconds(30);
  all.timeline = {{"pool1",
                   "aks-pool1-31415926-vmss000004",
                   true,
                   0,
                   {{NodeStage::adding, start, start + minutes(3)},
                    {NodeStage::removing, start + minutes(64), start + minutes(65)}}}};
  for (int i = 0; i < 4; ++i) {
    all.timeline.push_back(node("pool1", fmt::format("aks-pool1-31415926-vmss00000{}", i), minutes(3 + 15 * i),
                                minutes(2 + i), minutes(4)));
  }
  all.timeline.push_back(node("gpu", "aks-gpu-27182818-vmss000000", minutes(65), minutes(5), minutes(4)));
  all.timeline.back().spans.pop_back();  // no reimage: its span would end after the upgrade
  all.blockers = {slow()};
  return all;
}

Rehearsal stops() {
  Rehearsal all;
  add_common(all);
  all.verdict = Verdict::stops;
  all.nodes = 5;
  all.nodes_done = 2;
  all.takes = minutes(71);
  for (int i = 0; i < 2; ++i) {
    all.timeline.push_back(node("pool1", fmt::format("aks-pool1-31415926-vmss00000{}", i), minutes(3 + 15 * i),
                                minutes(2 + i), minutes(4)));
  }
  all.timeline.push_back({"pool1",
                          "aks-pool1-31415926-vmss000002",
                          false,
                          12,
                          {{NodeStage::draining, start + minutes(41), start + minutes(71)},
                           {NodeStage::stopped, start + minutes(71), start + minutes(71)}}});
  Blocker never{.kind = BlockerKind::budget_never_allows,
                .never_ends = true,
                .pool = "pool1",
                .node = "aks-pool1-31415926-vmss000002",
                .pod = "shop/cart-0",
                .workload = "StatefulSet shop/cart",
                .budget = "shop/cart",
                .message = "Cannot evict pod as it would violate the pod's disruption budget.",
                .reason = "budget shop/cart allows 0: minAvailable 80% of 1 rounds up to 1",
                .since = start + minutes(41),
                .waited = minutes(30),
                .stops = true,
                .fixes = {}};
  never.fixes = {
      {"5 replicas of StatefulSet shop/cart",
       "kubectl scale statefulset -n shop cart --replicas=5",
       true,
       false,
       {},
       "2 replicas: 80% of 2 is 2"},
      {"maxUnavailable: 1 in budget shop/cart",
       R"(kubectl patch pdb -n shop cart --type=merge -p '{"spec":{"minAvailable":null,"maxUnavailable":1}}')",
       true, true, hours(2) + minutes(10), ""},
      {"a drain timeout of 2 h", "", false, false, {}, ""}};
  all.blockers = {slow(),
                  never,
                  {.kind = BlockerKind::finalizer,
                   .never_ends = true,
                   .pool = "gpu",
                   .node = "aks-gpu-27182818-vmss000000",
                   .pod = "batch/train-0",
                   .workload = "Job batch/train",
                   .budget = "",
                   .message = "",
                   .reason = "finalizer example.com/checkpoint has nobody who removes it",
                   .since = start + minutes(12),
                   .waited = minutes(30),
                   .fixes = {{"remove the finalizer by hand", "", false, false, {}, ""}}}};
  all.stopped_at = 1;
  all.quarantined = {"aks-gpu-27182818-vmss000000"};
  const std::string message =
      "0/5 nodes are available: 1 node(s) were unschedulable, 4 Insufficient cpu. preemption: 0/5 nodes are "
      "available: 1 Preemption is not helpful for scheduling, 4 No preemption victims found for incoming pod.";
  std::vector<rehearsal::Unplaced::Reason> reasons{
      {"aks-pool1-31415926-vmss000002", {"node(s) were unschedulable"}}};
  for (int i : {0, 1, 3, 4}) {
    reasons.push_back(
        {fmt::format("aks-pool1-31415926-vmss00000{}", i), {"Insufficient cpu", "Insufficient memory"}});
  }
  all.unplaced = {
      {"shop/web-6f7d9c-aaaaa", "Deployment shop/web", message, start + minutes(42), seconds(50), false, reasons},
      {"shop/web-6f7d9c-bbbbb", "Deployment shop/web", message, start + minutes(43), seconds(40), false, reasons},
      {"batch/once", "", message, start + minutes(44), minutes(27), true, reasons}};
  all.warnings = {"the metrics of no pod were read: HorizontalPodAutoscalers hold their replicas"};
  return all;
}

Rehearsal unknown() {
  Rehearsal all = completes();
  all.verdict = Verdict::unknown;
  all.gaps = {{twin::Gap::Weight::note, "Pod shop/old", "it is on node aks-gone, which is not there"},
              {twin::Gap::Weight::doubt, "PodDisruptionBudget", "none were listed: the snapshot may lack them"},
              {twin::Gap::Weight::doubt, "Cluster.postgresql.cnpg.io db/main",
               "what its operator does when its primary is evicted is not known"}};
  return all;
}

Rehearsal many(std::size_t nodes) {
  Rehearsal all;
  all.cluster = "aks-large";
  all.began = start;
  all.nodes = all.nodes_done = nodes;
  const std::size_t batch = std::max<std::size_t>(1, nodes / 10);
  for (std::size_t i = 0; i < nodes; ++i) {
    // Within a batch drains differ by seconds, as they do.
    const Duration from = minutes(15) * static_cast<int>(i / batch) + seconds(7) * static_cast<int>(i % 5);
    NodeTimeline one = node(i % 3 == 0 ? "system" : "user",
                            fmt::format("aks-{}-31415926-vmss{:06}", i % 3 == 0 ? "system" : "user", i), from,
                            minutes(2) + seconds(11) * static_cast<int>(i % 7), minutes(4));
    if (i % 97 == 96) {
      one.spans.resize(1);
      one.spans.push_back({NodeStage::quarantined, one.spans[0].to, start + minutes(165)});
      all.quarantined.push_back(one.node);
      --all.nodes_done;
    }
    all.timeline.push_back(std::move(one));
    all.interruptions.push_back(
        {fmt::format("Deployment team-{}/service-{}", i % 20, i), 3, 1, 2, seconds(20), {}, {}});
  }
  all.takes = minutes(165);
  all.evictions = all.placements = 30 * nodes;
  all.pools = {{"system", "1.33.5", "1.34.1", nodes / 3, batch / 3, "maxSurge 10%", 0},
               {"user", "1.33.5", "1.34.1", nodes - nodes / 3, batch, "maxSurge 10%", 0}};
  return all;
}

Rehearsal hostile() {
  // Every trick that a name may play on a page, a terminal or a script.
  const std::string evil =
      "</script><script>alert(1)</script> <img src=x onerror=alert(2)> <!-- ]]> \x1b[31m \xE2\x80\xAEtxt \xff\x01 "
      "\xE2\x80\xA8 \"'&\\ ${x} `y`\nsecond line";
  Rehearsal all = stops();
  all.cluster = evil;
  all.quarantined = {evil};
  for (NodeTimeline& one : all.timeline) one.node = one.pool = evil;
  for (Blocker& one : all.blockers) {
    for (std::string* text :
         {&one.pool, &one.node, &one.pod, &one.workload, &one.budget, &one.message, &one.reason})
      *text = evil;
    for (rehearsal::Fix& fix : one.fixes) fix.summary = fix.command = fix.not_enough = evil;
  }
  for (auto& one : all.interruptions) one.workload = evil;
  for (auto& one : all.unplaced) {
    one.pod = one.workload = one.message = evil;
    for (auto& reason : one.nodes) {
      reason.node = evil;
      reason.reasons = {evil};
    }
  }
  for (auto& one : all.pools) one.pool = one.version_from = one.version_to = one.surge = evil;
  all.pools[0].version_from = evil + "1";
  for (auto& one : all.supposed) one.what = one.value = one.source = evil;
  all.gaps = {{twin::Gap::Weight::doubt, evil, evil}};
  all.warnings = {evil};
  return all;
}

}  // namespace bulwark::report::sample

#pragma once

#include <vector>

#include "twin/engine.h"

namespace bulwark::twin {

// The controllers of kube-controller-manager that make and delete pods. Each looks at one thing as it is now and
// does what brings it nearer to what is asked for; whatever changes it afterwards lets it look again.
class Controllers {
 public:
  static void sync(Engine& engine, Index workload);
  // Which DaemonSets want a pod on the node, and which pods of theirs have to leave it (pkg/controller/daemon).
  static void sync_daemons(Engine& engine, Index node);
  // A Deployment's number goes to its ReplicaSets, in proportion where there are several
  // (pkg/controller/deployment/sync.go). `before`: what it was.
  static void scale_deployment(Engine& engine, Index deployment, std::int32_t before);
  // A CronJob makes a Job, and waits for its next time.
  static void run_cron_job(Engine& engine, Index cron_job);
  static void plan_cron_job(Engine& engine, Index cron_job);
  // Pods that do not tolerate a NoExecute taint leave, after the seconds that they tolerate it
  // (pkg/controller/tainteviction).
  static void apply_taints(Engine& engine, Index node);
  static void evict_for_taint(Engine& engine, Index pod);

 private:
  static void sync_replicas(Engine& engine, Index workload);      // replica_set.cpp: also ReplicationController
  static void sync_deployment(Engine& engine, Index workload);    // deployment.cpp
  static void sync_stateful_set(Engine& engine, Index workload);  // stateful_set.cpp
  static void sync_daemon_set(Engine& engine, Index workload);    // daemon_update.cpp: rolling update
  static void sync_job(Engine& engine, Index workload);           // job.cpp
  static void sync_custom(Engine& engine, Index workload);
  static std::vector<Index> active_pods(const Engine& engine, Index workload);
  // Ready for as long as minReadySeconds asks.
  static bool is_available(const Engine& engine, Index pod);
  static std::int32_t available(const Engine& engine, Index workload);
  // What is asked for, as far as the twin makes pods.
  static std::int32_t wanted(const Engine& engine, Index workload);
};

}  // namespace bulwark::twin

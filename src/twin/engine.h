// The twin: a cluster in memory whose time is a number. Scheduler, controllers, the disruption controller, the
// eviction API and the kubelets act upon its state as the real ones act upon the API's objects.
//
// An Engine is a value. A copy shares the model and takes the state along, so that a rehearsal can be tried from
// any moment in many ways; the same copy with the same calls goes through the same events.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "twin/event_queue.h"
#include "twin/scheduler/queue.h"
#include "twin/scheduler/scheduler.h"
#include "twin/state.h"

namespace bulwark::twin {

enum class PodChange : std::uint8_t {
  created,
  bound,
  running,
  ready,
  not_ready,
  finished,
  deleting,
  gone,
  unschedulable
};
enum class NodeChange : std::uint8_t { added, changed, removed };

// Is told what happens, as it happens. It may read the engine and must not change it.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void on_pod(Index pod, PodChange change) = 0;
  virtual void on_node(Index node, NodeChange change) { static_cast<void>(node), static_cast<void>(change); }
  virtual void on_workload(Index workload) { static_cast<void>(workload); }
  virtual void on_budget(Index budget) { static_cast<void>(budget); }
  // A pod of the workload could not be made: nobody answers the webhook, which fails closed.
  virtual void on_creation_refused(Index workload, Index webhook) {
    static_cast<void>(workload), static_cast<void>(webhook);
  }
};

class Lookup;

// Has the last word where a pod goes: a run that is to keep in step with another cluster, in which equal nodes
// were chosen between by chance, is told the node that was taken there.
class Placer {
 public:
  virtual ~Placer() = default;
  // `choice` is the scheduler's; the node to take.
  virtual Index place(Index pod, Index choice) = 0;
};

class Engine {
 public:
  struct Options {
    std::uint64_t seed = 1;          // decides between equals: nodes of the same score
    std::uint32_t first_serial = 0;  // of pods that are made here, so that no name comes again
    bool asks_webhooks = true;
    bool begins = true;  // false: begin() is called later, when somebody observes
  };

  // Loads the model's pods and nodes as they were when it was taken, and lets every controller look once, at that
  // time.
  explicit Engine(std::shared_ptr<const Model> model, const Options& options);
  explicit Engine(std::shared_ptr<const Model> model, std::uint64_t seed = 1)
      : Engine(std::move(model), {.seed = seed, .first_serial = 0, .asks_webhooks = true, .begins = true}) {}
  // Lets every controller look once.
  void begin();

  const Model& model() const { return *model_; }
  const std::shared_ptr<const Model>& shared_model() const { return model_; }
  const State& state() const { return state_; }
  const Scheduler& scheduler() const { return scheduler_; }
  Time now() const { return state_.now; }
  // nullptr: nobody. Copies of an engine begin without.
  void observe(Observer* observer) { observer_.to = observer; }
  // Likewise.
  void place_by(Placer* placer) { placer_.to = placer; }

  // Lets time pass until `end`, with all that happens up to then and at that instant.
  void run_until(Time end);
  // Goes on to the next thing that happens, and no further than `end`; false when nothing happened up to then.
  bool step(Time end);
  // When something will happen next; nullopt: nothing ever will, unless somebody acts. With nothing left to happen
  // a refusal is final.
  std::optional<Time> next() const;

  // --- pods
  // The answer of the eviction API (pkg/registry/core/pod/storage/eviction.go): code 201 when it was let pass, and
  // the pod is being deleted then.
  struct Eviction {
    int code = 201;
    std::string reason, message, cause;
    std::optional<std::chrono::seconds> retry_after;
    Index budget = none;  // that refused

    bool passed() const { return code == 201; }
    kube::Status status() const;
  };
  Eviction evict(Index pod, bool dry_run = false, std::optional<Duration> grace = std::nullopt);
  // Whether evict() would answer 429 now, without its words.
  bool is_held(Index pod) const;
  // DELETE of a pod; nullopt: its own grace period.
  void remove_pod(Index pod, std::optional<Duration> grace = std::nullopt);
  // none: admission refused it, or there are as many pods as the twin makes.
  Index create_pod(Index pod_class, Index workload, std::int32_t ordinal = -1);
  // As a kubelet would tell: a pod that runs stops being ready, or is again.
  void set_pod_ready(Index pod, bool ready);

  // none when there is no such pod (any more).
  Index find_pod(std::string_view name_space, std::string_view name) const;
  std::string pod_name(Index pod) const;
  std::string pod_uid(Index pod) const;

  bool is_terminating(std::string_view name_space) const { return model_->terminating.contains(name_space); }
  void ask_webhooks(bool ask) { state_.asks_webhooks = ask; }
  // The first of the webhooks that nobody answers for now; none: all are answered.
  Index silent_webhook(const std::vector<Index>& webhooks) const;
  // As the API server tells it.
  std::string webhook_failure(Index webhook) const;

  // --- nodes
  Index add_node(std::shared_ptr<const NodeInfo> info);
  // A node with other labels or taints, or a new kubelet.
  void replace_node(Index node, std::shared_ptr<const NodeInfo> info);
  // Its pods are gone with it (the pod garbage collector).
  void remove_node(Index node);
  void set_unschedulable(Index node, bool unschedulable);
  // Not ready: its pods are not either, and the taints node.kubernetes.io/not-ready are set.
  void set_node_ready(Index node, bool ready);
  // Its kubelet says nothing any more: after the grace period of the node controller it is not ready.
  void lose_node(Index node);
  Index find_node(std::string_view name) const;

  // --- workloads and budgets
  void scale(Index workload, std::int32_t replicas);
  // The pods that a budget guards, and why its status could not be worked out; empty when it could.
  std::string budget_problem(Index budget) const;

  // A model with more or other rules in the place of this one; classes, workloads and budgets keep their numbers.
  void replace_model(std::shared_ptr<const Model> model);

 private:
  friend class Controllers;
  friend class Disruption;

  enum class Ruling : std::uint8_t {
    passes,
    terminating,  // its namespace
    takes_one,    // of what the budget allows
    webhook,
    several_budgets,
    not_processed,  // the budget, by its controller
    negative,
    too_many,
    used_up,
  };
  struct Judgement {
    Ruling ruling = Ruling::passes;
    Index subject = none;  // the budget, or the webhook
  };
  Judgement judge(Index pod) const;

  // Not copied with the engine.
  template <class T>
  struct Pointer {
    Pointer() = default;
    Pointer(const Pointer&) {}
    Pointer& operator=(const Pointer& other) {
      if (this != &other) to = nullptr;
      return *this;
    }
    T* to = nullptr;
  };

  const PodClass& class_of(const Pod& pod) const { return model_->classes[pod.pod_class]; }
  bool is_daemon(const Pod& pod) const {
    return pod.workload != none && model_->workloads[pod.workload].kind == WorkloadKind::daemon_set;
  }
  bool primary_moves(Index pod, Index budget) const;
  void load();
  void load_pod(Index loaded);
  void load_budget(Index index);
  void handle(const Event& event);
  void plan_scheduling();
  void schedule_one();

  void node_changed(Index node, NodeChange change);
  Index new_pod();
  void link(Index pod);
  void count(Index pod, int by);
  void put_on_node(Index pod, Index node);
  void release_resources(Index pod);
  void bind(Index pod, Index node);
  void expect_ready(Index pod, Time from);
  void pod_runs(Index pod);
  void pod_becomes_ready(Index pod);
  void set_phase(Index pod, PodPhase phase, PodChange change);
  void wait_after_failure(WorkloadState& job) const;
  void mark_deleting(Index pod);
  void pod_stops(Index pod);
  void pod_is_gone(Index pod);
  void erase_pod(Index pod);

  // The controllers that care about something look again, after Timing::control.
  void touch_workload(Index workload);
  void touch_budgets(Index pod_class);
  void touch_budget(Index budget);
  void touch_daemons(Index node);
  void tell(Index pod, PodChange change) {
    if (observer_.to != nullptr) observer_.to->on_pod(pod, change);
  }

  std::shared_ptr<const Model> model_;
  std::shared_ptr<const Lookup> lookup_;  // of the model
  State state_;
  EventQueue events_;
  Scheduler scheduler_;
  SchedulingQueue queue_;
  Time schedule_planned_{Time::max()};
  Pointer<Observer> observer_;
  Pointer<Placer> placer_;
};

}  // namespace bulwark::twin

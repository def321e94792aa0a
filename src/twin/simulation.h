#pragma once

#include <memory>
#include <set>
#include <string>

#include "twin/engine.h"
#include "twin/simulation_inventory.h"
#include "twin/simulation_revisions.h"
#include "twin/simulation_services.h"
#include "twin/simulation_volumes.h"
#include "twin/store.h"

namespace bulwark::twin {

// Connects an engine to the objects of a served twin: what users write reaches the engine, and what the engine
// does to pods, and what its controllers say of workloads, budgets and nodes, is written to the store, where
// watches see it. Endpoints of Services, claims of StatefulSets and volumes for them are made here. When rules
// change (a workload, a budget, labels of a node, ...) the engine is made anew from the objects, which show all of
// its state.
class Simulation final : private StoreObserver, private PodDoor, private Observer {
 public:
  struct Options {
    int minor = 34;  // of the API server that is played
    Assumptions assumptions;
    std::uint64_t seed = 1;
    bool from_files = true;  // what the objects ask for is put up before webhooks are asked
  };

  // The store must outlive it. Its clock goes on as run_until lets it.
  Simulation(Store& store, Options options);
  ~Simulation() override;
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;

  // Lets happen what happens up to this time.
  void run_until(Time end);
  const Engine& engine() const { return *engine_; }

 private:
  // simulation.cpp: from the store to the engine
  void on_written(kube::Change change, const ApiKind& kind, const document::Node& object,
                  std::string_view json) override;
  kube::Answer<> evict(std::string_view name_space, std::string_view name,
                       const kube::DeleteOptions& options) override;
  kube::Answer<> bind(std::string_view name_space, std::string_view name, std::string_view node) override;
  void pod_written(kube::Change change, const document::Node& object);
  void node_written(kube::Change change, const document::Node& object);
  void load();
  void catch_up();

  // simulation_objects.cpp, simulation_status.cpp: from the engine to the store
  void on_pod(Index pod, PodChange change) override;
  void on_workload(Index workload) override { touched_.insert(workload); }
  void on_budget(Index budget) override;
  void write_new_pod(Index pod);
  void claims_go(Index pod);
  void write_pod(Index pod, PodChange change);
  void write_event(Index pod, std::string_view type, std::string_view reason, std::string_view message);
  void write_statuses();
  void write_status(Index workload);
  void note_addresses();
  void give_addresses(document::Json& pod);

  Store& store_;
  Options options_;
  DecodedObjects decoded_;
  ServiceEndpoints services_;
  Volumes volumes_;
  Revisions revisions_;
  std::unique_ptr<Engine> engine_;
  bool rules_changed_ = true, put_up_ = false;
  std::uint32_t next_serial_ = 0, next_address_ = 0;
  std::set<Index> touched_;  // workloads whose status may have changed
  std::uint64_t events_ = 0;
};

}  // namespace bulwark::twin

// Any bytes, read as the YAML of a cluster, loaded into a twin that is let come to rest, struck a few times and
// then upgraded in a rehearsal: nothing may crash or hang, and what the twin counts must be what there is.
#include <cstdlib>
#include <memory>
#include <string>

#include "document/reader.h"
#include "kube/inventory.h"
#include "rehearsal/rehearse.h"
#include "twin/load.h"

namespace {

using namespace bulwark;

void require(bool holds) {
  if (!holds) std::abort();
}

class Cluster : private document::DocumentSink {
 public:
  explicit Cluster(std::string text) : text_(std::move(text)), source_("input", text_), decoder_(objects_, text_) {
    base::Arena arena;
    const document::Limits limits{.depth = 50, .alias_nodes = 1000};
    document::read_yaml(source_, {0, static_cast<std::uint32_t>(text_.size())}, arena, limits, *this);
  }
  const kube::Inventory& inventory() const { return inventory_; }

 private:
  void on_document(const document::Node& root) override {
    if (const kube::Object* object = kube::decode_object(root, {}, objects_, decoder_)) inventory_.add(*object);
    decoder_.problems().clear();
  }
  void on_problem(document::Problem) override {}

  std::string text_;
  document::Source source_;
  base::Arena objects_;
  kube::Decoder decoder_;
  kube::Inventory inventory_;
};

void check(const twin::Engine& engine) {
  const twin::State& state = engine.state();
  std::vector<std::int32_t> pods(state.classes.size()), healthy(state.classes.size());
  for (twin::Index i = 0; i < state.pods.size(); ++i) {
    const twin::Pod& pod = state.pods[i];
    if (!pod.exists()) continue;
    require(state.place_of_serial[pod.serial] == i);
    require(pod.node == twin::none || state.nodes.exists[pod.node] != 0);
    ++pods[pod.pod_class];
    healthy[pod.pod_class] += pod.phase == twin::PodPhase::ready && !pod.deleting ? 1 : 0;
  }
  for (std::size_t i = 0; i < pods.size(); ++i) {
    require(state.classes[i].pods == pods[i]);
    require(state.classes[i].healthy == healthy[i]);
  }
  for (const twin::BudgetState& each : state.budgets) require(each.disruptions_allowed >= 0);
}

// At most so many steps, and no further than a day.
bool settle(twin::Engine& engine) {
  const twin::Time end = engine.now() + std::chrono::hours(24);
  int steps = 0;
  for (; engine.next() && *engine.next() <= end && steps < 20'000; ++steps) engine.step(end);
  return steps < 20'000;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t longest = 16'384, most_nodes = 8, most_pods = 60;
  if (size < 2 || size > longest) return 0;
  const std::uint8_t blows = data[0];
  auto cluster = std::make_shared<Cluster>(std::string(reinterpret_cast<const char*>(data + 1), size - 1));
  if (cluster->inventory().all().empty()) return 0;
  twin::LoadOptions options;
  options.now = twin::Time{std::chrono::sys_days{std::chrono::November / 25 / 2026}};
  options.owned = cluster;
  const std::shared_ptr<const twin::Model> model = twin::load(cluster->inventory(), options);
  twin::Engine engine(model);
  check(engine);
  const bool rests = settle(engine);
  check(engine);
  const twin::Nodes& nodes = engine.state().nodes;
  for (twin::Index i = 0; i < 8; ++i) {
    const bool strikes = (blows >> i & 1) != 0;
    if (!strikes) continue;
    if (i < engine.state().pods.size() && engine.state().pods[i].exists()) engine.evict(i);
    if (i < nodes.size() && nodes.exists[i] != 0) {
      if (i % 3 == 0) engine.set_unschedulable(i, true);
      if (i % 3 == 1) engine.set_node_ready(i, false);
      if (i % 3 == 2) engine.remove_node(i);
    }
    if (i < model->workloads.size()) engine.scale(i, static_cast<std::int32_t>(i) * 3);
    engine.run_until(engine.now() + std::chrono::seconds(20));
  }
  settle(engine);
  check(engine);
  if (!rests || model->nodes.size() > most_nodes || engine.state().pods.size() > most_pods) return 0;
  rehearsal::RehearseOptions rehearse;
  rehearse.rollout.version = "1.35.0";
  rehearse.rollout.settings.max_surge = "1";
  rehearse.longest = std::chrono::hours(24);
  const rehearsal::Rehearsal result = rehearsal::rehearse(model, rehearse);
  bool has_doubt = false;
  for (const twin::Gap& gap : model->gaps) has_doubt = has_doubt || gap.weight == twin::Gap::Weight::doubt;
  require(!has_doubt || result.verdict != rehearsal::Verdict::completes);
  return 0;
}
